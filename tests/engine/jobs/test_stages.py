"""Rule 6: what is done is not done again, what depends on something else is, and nothing is written unfenced."""

from dataclasses import replace
from typing import Any

import pytest
from django.utils.translation import gettext_noop

from tasks_app.errors import TransientError
from tasks_app.jobs.attempts import runner
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, Part, Source
from tasks_app.registry import JobType, Skipped, StageContext, Usage
from tests.support.attempts import attempt, doing, make_due, raising, recording
from tests.support.job_types.probe import PARTS, PIECES

pytestmark = pytest.mark.django_db(transaction=True)

AWAY = TransientError("away", gettext_noop("Away."))


def test_changed_input_is_worked_on_again(probe: JobType, job: Job, source: Source) -> None:
    attempt(probe, job)
    source.pasted_text = "別の本文"
    source.save()

    ran: list[str] = []
    attempt(recording(probe, ran), verbs.requeue(job, by=None))

    assert ran == ["first", "second", "third"]


def test_unchanged_input_is_not(probe: JobType, job: Job) -> None:
    attempt(probe, job)

    ran: list[str] = []
    attempt(recording(probe, ran), verbs.requeue(job, by=None))

    assert ran == []
    job.refresh_from_db()
    assert job.state == "succeeded"


def test_new_version_of_a_stage_is_run(probe: JobType, job: Job) -> None:
    attempt(probe, job)
    newer = replace(probe, stages=tuple(replace(s, version=2) if s.name == "second" else s for s in probe.stages))

    ran: list[str] = []
    attempt(recording(newer, ran), verbs.requeue(job, by=None))

    assert ran == ["second"]


def test_pieces_survive_an_attempt_and_stale_ones_go(source: Source, broker: Any) -> None:
    job = verbs.enqueue("pieces", source)
    Part.objects.create(kind="pieces", subject_id=source.pk, stage="pieces", key="of an older text", job=job, data=1)

    def stop_half_way(context: StageContext) -> None:
        context.part(f"{source.content_digest[:8]}:0", "from the first attempt")
        raise AWAY

    with pytest.raises(runner.AttemptFailed):
        attempt(doing(PIECES, "pieces", stop_half_way), job)
    assert Part.objects.count() == 2
    make_due(job)
    attempt(PIECES, job)

    kept = dict(Part.objects.values_list("key", "data"))
    assert len(kept) == PARTS
    assert kept[f"{source.content_digest[:8]}:0"] == "from the first attempt"


def test_skipped_stage_says_why(probe: JobType, job: Job) -> None:
    def skip(context: StageContext) -> Skipped:
        return Skipped(reason=gettext_noop("Nothing to do."))

    skipping = replace(probe, stages=tuple(replace(s, run=skip) if s.name == "second" else s for s in probe.stages))

    attempt(skipping, job)

    second = job.stage_results.get(stage="second")
    assert (second.state, second.note) == ("skipped", "Nothing to do.")
    job.refresh_from_db()
    assert job.state == "succeeded"


def test_what_was_spent_is_counted_per_stage_attempt_and_job(probe: JobType, job: Job) -> None:
    def spend(context: StageContext) -> None:
        context.record_usage(Usage(input_tokens=10, output_tokens=5, cost=0.25))

    attempt(doing(doing(probe, "first", spend), "third", spend), job)

    job.refresh_from_db()
    assert (job.input_tokens, job.output_tokens, float(job.cost)) == (20, 10, 0.5)
    assert job.attempts.get().input_tokens == 20
    assert job.stage_results.get(stage="first").output_tokens == 5
    assert job.stage_results.get(stage="second").output_tokens == 0


def test_what_a_failed_attempt_spent_is_not_forgotten(probe: JobType, job: Job) -> None:
    def spend(context: StageContext) -> None:
        context.record_usage(Usage(input_tokens=7))
        raise AWAY

    with pytest.raises(runner.AttemptFailed):
        attempt(doing(probe, "first", spend), job)
    make_due(job)
    attempt(probe, job)

    job.refresh_from_db()
    assert job.input_tokens == 7


def test_progress_is_shown_and_gone_afterwards(probe: JobType, job: Job) -> None:
    seen: list[tuple[Any, ...]] = []

    def report(context: StageContext) -> None:
        context.progress(3, 4)
        fresh = Job.objects.get(pk=job.pk)
        seen.append((fresh.stage, fresh.progress_done, fresh.progress_total, fresh.percent))

    attempt(doing(probe, "second", report), job)

    assert seen == [("second", 3, 4, 58)]
    job.refresh_from_db()
    assert (job.progress_done, job.percent) == (None, 100)


def test_retry_resumes_where_the_row_says(probe: JobType, job: Job) -> None:
    with pytest.raises(runner.AttemptFailed):
        attempt(doing(probe, "third", raising(AWAY)), job)

    job.refresh_from_db()
    assert (job.state, job.stage) == ("queued", "third")
