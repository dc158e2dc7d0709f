"""Sending an agenda item, or parts of it, to work: each by a POST with a right of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.agenda_parts import CONTENT, SUMMARY
from tasks_app.errors import AlreadyEnqueued, Message
from tasks_app.jobs import verbs
from tasks_app.models import AgendaItem, Job
from tasks_app.models.agenda_summary import Scope
from tasks_app.registry import job_types
from tasks_app.stages.agenda_parts import MATERIALS, MINUTES


@dataclass(frozen=True, kw_only=True)
class Order:
    """A button of the item's page. `send` enqueues and returns the jobs."""

    kind: str
    label: Message
    permission: str
    send: Callable[[AgendaItem, HttpRequest], list[Job]]
    scoped: bool = False


class NothingToDo(Exception):
    """The item lacks what the order is about; `reason` is for staff."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


def _content(item: AgendaItem, request: HttpRequest) -> list[Job]:
    if not (item.has_minutes or item.materials.exists()):
        raise NothingToDo(_("There are neither materials nor minutes yet. Add some first."))
    return [verbs.enqueue(CONTENT, item, requested_by=_reader(request))]


def _materials(item: AgendaItem, request: HttpRequest) -> list[Job]:
    """One job each, so that they run side by side and fail one by one."""
    materials = list(item.materials.select_related("item__meeting__council").order_by("number"))
    if not materials:
        raise NothingToDo(_("There are no materials yet. Add some first."))
    return [verbs.enqueue(MATERIALS, material, requested_by=_reader(request)) for material in materials]


def _minutes(item: AgendaItem, request: HttpRequest) -> list[Job]:
    if not item.has_minutes:
        raise NothingToDo(_("There are no minutes yet. Put them in below."))
    return [verbs.enqueue(MINUTES, item, requested_by=_reader(request))]


def _summary(item: AgendaItem, request: HttpRequest) -> list[Job]:
    scope = request.POST.get("of", "")
    if scope not in Scope.values:
        raise NothingToDo(_("Choose what the summary is to be made from."))
    return [verbs.enqueue(SUMMARY, item, params={"of": scope}, requested_by=_reader(request))]


ORDERS = {
    order.kind: order
    for order in (
        Order(kind=CONTENT, label=_("Process everything"), permission="tasks_app.change_agendaitem", send=_content),
        Order(
            kind=MATERIALS,
            label=_("Process all materials"),
            permission="tasks_app.change_agendamaterial",
            send=_materials,
        ),
        Order(kind=MINUTES, label=_("Process the minutes"), permission="tasks_app.change_agendaitem", send=_minutes),
        Order(
            kind=SUMMARY,
            label=_("Make the summary again"),
            permission="tasks_app.add_agendasummary",
            send=_summary,
            scoped=True,
        ),
    )
}
"""By kind, in the order of the buttons."""


def orders_for(user: User | AnonymousUser) -> list[Order]:
    """Those that the reader may give, of the kinds that the running code has."""
    return [order for order in ORDERS.values() if order.kind in job_types and user.has_perm(order.permission)]


def carry_out(order: Order, item: AgendaItem, request: HttpRequest) -> None:
    """Enqueue, and tell the reader what became of it."""
    try:
        with transaction.atomic():
            jobs = order.send(item, request)
    except NothingToDo as refusal:
        messages.error(request, str(refusal.reason))
    except AlreadyEnqueued as refusal:
        messages.warning(
            request,
            format_html(
                '{} <a href="{}">{}</a>',
                gettext("Not sent to work: a job with other settings is still busy with it."),
                reverse("admin:tasks_app_job_change", args=[refusal.job_id]),
                gettext("Show that job"),
            ),
        )
    else:
        report = ngettext("%(count)d job was sent to work.", "%(count)d jobs were sent to work.", len(jobs))
        messages.success(request, report % {"count": len(jobs)})


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
