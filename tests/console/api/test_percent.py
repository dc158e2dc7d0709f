"""The progress that the user is shown never decreases within an attempt."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from tasks_app.errors import TransientError
from tasks_app.jobs.attempts import runner
from tasks_app.models import Job, StageResult
from tasks_app.registry import JobType, Stage, StageContext, job_types

pytestmark = pytest.mark.django_db(transaction=True)

Steps = list[tuple[int, int]]


def walking(job_type: JobType, seen: list[int], *walks: Steps) -> JobType:
    """The kind, its first stage reporting one of the walks at each attempt and watching the row."""
    remaining = list(walks)
    first = job_type.stages[0]

    def run(context: StageContext) -> Any:
        seen.append(percent(context))
        for done, total in remaining.pop(0):
            context._reported = 0.0  # type: ignore[attr-defined]  # every report is due
            context.progress(done, total)
            seen.append(percent(context))
        if remaining:
            raise TransientError("again", "Again.", retry_after=0.0)
        return first.run(context)

    return replace(job_type, stages=(replace(first, run=run), *map(watched(seen), job_type.stages[1:])))


def watched(seen: list[int]) -> Any:
    def watch(stage: Stage) -> Stage:
        def run(context: StageContext) -> Any:
            seen.append(percent(context))
            return stage.run(context)

        return replace(stage, run=run)

    return watch


def percent(context: StageContext) -> int:
    found = Job.objects.get(pk=context.job_id).percent
    assert found is not None
    return found


def attempt(job_type: JobType, job: Job) -> None:
    job.refresh_from_db()
    with suppress(runner.AttemptFailed):
        runner.run(job_type, job.pk, job.dispatch_id, "tests@localhost")


def test_rounds_that_start_over_do_not_go_back(broker: object, job: Job) -> None:
    seen: list[int] = []
    job_type = walking(job_types["source"], seen, [(0, 4), (3, 4), (0, 2), (1, 2), (2, 2)])
    attempt(job_type, job)
    assert seen == sorted(seen)
    assert seen[:6] == [0, 0, 15, 15, 15, 20]
    job.refresh_from_db()
    assert job.percent == 100


def test_an_attempt_starts_from_what_it_does_not_from_what_was_done(broker: object, job: Job) -> None:
    first: list[int] = []
    attempt(walking(job_types["source"], first, [(3, 4)], []), job)
    assert first == [0, 15]
    second: list[int] = []
    attempt(walking(job_types["source"], second, [(1, 4), (4, 4)]), job)
    assert second == sorted(second)
    assert second[:3] == [0, 5, 20]


def test_a_checkpoint_that_no_longer_holds_does_not_take_anything_back(broker: object, job: Job) -> None:
    broken = job_types["source"].stages[-1]

    def run(context: StageContext) -> Any:
        raise TransientError("again", "Again.", retry_after=0.0)

    stages = (*job_types["source"].stages[:-1], replace(broken, run=run))
    attempt(replace(job_types["source"], stages=stages), job)
    StageResult.objects.update(key="stale")
    seen: list[int] = []
    attempt(walking(job_types["source"], seen, []), job)
    assert seen == [0, 20, 40, 60, 80]
