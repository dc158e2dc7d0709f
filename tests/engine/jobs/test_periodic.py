"""Beat's rows: there without anybody's help, corrected when the code says otherwise, switched off only by staff."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django_celery_beat.models import PeriodicTask

from notebookops.celery import app
from tasks_app import tasks
from tasks_app.jobs.upkeep import periodic
from tasks_app.jobs.upkeep.periodic import Periodic
from tasks_app.jobs.workers.liveness_file import RETRY_SECONDS, Scheduler
from tasks_app.models import PeriodicHeartbeat

pytestmark = pytest.mark.django_db(transaction=True)


def test_migrate_makes_the_rows() -> None:
    PeriodicTask.objects.all().delete()

    call_command("migrate", verbosity=0)

    rows = {row.name: row for row in PeriodicTask.objects.filter(task__startswith="tasks_app.")}
    assert rows.keys() == {f"tasks_app.tasks.{name}" for name in ("sweep", "beat", "purge", "consistency_check")}
    assert all(row.queue == "maintenance" and row.enabled for row in rows.values())
    assert rows["tasks_app.tasks.sweep"].schedule.run_every.total_seconds() == settings.JOB_SWEEP_SECONDS
    assert all(row.expire_seconds for row in rows.values())


def test_what_staff_switched_off_stays_off_and_intervals_follow_the_code() -> None:
    periodic.reconcile(tasks.schedule())
    PeriodicTask.objects.filter(name="tasks_app.tasks.purge").update(enabled=False)

    slower = [Periodic(task=entry.task, every=timedelta(seconds=77)) for entry in tasks.schedule()]
    periodic.reconcile(slower)

    rows = PeriodicTask.objects.filter(task__startswith="tasks_app.")
    assert {row.schedule.run_every.total_seconds() for row in rows} == {77}
    assert not PeriodicTask.objects.get(name="tasks_app.tasks.purge").enabled


def test_rows_of_tasks_that_are_gone_go() -> None:
    periodic.reconcile([*tasks.schedule(), Periodic(task="tasks_app.tasks.old", every=timedelta(hours=1))])

    periodic.reconcile(tasks.schedule())

    assert not PeriodicTask.objects.filter(name="tasks_app.tasks.old").exists()


@pytest.mark.usefixtures("broker")
def test_beat_outlives_a_database_that_is_away_when_it_reads_its_rows() -> None:
    """At its start, and when it reads them again."""
    lost: list[str] = []

    def away(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "django_celery_beat" in sql and len(lost) < 2:
            lost.append(sql)
            raise OperationalError("connection refused")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(away):
        scheduler = Scheduler(app=app)
        assert len(lost) == 2
        lost.clear()
        scheduler._initial_read = True
        assert scheduler.tick() == RETRY_SECONDS
        assert scheduler.tick() >= 0


def test_beats_own_sign_of_life() -> None:
    tasks.beat()

    assert PeriodicHeartbeat.objects.filter(name="beat").exists()
