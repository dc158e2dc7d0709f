"""The consistency check finds every inconsistency, each made for real, and forgets it once it is fixed."""

from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_celery_results.models import TaskResult
from pytest_django.fixtures import Settings

from tasks_app.errors import PermanentError
from tasks_app.jobs.attempts.runner import AttemptFailed
from tasks_app.jobs.statements import execute
from tasks_app.jobs.transitions import verbs
from tasks_app.jobs.transitions.broker import depths
from tasks_app.jobs.transitions.lease import claim
from tasks_app.jobs.upkeep import consistency, consistency_checks
from tasks_app.models import ConsistencyCheckProgress, Document, Inconsistency, Job, Notebook, Source, StageResult
from tasks_app.registry import JobType, job_types
from tests.support.attempts import attempt, doing, raising, task_result

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _settled(settings: Settings) -> None:
    settings.JOB_STUCK_SECONDS = 60


def look() -> list[tuple[str, str]]:
    """What disagrees now: check and words."""
    consistency.check(consistency_checks.CONSISTENCY_CHECKS, 10)
    return [(inconsistency.check_name, inconsistency.text) for inconsistency in Inconsistency.objects.order_by("id")]


@pytest.fixture
def done(probe: JobType, job: Job) -> Job:
    attempt(probe, job)
    execute("UPDATE tasks_app_attempt SET started_at = started_at - interval '5 min'", {})
    job.refresh_from_db()
    assert job.state == "succeeded"
    return job


def repair(check: str) -> None:
    inconsistency = Inconsistency.objects.get(check_name=check)
    mend = consistency_checks.BY_NAME[check].repair
    assert mend is not None
    mend(inconsistency.about)
    consistency.revisit(consistency_checks.BY_NAME[check], [inconsistency.about])
    assert not Inconsistency.objects.exists()


def test_what_agrees_is_not_reported(done: Job, notebook: Notebook, probe: JobType) -> None:
    other = verbs.enqueue("probe", Source.objects.create(notebook=notebook, title="b", pasted_text="b"))
    with pytest.raises(AttemptFailed):
        attempt(doing(probe, "second", raising(PermanentError("broken", "It broke."))), other)
    waiting = verbs.enqueue("probe", Source.objects.create(notebook=notebook, title="c", pasted_text="c"))
    claim(probe, waiting.pk, waiting.dispatch_id, "w")
    assert look() == []
    assert set(ConsistencyCheckProgress.objects.values_list("name", flat=True)) == set(consistency_checks.BY_NAME)
    assert ConsistencyCheckProgress.objects.get(name="attempts").seen == 3


class SlowStore(FileSystemStorage):
    """Like an object store at the other end of a slow line."""

    asked = 0

    def exists(self, name: str) -> bool:
        SlowStore.asked += 1
        Event().wait(0.05)
        return super().exists(name)


def test_it_keeps_to_its_time_within_a_batch_and_goes_on_where_it_was(
    notebook: Notebook, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    for number in range(40):
        Source.objects.create(notebook=notebook, title=str(number), file=ContentFile(b"x", name=f"{number}.txt"))
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "tests.engine.jobs.test_consistency.SlowStore"}}
    (files,) = [check for check in consistency_checks.CONSISTENCY_CHECKS if check.name == "files"]

    seen = consistency.check([files], 0.3)
    again = consistency.check([files], 0.3)

    assert 1 <= seen <= 7
    assert ConsistencyCheckProgress.objects.get(name="files").seen == seen + again == SlowStore.asked


def test_an_attempt_without_task_result(done: Job) -> None:
    (only,) = done.attempts.all()
    TaskResult.objects.all().delete()
    assert look() == [("attempts", "Attempt 1.1 has no TaskResult.")]
    repair("attempts")
    assert task_result(only).status == "SUCCESS"


def test_a_task_result_that_says_something_else(done: Job) -> None:
    (only,) = done.attempts.all()
    TaskResult.objects.update(status="FAILURE")
    assert look() == [("attempts", "Attempt 1.1 ended as “succeeded”, but its TaskResult says FAILURE.")]
    repair("attempts")
    assert task_result(only).status == "SUCCESS"


def test_an_attempt_that_was_never_ended(done: Job) -> None:
    done.attempts.update(ended_at=None, outcome="")
    assert look()[0][1] == "Attempt 1.1 was never closed, although the job is no longer running it."
    repair("attempts")
    (only,) = done.attempts.all()
    assert (only.outcome, task_result(only).status) == ("recovered", "FAILURE")


def test_old_task_results_may_be_gone(done: Job) -> None:
    done.attempts.update(started_at="2020-01-01T00:00:00Z")
    TaskResult.objects.all().delete()
    assert look() == []


def test_a_success_without_a_stage(done: Job) -> None:
    StageResult.objects.filter(stage="second").delete()
    assert look() == [("successes", "It succeeded, but these stages left no result: second.")]


