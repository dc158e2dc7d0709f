"""Failures that are alike stand together, with what to do and what became of it before; those seen leave the tiles."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from tasks_app.admin.jobs.changelist import error_groups
from tasks_app.admin.operations.dashboard.dashboard import dashboard
from tasks_app.errors import PermanentError
from tasks_app.jobs.attempts.runner import AttemptFailed
from tasks_app.jobs.transitions import recovery, verbs
from tasks_app.models import Job, Notebook, Source
from tasks_app.models.engine.job import State
from tasks_app.registry import JobType
from tests.console.admin.conftest import Staff, start
from tests.support.attempts import attempt, doing, raising

pytestmark = pytest.mark.django_db(transaction=True)

ERRORS = "admin:tasks_app_job_errors"


def fail(probe: JobType, job: Job, stage: str = "second", error: Exception | None = None) -> Job:
    with pytest.raises(AttemptFailed):
        attempt(doing(probe, stage, raising(error or PermanentError("locked", "The file is locked."))), job)
    job.refresh_from_db()
    assert job.state == State.FAILED
    return job


@pytest.fixture
def jobs(notebook: Notebook) -> list[Job]:
    sources = [Source.objects.create(notebook=notebook, title=f"job {n}", pasted_text=str(n)) for n in range(7)]
    return [verbs.enqueue("probe", source) for source in sources]


def page(client: Client) -> str:
    answer = client.get(reverse(ERRORS))
    assert answer.status_code == 200
    return answer.content.decode()


def test_nothing_failed_yet(admin: Client) -> None:
    assert "Nothing has failed." in page(admin)


def test_alike_are_one_and_unlike_are_not(probe: JobType, jobs: list[Job], admin: Client) -> None:
    for job in jobs[:4]:
        fail(probe, job)
    fail(probe, jobs[4], stage="third")
    fail(probe, jobs[5], error=ZeroDivisionError())
    fail(probe, jobs[6], error=PermanentError("gone", "The file is missing."))
    lines = error_groups.newest()
    assert [line.jobs for line in lines] == [4, 1, 1, 1]
    assert (lines[0].group.stage, lines[0].group.code, lines[0].unseen) == ("second", "locked", 4)
    assert lines[0].first_at < lines[0].last_at
    assert lines[0].sample == jobs[3]
    shown = page(admin)
    assert "The file is locked." in shown
    assert "fix what the message describes" in shown
    assert "This is a bug in the program." in shown


def test_its_link_lists_exactly_its_jobs(probe: JobType, jobs: list[Job], admin: Client) -> None:
    for job in jobs[:3]:
        fail(probe, job)
    fail(probe, jobs[3], stage="third")
    group = error_groups.newest()[0].group
    listed = admin.get(reverse("admin:tasks_app_job_changelist"), {"cluster": str(group)}).content.decode()
    assert [job.subject_title in listed for job in jobs[:4]] == [True, True, True, False]


def test_requeues_that_worked_are_counted(probe: JobType, jobs: list[Job], admin: Client) -> None:
    for job in jobs[:5]:
        fail(probe, job)
    assert "None of these has been requeued yet." in page(admin)
    for job in jobs[:3]:
        attempt(probe, verbs.requeue(job, by=None))
    fail(probe, verbs.requeue(jobs[3], by=None))
    verbs.requeue(jobs[4], by=None)  # still waiting: says nothing yet
    fail(probe, jobs[5])
    assert "3 of the last 4 requeues succeeded." in page(admin)


def silenced(job: Job) -> Job:
    """Given up because its worker fell silent."""
    recovery.sweep()
    start(job)
    Job.objects.filter(pk=job.pk).update(max_attempts=F("attempt"), lease_until=Now() - timedelta(seconds=1))
    recovery.sweep()
    job.refresh_from_db()
    assert (job.state, job.error_code) == (State.FAILED, "worker_silent")
    return job


def test_what_befalls_workers_is_counted_for_each_kind(probe: JobType, jobs: list[Job], notebook: Notebook) -> None:
    """It leaves the same fingerprint in every kind, but a requeue of one kind shows nothing about another."""
    other = verbs.enqueue("pieces", Source.objects.create(notebook=notebook, title="other", pasted_text="other"))
    silenced(other)
    attempt(probe, verbs.requeue(silenced(jobs[0]), by=None))
    silenced(jobs[1])
    assert {(line.group.kind, line.requeues) for line in error_groups.newest()} == {("probe", 1), ("pieces", 0)}


def test_one_is_tried_first_then_all(probe: JobType, jobs: list[Job], admin: Client) -> None:
    for job in jobs:
        fail(probe, job)
    group = str(error_groups.newest()[0].group)
    address = reverse("admin:tasks_app_job_requeue")
    asked = admin.post(address, {"cluster": group, "take": "1"}).content.decode()
    assert "Jobs affected: 1 of 1." in asked
    asked = admin.post(address, {"cluster": group, "take": "5"}).content.decode()
    assert "Jobs affected: 5 of 5." in asked
    asked = admin.post(address, {"cluster": group}).content.decode()
    assert "Jobs affected: 7 of 7." in asked
    assert not Job.objects.filter(state=State.QUEUED).exists()


@pytest.mark.parametrize("group", ["", "~", "a~b~c", "a~b~c~d", "a~b~c~d~e", "\x00~b~c~d"])
def test_a_cluster_that_is_none_is_no_error(group: str, admin: Client) -> None:
    assert admin.get(reverse("admin:tasks_app_job_changelist"), {"cluster": group}).status_code in (200, 302)
    assert admin.post(reverse("admin:tasks_app_job_requeue"), {"cluster": group}).status_code == 200


def test_acknowledged_failures_leave_the_tiles_not_the_list(probe: JobType, jobs: list[Job], admin: Client) -> None:
    first, second = fail(probe, jobs[0]), fail(probe, jobs[1])
    assert dashboard().failed == 2
    form = {"job": first.pk, "confirmed": "yes", "reason": "known, the archive moves on Friday"}
    admin.post(reverse("admin:tasks_app_job_acknowledge"), form)
    first.refresh_from_db()
    assert first.acknowledged_at is not None
    assert first.acknowledged_by is not None
    assert dashboard().failed == 1
    assert [(cause.code, cause.jobs) for cause in dashboard().causes] == [("locked", 1)]
    listed = admin.get(reverse("admin:tasks_app_job_changelist"), {"state__exact": "failed"}).content.decode()
    assert first.subject_title in listed
    unseen = admin.get(reverse("admin:tasks_app_job_changelist"), {"acknowledged": "no"}).content.decode()
    assert f">{first.subject_title}<" not in unseen
    assert f">{second.subject_title}<" in unseen
    shown = admin.get(reverse("admin:tasks_app_job_change", args=[first.pk])).content.decode()
    assert "Acknowledged by chief" in shown
    assert "known, the archive moves on Friday" in shown
    assert error_groups.newest()[0].unseen == 1


def test_a_requeued_job_that_fails_again_asks_for_attention_again(probe: JobType, jobs: list[Job]) -> None:
    seen = verbs.acknowledge(fail(probe, jobs[0]), by=None, reason="known")
    again = fail(probe, verbs.requeue(seen, by=None))
    assert (again.acknowledged_at, again.acknowledged_note) == (None, "")
    assert dashboard().failed == 1


def test_only_an_unseen_failure_can_be_acknowledged(probe: JobType, jobs: list[Job], admin: Client) -> None:
    seen = verbs.acknowledge(fail(probe, jobs[0]), by=None)
    asked = admin.post(reverse("admin:tasks_app_job_acknowledge"), {"job": [seen.pk, jobs[1].pk]}).content.decode()
    assert "Jobs affected: 0 of 2." in asked
    assert "It has already been acknowledged." in asked
    assert "It has not failed." in asked


def test_buttons_are_for_those_with_the_right(probe: JobType, jobs: list[Job], staff: Staff) -> None:
    for job in jobs[:2]:
        fail(probe, job)
    acknowledge = reverse("admin:tasks_app_job_acknowledge")
    assert acknowledge not in page(staff("view_job"))
    assert acknowledge in page(staff("view_job", "acknowledge_job"))
    assert staff().get(reverse(ERRORS)).status_code == 403
