"""Beat's pages: next run, lateness, running at once, and actions that ask for their right."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask
from redis import Redis

from tasks_app import tasks
from tasks_app.admin.operations.schedule_admin import WHAT, is_late, next_run
from tasks_app.registry import TASK_PREFIX
from tasks_app.roles import OPERATOR
from tests.console.admin.conftest import Staff, holder

pytestmark = pytest.mark.django_db

PAGE = "admin:django_celery_beat_periodictask_changelist"
NAME = "tasks_app.tasks.sweep"


@pytest.fixture
def task() -> PeriodicTask:
    hourly, _created = IntervalSchedule.objects.get_or_create(every=1, period=IntervalSchedule.HOURS)
    made, _created = PeriodicTask.objects.update_or_create(
        name=NAME, defaults={"task": NAME, "interval": hourly, "queue": "maintenance"}
    )
    return made


def ran(task: PeriodicTask, ago: timedelta) -> PeriodicTask:
    PeriodicTask.objects.filter(pk=task.pk).update(last_run_at=timezone.now() - ago)
    task.refresh_from_db()
    return task


def page(client: Client) -> str:
    return client.get(reverse(PAGE)).content.decode()


def run(client: Client, task: PeriodicTask, **form: str) -> str:
    answer = client.post(reverse("admin:django_celery_beat_periodictask_run", args=[task.pk]), form, follow=True)
    return answer.content.decode()


def test_how_often_and_what_for(task: PeriodicTask, admin: Client) -> None:
    nightly = CrontabSchedule.objects.create(minute="0", hour="3")
    PeriodicTask.objects.create(name="of their own", task="a.task", crontab=nightly, description="Tidies up.")
    shown = page(admin)
    assert "every 1 h 0 min" in shown
    assert "Recovers jobs whose worker is gone" in shown
    assert str(nightly) in shown
    assert "Tidies up." in shown


def test_each_task_of_the_project_says_what_it_is_for() -> None:
    assert {entry.task for entry in tasks.schedule()} == {f"{TASK_PREFIX}{name}" for name in WHAT}


def test_the_next_run_follows_from_the_last(task: PeriodicTask) -> None:
    due = next_run(ran(task, timedelta(minutes=20)))
    assert due is not None
    assert abs(due - timezone.now() - timedelta(minutes=40)) < timedelta(seconds=5)


def test_a_late_task_is_flagged(task: PeriodicTask, admin: Client) -> None:
    assert not is_late(ran(task, timedelta(minutes=60, seconds=30)))
    assert is_late(ran(task, timedelta(minutes=62)))
    assert "Late since" in page(admin)


def test_a_task_of_the_project_that_is_switched_off_is_flagged(task: PeriodicTask, admin: Client) -> None:
    assert "Disabled" not in page(admin)
    PeriodicTask.objects.filter(pk=task.pk).update(enabled=False)
    assert "Disabled" in page(admin)


def test_one_that_is_switched_off_is_not_late(task: PeriodicTask) -> None:
    task.enabled = False
    task.save()
    assert next_run(task) is None
    assert not is_late(task)


def test_running_at_once_asks_first_and_sends_once(task: PeriodicTask, admin: Client, broker: Redis) -> None:
    queue = f"{settings.CELERY_BROKER_KEY_PREFIX}maintenance"
    assert f"Run {NAME} now?" in run(admin, task)
    assert broker.llen(queue) == 0

    assert f"Sent: {NAME}." in run(admin, task, confirmed="yes", reason="after the repair")

    assert broker.llen(queue) == 1
    assert LogEntry.objects.get().change_message == "Run now. Reason: after the repair"


def test_switching_asks_for_the_right_to_change(task: PeriodicTask, staff: Staff, admin: Client) -> None:
    wish = {"action": "disable_tasks", "_selected_action": [task.pk]}
    admin.post(reverse(PAGE), wish)
    task.refresh_from_db()
    assert not task.enabled
    assert LogEntry.objects.get().change_message == "Disabled."
    admin.post(reverse(PAGE), {**wish, "action": "enable_tasks"})
    task.refresh_from_db()
    assert task.enabled


def test_stock_actions_that_ask_for_nothing_are_gone(task: PeriodicTask, admin: Client) -> None:
    shown = page(admin)
    assert "run_tasks" not in shown
    assert "toggle_tasks" not in shown
    admin.post(reverse(PAGE), {"action": "toggle_tasks", "_selected_action": [task.pk]})
    task.refresh_from_db()
    assert task.enabled


def changed(client: Client, row: PeriodicTask, **form: object) -> int:
    """Status of saving the task's page with these fields, also with such as it does not offer."""
    path = reverse("admin:django_celery_beat_periodictask_change", args=[row.pk])
    return client.post(path, {"enabled": "on", "interval": row.interval_id, "crontab": "", **form}).status_code


@pytest.mark.parametrize("who", ["operator", "superuser"])
def test_what_is_run_cannot_be_rewritten(who: str, task: PeriodicTask, admin: Client) -> None:
    client = admin
    if who == "operator":
        client = Client()
        client.force_login(holder(OPERATOR))
    before = PeriodicTask.objects.values().get(pk=task.pk)
    other = {"name": "n", "task": "celery.backend_cleanup", "regtask": "celery.backend_cleanup", "queue": "llm"}
    assert changed(client, task, **other, args="[1]", kwargs="{}", headers="{}", one_off="on", priority="1") == 302
    after = PeriodicTask.objects.values().get(pk=task.pk)
    assert {name for name in before if before[name] != after[name]} <= {"date_changed"}


def test_operators_change_when_it_runs(task: PeriodicTask) -> None:
    client = Client()
    client.force_login(holder(OPERATOR))
    nightly = CrontabSchedule.objects.create(minute="0", hour="3")
    assert changed(client, task, interval="", crontab=nightly.pk) == 302
    task.refresh_from_db()
    assert (task.crontab, task.interval) == (nightly, None)
    assert changed(client, task, interval="", crontab="") == 200, "it has to run at some time"


@pytest.mark.parametrize("page_of", ["add", "delete"])
def test_nobody_adds_or_deletes_one(page_of: str, task: PeriodicTask, admin: Client) -> None:
    arguments = [task.pk] if page_of == "delete" else []
    path = reverse(f"admin:django_celery_beat_periodictask_{page_of}", args=arguments)
    assert admin.get(path).status_code == 403
    assert admin.post(path, {"name": "n", "task": "t", "post": "yes"}).status_code == 403
    assert admin.post(reverse(PAGE), {"action": "delete_selected", "_selected_action": [task.pk], "post": "yes"})
    assert PeriodicTask.objects.filter(pk=task.pk).exists()


def test_the_page_tells_of_beat(task: PeriodicTask, admin: Client) -> None:
    assert "The scheduler (beat) has not been seen yet" in page(admin)