@pytest.fixture
def read(source: Source, broker: Any) -> Job:
    """A job of the kind `source`, done for real."""
    job = verbs.enqueue("source", source)
    attempt(job_types["source"], job)
    job.refresh_from_db()
    assert job.state == "succeeded"
    return job


def test_a_success_without_outputs(read: Job) -> None:
    assert look() == []
    source = Source.objects.get(pk=read.subject_id)
    Document.objects.filter(pk=source.document_id).update(text="")
    source.document.chunks.all().delete()
    ConsistencyCheckProgress.objects.update(round_started_at="2020-01-01T00:00:00Z")
    assert look() == [("successes", "It succeeded, but produced no text.")]
    attempt(job_types["source"], verbs.requeue(read, by=None, rebuild=True))
    assert look() == []


def test_a_job_that_is_not_the_last_word_is_left_alone(read: Job) -> None:
    source = Source.objects.get(pk=read.subject_id)
    source.pasted_text = "もう一度。"
    source.save()
    Document.objects.filter(pk=source.document_id).update(text="")
    assert look() == []


def test_outputs_without_success(done: Job) -> None:
    done.attempts.update(outcome="failed")
    TaskResult.objects.update(status="FAILURE")
    execute("UPDATE tasks_app_job SET state = 'failed'", {})
    assert look() == [("results", "The output of the last stage is saved, but attempt 1.1 did not succeed.")]


def test_a_file_that_is_gone(notebook: Notebook, settings: Settings, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    source = Source(notebook=notebook, title="報告書", file=ContentFile("本文".encode(), name="houkoku.txt"))
    source.save()
    assert look() == []
    source.file.storage.delete(str(source.file.name))
    ConsistencyCheckProgress.objects.update(round_started_at="2020-01-01T00:00:00Z")
    assert look() == [("files", "The file houkoku.txt of “報告書” is missing. Upload it again.")]
    source.file = ContentFile("本文".encode(), name="again.txt")
    source.save()
    assert look() == []


def test_files_of_every_model_are_looked_at(notebook: Notebook, settings: Settings, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    names = {key.partition(":")[0] for key in consistency_checks.files_after("", 10)}
    assert names == set()
    for kind in ("source", "minute"):
        subject = job_types[kind].samples(notebook)[0]
        subject.file.storage.delete(subject.file.name)
    assert {name for name, _text in look()} == {"files"}
    assert {inconsistency.about.partition(":")[0] for inconsistency in Inconsistency.objects.all()} == {
        "source",
        "minute",
    }


def test_a_queued_job_without_a_message(job: Job, broker: Any) -> None:
    assert look() == []
    broker.flushdb()
    execute("UPDATE tasks_app_job SET next_run_at = now() - interval '1 h', published_at = now() - interval '1 h'", {})
    assert look() == [
        ("messages", "It is ready to start, but Redis holds no message for it and recovery has not sent one.")
    ]
    repair("messages")
    assert depths(["content"]) == {"content": 1}


def test_it_goes_on_where_it_was_and_starts_over_once_a_day(done: Job, notebook: Notebook, probe: JobType) -> None:
    look()
    seen = ConsistencyCheckProgress.objects.get(name="attempts").seen
    look()
    assert ConsistencyCheckProgress.objects.get(name="attempts").seen == seen
    attempt(probe, verbs.enqueue("probe", Source.objects.create(notebook=notebook, title="b", pasted_text="b")))
    look()
    assert ConsistencyCheckProgress.objects.get(name="attempts").seen == seen + 1
    ConsistencyCheckProgress.objects.update(round_started_at="2020-01-01T00:00:00Z")
    look()
    assert ConsistencyCheckProgress.objects.get(name="attempts").seen == 2 * seen + 2


def test_statements_do_not_grow_with_attempts(probe: JobType, notebook: Notebook) -> None:
    for number in range(12):
        source = Source.objects.create(notebook=notebook, title=str(number), pasted_text=str(number))
        attempt(probe, verbs.enqueue("probe", source))
    keys = consistency_checks.attempts_after("", 500)
    with CaptureQueriesContext(connection) as captured:
        consistency_checks.judge_attempts(keys)
        consistency_checks.judge_results(consistency_checks.results_after("", 500))
    assert len(captured) == 3


def test_no_record_is_passed_over(probe: JobType, notebook: Notebook) -> None:
    """In steps of five, across the tens, every key comes once and in order."""
    for number in range(12):
        source = Source.objects.create(notebook=notebook, title=str(number), pasted_text=str(number))
        attempt(probe, verbs.enqueue("probe", source))
    totals = {
        consistency_checks.attempts_after: 12,
        consistency_checks.results_after: 36,
        consistency_checks.successes_after: 12,
    }
    for following, total in totals.items():
        position, met = "", list[str]()
        while keys := following(position, 5):
            met.extend(keys)
            position = keys[-1]
        assert len(met) == len(set(met)) == total
