"""Sending an agenda item, or parts of it, to work: each by a POST with a right of its own."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import AlreadyEnqueued, Message
from tasks_app.intake import agenda
from tasks_app.intake.agenda import CONTENT, SUMMARY
from tasks_app.models import AgendaItem
from tasks_app.registry import job_types
from tasks_app.stages.agenda_parts import MATERIALS, MINUTES


@dataclass(frozen=True, kw_only=True)
class Order:
    """A button of the item's page; `scoped` ones choose what a summary is made from."""

    kind: str
    label: Message
    permission: str
    scoped: bool = False


ORDERS = {
    order.kind: order
    for order in (
        Order(kind=CONTENT, label=_("Process everything"), permission="tasks_app.change_agendaitem"),
        Order(
            kind=MATERIALS,
            label=_("Process all materials"),
            permission="tasks_app.change_agendamaterial",
        ),
        Order(kind=MINUTES, label=_("Process the minutes"), permission="tasks_app.change_agendaitem"),
        Order(
            kind=SUMMARY,
            label=_("Make the summary again"),
            permission="tasks_app.add_agendasummary",
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
            jobs = agenda.place(order.kind, item, request.POST.get("of", ""), requested_by=_reader(request))
    except agenda.NothingToDo as refusal:
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
