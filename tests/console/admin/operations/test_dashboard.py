"""The dashboard's figures: each from jobs that the engine processed, each at a cost that does not grow."""

import re
from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tasks_app.admin.operations.dashboard.bar_chart import LABEL_WIDTH, MIN_WIDTH, WIDTH, chart
from tasks_app.admin.operations.dashboard.dashboard import KindLine, dashboard
from tasks_app.jobs.transitions import pausing
from tasks_app.models import Inconsistency, Job, JobDependency, PeriodicHeartbeat, WorkerHeartbeat
from tasks_app.models.engine.job import State
from tests.console.admin.conftest import WORKER, JobIn, Staff


def fragment(client: Client) -> str:
    return client.get(reverse("admin:tasks_app_job_dashboard")).content.decode()


def source_line() -> KindLine:
    return next(line for line in dashboard().kinds if line.kind == "source")


def test_the_last_day_of_a_kind(job_in: JobIn) -> None:
    assert source_line().success_percent is None
    for state in (State.SUCCEEDED, State.SUCCEEDED, State.FAILED, State.CANCELLED, State.RUNNING, State.QUEUED):
        job_in(state, state)
    Job.objects.filter(pk=job_in(State.SUCCEEDED, "old").pk).update(finished_at=Now() - timedelta(hours=25))

    line = source_line()

    assert (line.succeeded, line.failed, line.cancelled, line.running) == (2, 1, 1, 1)
    assert line.success_percent == 66


def test_tiles_lead_to_the_jobs_they_count(job_in: JobIn, admin: Client) -> None:
    for state in State:
        job_in(state, state)
    shown = admin.get(reverse("admin:index")).content.decode()
    tiles = re.findall(r'<li><a href="([^"]+)">.*?<strong>(\d+)', shown, re.DOTALL)
    assert [number for _address, number in tiles] == ["1", "1", "1", "1", "0"]
    for address, number in tiles:
        listed = admin.get(address.replace("&amp;", "&"))
        assert listed.status_code == 200
        assert listed.context["cl"].result_count == int(number)


def test_failures_are_grouped_by_cause_and_told_in_words(job_in: JobIn, admin: Client) -> None:
    for number in range(3):
        job = job_in(State.FAILED, f"broken {number}")
        Job.objects.filter(pk=job.pk).update(finished_at=Now() - timedelta(minutes=3 - number))
    old = job_in(State.FAILED, "long ago")
    Job.objects.filter(pk=old.pk).update(finished_at=Now() - timedelta(hours=25))

    (cause,) = dashboard().causes

    assert (cause.code, cause.jobs, cause.newest.subject_title) == ("locked", 3, "broken 2")
    shown = fragment(admin)
    assert "3 jobs" in shown
    assert "The file is locked." in shown
    address = re.search(r'href="([^"]+cause=locked)"', shown)
    assert address is not None
    assert admin.get(address[1].replace("&amp;", "&")).context["cl"].result_count == 3


def test_a_job_whose_worker_fell_silent_is_stuck(job_in: JobIn, admin: Client) -> None:
    job = job_in(State.RUNNING, "abandoned")
    assert dashboard().stuck_count == 0
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(minutes=1))
    assert [one.job.subject_title for one in dashboard().stuck] == ["abandoned"]
    assert "has stopped responding" in fragment(admin)


def test_a_job_that_could_long_have_started_is_stuck(job_in: JobIn) -> None:
    job = job_in(State.QUEUED, "forgotten")
    Job.objects.filter(pk=job.pk).update(next_run_at=Now() - timedelta(minutes=14))
    assert dashboard().stuck_count == 0
    Job.objects.filter(pk=job.pk).update(next_run_at=Now() - timedelta(minutes=16))
    assert dashboard().stuck_count == 1


