"""The first jobs of a bulk action that requeues many: the rest continues by itself only if enough of these do not fail
again.

Nothing is kept about a canary batch: it is read from the action's lines and from their jobs as they are now.
"""

from dataclasses import dataclass

from django.conf import settings

from tasks_app.admin.jobs.actions.job_actions import BY_NAME
from tasks_app.models import BulkAction, Job
from tasks_app.models.engine.bulk_action import BulkItemOutcome
from tasks_app.models.engine.job import DONE, State


@dataclass(frozen=True, kw_only=True)
class CanaryBatch:
    """So many `jobs`, the last of them at the position `last`; `untried` have not been requeued yet."""

    last: int
    jobs: int
    pending: int
    ended: int
    failed: int

    @property
    def allowed(self) -> int:
        """How many may fail again, by BULK_ACTION_CANARY_PERCENT."""
        return int(self.jobs * settings.BULK_ACTION_CANARY_PERCENT // 100)

    @property
    def stopped(self) -> bool:
        return self.failed > self.allowed

    @property
    def passed(self) -> bool:
        """Known as soon as those that are still open cannot change it."""
        return self.failed + self.jobs - self.ended <= self.allowed

    @property
    def waits(self) -> bool:
        """All have been requeued, and how they end is yet to be seen."""
        return not self.pending and not self.stopped and not self.passed


def canary_of(bulk_action: BulkAction) -> CanaryBatch | None:
    """None where nothing is held back: no requeue, hardly more jobs than would be tried, or the rest was begun.

    A skipped job shows nothing, so the next one is tried instead. Indexes: bulk_position, bulk_waiting.
    """
    if not BY_NAME[bulk_action.verb].queues:
        return None
    lines = bulk_action.items.exclude(outcome=BulkItemOutcome.SKIPPED).order_by("position")
    tried = list(lines.values_list("position", "outcome", "job__state")[: settings.BULK_ACTION_CANARY_JOBS])
    if not tried:
        return None
    last = tried[-1][0]
    rest = bulk_action.items.filter(position__gt=last)
    if rest.filter(outcome__in=(BulkItemOutcome.DONE, BulkItemOutcome.SKIPPED)).exists() or not rest.exists():
        return None
    states = [state for _position, outcome, state in tried if outcome == BulkItemOutcome.DONE]
    return CanaryBatch(
        last=last,
        jobs=len(tried),
        pending=len(tried) - len(states),
        ended=sum(state in DONE for state in states),
        failed=states.count(State.FAILED),
    )


def failed_again(bulk_action: BulkAction, canary: CanaryBatch) -> list[Job]:
    """Those tried that failed, in the action's own order."""
    items = bulk_action.items.filter(position__lte=canary.last, outcome=BulkItemOutcome.DONE, job__state=State.FAILED)
    return [item.job for item in items.select_related("job").defer("job__title_search").order_by("position")]
