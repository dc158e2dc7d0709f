"""The Workers page: what each is doing since when, which are not responding, and which run another version."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from tasks_app import tasks
from tasks_app.admin.jobs.status.liveness import beat_heartbeat
from tasks_app.jobs.upkeep.retention import SILENT_WORKER_HOURS
from tasks_app.models import PeriodicHeartbeat, WorkerHeartbeat
from tasks_app.models.engine.job import State
from tests.console.admin.conftest import WORKER, JobIn, Staff

pytestmark = pytest.mark.django_db

PAGE = "admin:tasks_app_workerheartbeat_changelist"


def page(client: Client) -> str:
    return client.get(reverse(PAGE)).content.decode()


def test_what_a_worker_is_busy_with(job_in: JobIn, admin: Client) -> None:
    WorkerHeartbeat.objects.create(worker=WORKER, queues=["content"], concurrency=2)
    assert "nothing" in page(admin)
    job = job_in(State.RUNNING, "being read")
    shown = page(admin)
    assert "being read" in shown
    assert reverse("admin:tasks_app_job_change", args=[job.pk]) in shown
    assert "since" in shown


def test_a_worker_gone_quiet_is_marked(admin: Client) -> None:
    WorkerHeartbeat.objects.create(worker=WORKER, queues=["content"])
    assert "Not responding" not in page(admin)
    WorkerHeartbeat.objects.update(seen_at=Now() - timedelta(minutes=10))
    assert "Not responding" in page(admin)
    assert "10 min 0 s ago" in page(admin)


def test_a_worker_long_gone_is_forgotten() -> None:
    limit = 60 * SILENT_WORKER_HOURS
    for name, minutes in (("long gone", limit + 1), ("not responding", limit - 1), ("here", 0)):
        WorkerHeartbeat.objects.create(worker=name)
        WorkerHeartbeat.objects.filter(worker=name).update(seen_at=Now() - timedelta(minutes=minutes))
    tasks.purge()
    assert set(WorkerHeartbeat.objects.values_list("worker", flat=True)) == {"not responding", "here"}


def test_another_version_is_marked(admin: Client, settings: Settings) -> None:
    settings.RELEASE = "2.0"
    WorkerHeartbeat.objects.create(worker=WORKER, version="2.0")
    assert "Different version" not in page(admin)
    WorkerHeartbeat.objects.update(version="1.9")
    assert "Different version" in page(admin)


def test_titles_are_for_those_who_may_see_jobs(job_in: JobIn, staff: Staff) -> None:
    WorkerHeartbeat.objects.create(worker=WORKER)
    job_in(State.RUNNING, "confidential")
    assert "confidential" not in page(staff("view_workerheartbeat"))


def test_two_statements_for_any_number_of_workers(job_in: JobIn, admin: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as statements:
            page(admin)
        return len(statements)

    page(admin)
    few = cost()
    for number in range(4):
        WorkerHeartbeat.objects.create(worker=f"{number}@test", queues=["content"])
    job_in(State.RUNNING)
    assert cost() == few


def test_beats_last_tick() -> None:
    assert beat_heartbeat().late
    PeriodicHeartbeat.objects.create(name="beat")
    assert not beat_heartbeat().late
    PeriodicHeartbeat.objects.update(last_at=Now() - timedelta(minutes=5))
    assert beat_heartbeat().late
