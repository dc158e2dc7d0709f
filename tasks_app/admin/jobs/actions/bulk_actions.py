"""Actions on many jobs: drafted by choosing the jobs, confirmed with a reason, carried out in batches while somebody
watches.

Each job is dealt with in a transaction of its own together with its line in the action, so an action may be watched in
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

from tasks_app.admin.jobs.actions.apply_action import apply_action
from tasks_app.admin.jobs.actions.canary import canary_of
from tasks_app.admin.jobs.actions.job_actions import BY_NAME, Verb
from tasks_app.errors import Refused, message_id
from tasks_app.models import BulkAction, BulkActionItem, Job
from tasks_app.models.engine.bulk_action import BulkItemOutcome

SKIPS_SHOWN = 50
STOPPED_NOTE = gettext_noop("The bulk action was stopped before this job's turn.")


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far an action is, in jobs; `gone` are those that were deleted meanwhile."""

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
def draft(verb: str, ids: Sequence[UUID], *, by: Any, cut: bool, back: str) -> BulkAction:
    """An action that does nothing until it is confirmed. `cut`: more were chosen; `by` is a user."""
    bulk_action = BulkAction.objects.create(verb=verb, total=len(ids), cut=cut, back=back[:2000], requested_by=by)
    BulkActionItem.objects.bulk_create(
        [BulkActionItem(bulk_action=bulk_action, position=position, job_id=pk) for position, pk in enumerate(ids)],
        batch_size=1000,
    )
    return bulk_action


def confirm(bulk_action: BulkAction, reason: str) -> None:
    """Once; a second time changes nothing."""
    BulkAction.objects.filter(pk=bulk_action.pk, confirmed_at=None).update(confirmed_at=Now(), reason=reason)


def step(model_admin: ModelAdmin[Job], request: HttpRequest, bulk_action: BulkAction, *, anyway: bool = False) -> None:
    """Work on a confirmed action for BULK_ACTION_STEP_SECONDS; anyone who asks must hold the verb's right.

    While its canary batch has not passed it stays with the jobs of that; `anyway` begins the rest all the same.
    """
    deadline = monotonic() + settings.BULK_ACTION_STEP_SECONDS
    verb = BY_NAME[bulk_action.verb]
    canary = None if anyway else canary_of(bulk_action)
    last = bulk_action.total if canary is None or canary.passed else canary.last
    while monotonic() < deadline:
        if not _next(model_admin, request, bulk_action, verb, last):
            break
    if not bulk_action.items.filter(outcome=BulkItemOutcome.WAITING).exists():
        BulkAction.objects.filter(pk=bulk_action.pk, finished_at=None).update(finished_at=Now())


def stop(bulk_action: BulkAction) -> None:
    """Skip all jobs of it that wait; those that another window has in hand at this moment are still dealt with."""
    bulk_action.items.filter(outcome=BulkItemOutcome.WAITING).update(outcome=BulkItemOutcome.SKIPPED, note=STOPPED_NOTE)
    BulkAction.objects.filter(pk=bulk_action.pk, finished_at=None).update(finished_at=Now())


def unfinished(number: int) -> list[BulkAction]:
    """The newest that were confirmed and have jobs left. Index: bulk_newest."""
    bulk_actions = BulkAction.objects.filter(finished_at=None).exclude(confirmed_at=None).select_related("requested_by")
    return list(bulk_actions.order_by("-requested_at")[:number])


@transaction.atomic
def _next(model_admin: ModelAdmin[Job], request: HttpRequest, bulk_action: BulkAction, verb: Verb, last: int) -> bool:
    """Deal with the first job that waits and that no other window has in hand; False where none is up to `last`."""
    waiting = BulkActionItem.objects.filter(
        bulk_action=bulk_action, outcome=BulkItemOutcome.WAITING, position__lte=last
    ).order_by("position")
    item = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("job").first()
    if item is None:
        return False
    try:
        apply_action(model_admin, request, verb, item.job, bulk_action.reason, bulk=True)
    except Refused as refusal:
        item.outcome, item.note = BulkItemOutcome.SKIPPED, message_id(refusal.reason)
    else:
        item.outcome = BulkItemOutcome.DONE
    item.save(update_fields=["outcome", "note"])
    return True


def progress(bulk_action: BulkAction) -> Progress:
    """Index: bulk_waiting."""
    counted: dict[str, int] = dict(bulk_action.items.order_by().values_list("outcome").annotate(number=Count("pk")))
    return Progress(
        done=counted.get(BulkItemOutcome.DONE, 0),
        skipped=counted.get(BulkItemOutcome.SKIPPED, 0),
        waiting=counted.get(BulkItemOutcome.WAITING, 0),
        total=bulk_action.total,
    )


def skipped(bulk_action: BulkAction) -> list[BulkActionItem]:
    """The first that were skipped, each with its job."""
    items = bulk_action.items.filter(outcome=BulkItemOutcome.SKIPPED).select_related("job").defer("job__title_search")
    return list(items.order_by("position")[:SKIPS_SHOWN])


def first_jobs(bulk_action: BulkAction, number: int) -> list[Job]:
    items = bulk_action.items.select_related("job").order_by("position")[:number]
    return [item.job for item in items]


def applicable(bulk_action: BulkAction, states: Sequence[Any]) -> int:
    """How many of its jobs are in one of these states now."""
    return bulk_action.items.filter(job__state__in=states).count()


def address(bulk_action: BulkAction) -> str:
    return reverse("admin:tasks_app_job_bulk", args=[bulk_action.pk])