def test_a_job_that_waits_for_another_is_not_stuck(job_in: JobIn, admin: Client) -> None:
    parent, child = job_in(State.QUEUED, "parent"), job_in(State.QUEUED, "child")
    JobDependency.objects.create(parent=parent, awaited=child)
    Job.objects.filter(pk=parent.pk).update(next_run_at=Now() - timedelta(hours=1))
    assert dashboard().stuck_count == 0
    listed = admin.get(reverse("admin:tasks_app_job_changelist") + "?stuck=yes")
    assert listed.context["cl"].result_count == 0


def test_queues_workers_and_beat(job_in: JobIn, admin: Client) -> None:
    job_in(State.QUEUED)
    assert "No worker" in fragment(admin)
    assert "The scheduler (beat) has not been seen yet" in fragment(admin)
    WorkerHeartbeat.objects.create(worker=WORKER, queues=list(pausing.JOB_QUEUES))
    PeriodicHeartbeat.objects.create(name="beat")
    pausing.pause("llm", by=None, reason="model away")
    shown = fragment(admin)
    assert "No worker" not in shown
    assert "Scheduler (beat): last seen " in shown or "Scheduler (beat): last seen " in shown
    assert "model away" in shown
    WorkerHeartbeat.objects.update(seen_at=Now() - timedelta(minutes=10))
    PeriodicHeartbeat.objects.update(last_at=Now() - timedelta(minutes=10))
    shown = fragment(admin)
    assert "1 worker is not responding." in shown
    assert "Lost jobs are not recovered" in shown


def test_it_polls_itself(admin: Client) -> None:
    shown = fragment(admin)
    assert f'hx-get="{reverse("admin:tasks_app_job_dashboard")}" hx-trigger="every 3s,' in shown
    assert shown.lstrip().startswith('<section id="dashboard"')


def test_empty_parts_say_so(admin: Client) -> None:
    shown = fragment(admin)
    assert "No failures." in shown
    assert "No job has finished in the last 24 hours." in shown


def test_figures_are_for_those_who_may_see_jobs(job_in: JobIn, staff: Staff) -> None:
    job_in(State.FAILED, "broken")
    index = reverse("admin:index")
    assert "broken" not in staff("view_source").get(index).content.decode()
    assert "broken" in staff("view_job").get(index).content.decode()


def test_as_many_statements_for_many_jobs_as_for_few(job_in: JobIn, admin: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as statements:
            fragment(admin)
        return len(statements)

    for state in State:
        job_in(state)
    few = cost()
    for number in range(2):
        for state in State:
            job_in(state, f"{number}")
    assert cost() == few <= 20


def line(succeeded: int, failed: int = 0) -> KindLine:
    return KindLine(kind="k", label="K", succeeded=succeeded, failed=failed, cancelled=0, running=0)


def test_bars_share_one_scale_and_stay_inside() -> None:
    long, short, tiny = chart([line(1000, 1), line(500), line(1)]).bars
    assert long.succeeded > short.succeeded > tiny.succeeded == MIN_WIDTH
    assert long.failed == MIN_WIDTH, "one failure among a thousand is still seen"
    assert long.failed_x == LABEL_WIDTH + long.succeeded
    assert long.figures_x < WIDTH
    assert chart([]).bars == []


def test_recovery_that_is_switched_off_is_told_while_beat_runs(admin: Client) -> None:
    for name in ("beat", "sweep"):
        PeriodicHeartbeat.objects.create(name=name)
    assert "Recovery is not running" not in fragment(admin)
    PeriodicHeartbeat.objects.filter(name="sweep").update(last_at=Now() - timedelta(minutes=10))
    assert "Recovery is not running" in fragment(admin)


def test_what_the_truth_check_found_is_told_to_those_who_may_see_it(admin: Client, staff: Staff) -> None:
    assert "The consistency check found" not in fragment(admin)
    Inconsistency.objects.create(check_name="attempts", about="1", message="Attempt %(attempt)s has no TaskResult.")
    shown = fragment(admin)
    assert "The consistency check found 1 inconsistency." in shown
    assert reverse("admin:tasks_app_inconsistency_changelist") in shown
    assert "The consistency check found" not in fragment(staff("view_job"))
