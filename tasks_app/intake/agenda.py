"""What may be asked for about an agenda item."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import Message
from tasks_app.jobs import verbs
from tasks_app.models import AgendaItem, Job
from tasks_app.models.agenda_summary import Scope
from tasks_app.stages.agenda_parts import MATERIALS, MINUTES, SCOPE

CONTENT, SUMMARY = "agenda_content", "agenda_summary"

Order = Callable[..., list[Job]]


class NothingToDo(Exception):
    """The item lacks what the order is about; `reason` is for people."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


def content(item: AgendaItem, _of: str, **asked: Any) -> list[Job]:
    if not (item.has_minutes or item.materials.exists()):
        raise NothingToDo(_("There are neither materials nor minutes yet. Add some first."))
    return [verbs.enqueue(CONTENT, item, **asked)]


def materials(item: AgendaItem, _of: str, **asked: Any) -> list[Job]:
    """One job each, so that they run side by side and fail one by one."""
    found = list(item.materials.select_related("item__meeting__council").order_by("number"))
    if not found:
        raise NothingToDo(_("There are no materials yet. Add some first."))
    return [verbs.enqueue(MATERIALS, material, **asked) for material in found]


def minutes(item: AgendaItem, _of: str, **asked: Any) -> list[Job]:
    if not item.has_minutes:
        raise NothingToDo(_("There are no minutes yet. Put them in below."))
    return [verbs.enqueue(MINUTES, item, **asked)]


def summary(item: AgendaItem, of: str, **asked: Any) -> list[Job]:
    if of not in Scope.values:
        raise NothingToDo(_("Choose what the summary is to be made from."))
    return [verbs.enqueue(SUMMARY, item, params={SCOPE: of}, **asked)]


ORDERS: Mapping[str, Order] = {CONTENT: content, MATERIALS: materials, MINUTES: minutes, SUMMARY: summary}
"""By kind. Each enqueues about an item and returns the jobs; raises NothingToDo and AlreadyEnqueued."""


def place(kind: str, item: AgendaItem, of: str, *, requested_by: User | None, reason: str = "") -> list[Job]:
    """Carry out an order; `of` is the scope of a summary and is read for that alone."""
    return ORDERS[kind](item, of, requested_by=requested_by, reason=reason)
