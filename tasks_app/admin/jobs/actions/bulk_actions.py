"""Orders for many jobs: drafted by choosing them, confirmed with a reason, worked off in batches by whoever watches.

Each job is dealt with in a transaction of its own together with its line in the order, so an order may be watched in
several windows, left, and taken up again: no job is dealt with twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.admin import ModelAdmin
from django.db import transaction
from django.db.models import Count
from django.db.models.functions import Now
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_noop

from tasks_app.admin.jobs.actions.canary import trial_of
from tasks_app.admin.jobs.actions.job_actions import BY_NAME, Verb
from tasks_app.admin.jobs.actions.perform import perform
from tasks_app.errors import Refused, message_id
from tasks_app.models import BulkItem, BulkOrder, Job
from tasks_app.models.engine.bulk import Outcome

SKIPS_SHOWN = 50
LEFT = gettext_noop("The order was stopped before its turn.")


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far an order is, in jobs; `gone` are those that were deleted meanwhile."""

    done: int
    skipped: int
    waiting: int
    total: int

    @property
    def gone(self) -> int:
        return self.total - self.done - self.skipped - self.waiting

    @property
    def percent(self) -> int:
        return 100 * (self.total - self.waiting) // self.total if self.total else 100


@transaction.atomic
def draft(verb: str, ids: Sequence[UUID], *, by: Any, cut: bool, back: str) -> BulkOrder:
    """An order that does nothing until it is confirmed. `cut`: more were chosen; `by` is a user."""
    order = BulkOrder.objects.create(verb=verb, total=len(ids), cut=cut, back=back[:2000], ordered_by=by)
    BulkItem.objects.bulk_create(
        [BulkItem(order=order, position=position, job_id=pk) for position, pk in enumerate(ids)], batch_size=1000
    )
    return order


def confirm(order: BulkOrder, reason: str) -> None:
    """Once; a second time changes nothing."""
    BulkOrder.objects.filter(pk=order.pk, confirmed_at=None).update(confirmed_at=Now(), reason=reason)


def step(model_admin: ModelAdmin[Job], request: HttpRequest, order: BulkOrder, *, anyway: bool = False) -> None:
    """Work on a confirmed order for ADMIN_ORDER_STEP_SECONDS; whoever asks must hold the verb's right.

    While its trial has not passed it stays with the jobs of that; `anyway` begins the rest all the same.
    """
    stop = monotonic() + settings.ADMIN_ORDER_STEP_SECONDS
    verb = BY_NAME[order.verb]
    trial = None if anyway else trial_of(order)
    last = order.total if trial is None or trial.passed else trial.last
    while monotonic() < stop:
        if not _next(model_admin, request, order, verb, last):
            break
    if not order.items.filter(outcome=Outcome.WAITING).exists():
        BulkOrder.objects.filter(pk=order.pk, finished_at=None).update(finished_at=Now())


def leave(order: BulkOrder) -> None:
    """Skip all jobs of it that wait; those that another window has in hand at this moment are still dealt with."""
    order.items.filter(outcome=Outcome.WAITING).update(outcome=Outcome.SKIPPED, note=LEFT)
    BulkOrder.objects.filter(pk=order.pk, finished_at=None).update(finished_at=Now())


def unfinished(number: int) -> list[BulkOrder]:
    """The newest that were confirmed and have jobs left. Index: bulk_newest."""
    orders = BulkOrder.objects.filter(finished_at=None).exclude(confirmed_at=None).select_related("ordered_by")
    return list(orders.order_by("-ordered_at")[:number])


@transaction.atomic
def _next(model_admin: ModelAdmin[Job], request: HttpRequest, order: BulkOrder, verb: Verb, last: int) -> bool:
    """Deal with the first job that waits and that no other window has in hand; False where none is up to `last`."""
    waiting = BulkItem.objects.filter(order=order, outcome=Outcome.WAITING, position__lte=last).order_by("position")
    item = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("job").first()
    if item is None:
        return False
    try:
        perform(model_admin, request, verb, item.job, order.reason, bulk=True)
    except Refused as refusal:
        item.outcome, item.note = Outcome.SKIPPED, message_id(refusal.reason)
    else:
        item.outcome = Outcome.DONE
    item.save(update_fields=["outcome", "note"])
    return True


def progress(order: BulkOrder) -> Progress:
    """Index: bulk_waiting."""
    counted: dict[str, int] = dict(order.items.order_by().values_list("outcome").annotate(number=Count("pk")))
    return Progress(
        done=counted.get(Outcome.DONE, 0),
        skipped=counted.get(Outcome.SKIPPED, 0),
        waiting=counted.get(Outcome.WAITING, 0),
        total=order.total,
    )


def skipped(order: BulkOrder) -> list[BulkItem]:
    """The first that were skipped, each with its job."""
    items = order.items.filter(outcome=Outcome.SKIPPED).select_related("job").defer("job__title_search")
    return list(items.order_by("position")[:SKIPS_SHOWN])


def first_jobs(order: BulkOrder, number: int) -> list[Job]:
    items = order.items.select_related("job").order_by("position")[:number]
    return [item.job for item in items]


def applicable(order: BulkOrder, states: Sequence[Any]) -> int:
    """How many of its jobs are in one of these states now."""
    return order.items.filter(job__state__in=states).count()


def address(order: BulkOrder) -> str:
    return reverse("admin:tasks_app_job_bulk", args=[order.pk])
