"""Random lives of one job: deliveries, workers alive and long given up, the clock, and people, in any order.

After every step the engine's own consistency check finds nothing, one worker at most holds the job, and what was spent
is counted once.
"""

from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Sum
from django.db.models.functions import Now
from django.utils.translation import gettext_noop
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tasks_app.errors import Cancelled, InputChanged, LeaseLost, PermanentError, Refused, Release, TransientError
from tasks_app.jobs.attempts import checkpoints
from tasks_app.jobs.attempts.stage_context import LeasedStageContext
from tasks_app.jobs.statements import rows
from tasks_app.jobs.transitions import failures, outcomes, recovery, verbs
from tasks_app.jobs.transitions.lease import Lease, claim, note_refusal, renew
from tasks_app.jobs.upkeep import consistency_checks
from tasks_app.models import Attempt, Job, Notebook, Source, StageResult
from tasks_app.registry import Usage
from tests.engine.jobs.test_sweep import expire
from tests.support.attempts import WORKER, make_due
from tests.support.job_types.probe import PROBE

ENDINGS = (
    TransientError("away", gettext_noop("Away.")),
    PermanentError("broken", gettext_noop("It broke.")),
    Release("busy", gettext_noop("Busy.")),
    Cancelled("Cancelled on request."),
    InputChanged(),
)
TOKENS = 10
STOPPED = (LeaseLost, Cancelled, InputChanged, Release)
HOLDS = "SELECT count(*) FROM tasks_app_job WHERE id = %(id)s AND lease_token = ANY(%(tokens)s::uuid[])"
WORKERS = st.integers(0, 9)


class LifeOfAJob(RuleBasedStateMachine):
    """Every claim leaves a worker that may write at any time, also after its job was taken from it."""

    @initialize()
    def submit(self) -> None:
        notebook, _created = Notebook.objects.get_or_create(title="lives")
        self.source = Source.objects.create(notebook=notebook, title="life", pasted_text=str(uuid4()))
        self.workers: list[Lease] = []
        self.stages: dict[Any, int] = {}
        self.job = verbs.enqueue("probe", self.source)

    @rule()
    def deliver(self) -> None:
        self.job.refresh_from_db()
        lease = claim(PROBE, self.job.pk, self.job.dispatch_id, WORKER)
        assert (lease is not None) == (self.job.state == "queued")
        if lease is not None:
            self.workers.append(lease)

    @rule()
    def deliver_a_stale_message(self) -> None:
        assert claim(PROBE, self.job.pk, uuid4(), WORKER) is None

    @precondition(lambda self: self.workers)
    @rule(number=WORKERS)
    def save(self, number: int) -> None:
        lease = self.workers[number % len(self.workers)]
        at = self.stages.get(lease.token, 0)
        if at == len(PROBE.stages):
            return
        stage, following = (*PROBE.stages, None)[at : at + 2]
        assert stage is not None
        context = LeasedStageContext(lease, stage)
        context.record_usage(Usage(input_tokens=TOKENS))
        try:
            checkpoints.save(context, {"text": stage.name}, key=context.key, seconds=0.0, following=following)
        except STOPPED:
            return
        self.stages[lease.token] = at + 1

    @precondition(lambda self: self.workers)
    @rule(number=WORKERS, ending=st.sampled_from(ENDINGS), heard=st.booleans())
    def end(self, number: int, ending: Exception, heard: bool) -> None:
        """Where the answer is not `heard`, the worker tries once more."""
        lease = self.workers[number % len(self.workers)]
        transition = outcomes.transition_for(ending, lease)
        assert transition is not None
        for _try in range(1 if heard else 2):
            actual = outcomes.finish_attempt(lease, transition)
        if actual is None:
            note_refusal(lease)
        make_due(self.job)

    @precondition(lambda self: self.workers)
    @rule(number=WORKERS)
    def renew(self, number: int) -> None:
        assert renew(self.workers[number % len(self.workers)])

    @rule()
    def time_passes(self) -> None:
        expire(self.job)
        recovery.sweep()

    @rule()
    def worker_dies(self) -> None:
        self.job.refresh_from_db()
        recovery.recover_killed(self.job.pk, self.job.dispatch_id, failures.WORKER_KILLED)

    @rule(verb=st.sampled_from([verbs.cancel, verbs.fail, verbs.requeue, verbs.acknowledge]))
    def intervene(self, verb: Any) -> None:
        try:
            verb(self.job, by=None)
        except Refused:
            return
        self.job.refresh_from_db()

    @rule(edited=st.booleans())
    def ask_again(self, edited: bool) -> None:
        if edited:
            self.source.pasted_text = str(uuid4())
            self.source.save()
        asked = verbs.enqueue("probe", self.source)
        assert asked.state in ("queued", "running")
        assert asked.cancel_requested_at is None
        if asked != self.job:
            self.job = asked

    @invariant()
    def records_agree(self) -> None:
        attempts = Attempt.objects.filter(job__subject_id=self.source.pk)
        keys = [str(pk) for pk in attempts.values_list("pk", flat=True)]
        assert consistency_checks.judge_attempts(keys) == []
        saved = StageResult.objects.filter(subject_id=self.source.pk)
        assert consistency_checks.judge_results([str(pk) for pk in saved.values_list("pk", flat=True)]) == []

    @invariant()
    def one_worker_at_most_holds_the_job(self) -> None:
        self.job.refresh_from_db()
        holds = rows(HOLDS, {"id": self.job.pk, "tokens": [str(lease.token) for lease in self.workers]})[0][0]
        assert holds == (self.job.state == "running")
        assert self.job.cancel_requested_at is None or self.job.state == "running"
        assert self.job.attempt <= self.job.max_attempts

    @invariant()
    def spending_is_counted_once(self) -> None:
        spent = Attempt.objects.filter(job=self.job).aggregate(tokens=Sum("input_tokens"))["tokens"] or 0
        assert self.job.input_tokens == spent


def live(examples: int, steps: int) -> None:
    Job.objects.update(next_run_at=Now())
    run_state_machine_as_test(
        LifeOfAJob,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=examples < 1000,
            database=None,
            phases=[Phase.generate],  # a life has few steps, and each takes milliseconds: no shorter one is looked for
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("broker")
def test_lives() -> None:
    live(examples=10, steps=12)


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("broker")
def test_ten_thousand_lives() -> None:
    live(examples=10_000, steps=15)
