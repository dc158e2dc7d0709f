"""The first jobs of an order that requeues many: the rest goes on by itself only if enough of these do not fail again.

Nothing is kept about a trial: it is told from the order's lines and from their jobs as they are now.
"""

from dataclasses import dataclass

from django.conf import settings

from tasks_app.admin.jobs.actions.job_actions import BY_NAME
from tasks_app.models import BulkOrder, Job
from tasks_app.models.engine.bulk import Outcome
from tasks_app.models.engine.job import DONE, State


@dataclass(frozen=True, kw_only=True)
class Trial:
    """So many `jobs`, the last of them at the position `last`; `untried` have not been requeued yet."""

    last: int
    jobs: int
    untried: int
    ended: int
    failed: int

    @property
    def allowed(self) -> int:
        """How many may fail again, by ADMIN_ORDER_TRIAL_PERCENT."""
        return int(self.jobs * settings.ADMIN_ORDER_TRIAL_PERCENT // 100)

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
        return not self.untried and not self.stopped and not self.passed


def trial_of(order: BulkOrder) -> Trial | None:
    """None where nothing is held back: no requeue, hardly more jobs than would be tried, or the rest was begun.

    A skipped job tells nothing, so the next one is tried in its stead. Indexes: bulk_position, bulk_waiting.
    """
    if not BY_NAME[order.verb].queues:
        return None
    lines = order.items.exclude(outcome=Outcome.SKIPPED).order_by("position")
    tried = list(lines.values_list("position", "outcome", "job__state")[: settings.ADMIN_ORDER_TRIAL_JOBS])
    if not tried:
        return None
    last = tried[-1][0]
    rest = order.items.filter(position__gt=last)
    if rest.filter(outcome__in=(Outcome.DONE, Outcome.SKIPPED)).exists() or not rest.exists():
        return None
    states = [state for _position, outcome, state in tried if outcome == Outcome.DONE]
    return Trial(
        last=last,
        jobs=len(tried),
        untried=len(tried) - len(states),
        ended=sum(state in DONE for state in states),
        failed=states.count(State.FAILED),
    )


def failed_again(order: BulkOrder, trial: Trial) -> list[Job]:
    """Those tried that failed, in the order's own order."""
    items = order.items.filter(position__lte=trial.last, outcome=Outcome.DONE, job__state=State.FAILED)
    return [item.job for item in items.select_related("job").defer("job__title_search").order_by("position")]
