"""What the pages ask of PostgreSQL before many jobs: no table is read through, and no index either."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from benchmarks.console import addresses
from benchmarks.support import filling
from tasks_app.admin.common.paginators import CappedPaginator
from tasks_app.admin.jobs.actions.requeue_preview import requeue_previews
from tasks_app.admin.jobs.changelist import error_groups
from tasks_app.admin.jobs.status.context import StatusContext
from tasks_app.jobs.statements import rows
from tasks_app.jobs.upkeep import consistency_checks
from tasks_app.models import Attempt, Job, Notebook, StageResult
from tasks_app.models.engine.job import State

JOBS = 15_000
TOUCHED = CappedPaginator.cap + 500
"""Rows that one step of a plan may look at: about as many as are counted at most, of far more that there are."""


@pytest.fixture(scope="module")
def many_jobs(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        filling.fill(JOBS, say=lambda line: None)
        yield
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(filling.FILLED)} CASCADE")
        User.objects.filter(username__startswith="filled-").delete()
        Notebook.objects.all().delete()


def steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from steps(below)


def touched(step: dict[str, Any]) -> float:
    looked_at = (
        step["Actual Rows"] + step.get("Rows Removed by Filter", 0) + step.get("Rows Removed by Index Recheck", 0)
    )
    return float(looked_at * step["Actual Loops"])


def plan_of(statement: str) -> dict[str, Any]:
    """The topmost step, with what each step really touched."""
    plan = rows(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.replace('%', '%%')}", {})[0][0]
    found: dict[str, Any] = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return found


def faults(statement: str) -> list[str]:
    """Steps of the plan that read a large table through, or far more rows than are shown or counted."""
    return [
        f"{step['Node Type']} on {step.get('Relation Name')} ({touched(step):.0f} rows): {statement[:300]}"
        for step in steps(plan_of(statement))
        if (step["Node Type"] == "Seq Scan" and step["Relation Name"] in filling.FILLED) or touched(step) > TOUCHED
    ]


@pytest.mark.django_db
def test_no_page_reads_a_table_through(many_jobs: None, admin: Client) -> None:
    """With sequential scans forbidden where anything else is possible, those that are left have no index."""
    wrong = {}
    for name, address in addresses().items():
        with CaptureQueriesContext(connection) as captured:
            assert admin.get(address).status_code == 200
        selects = [one["sql"] for one in captured if one["sql"].lstrip().startswith("SELECT")]
        assert selects
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        found = [fault for statement in selects for fault in faults(statement)]
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = on")
        if found:
            wrong[name] = found
    assert wrong == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "said"), [("", "≈ "), ("state__exact=succeeded", "10000+ jobs"), ("q=市", "2000+ jobs")]
)
def test_the_list_says_where_counting_stopped(query: str, said: str, many_jobs: None, admin: Client) -> None:
    page = admin.get(reverse("admin:tasks_app_job_changelist") + f"?{query}").content.decode()
    assert said in page.partition('class="paginator"')[2]


@pytest.mark.django_db
def test_chances_are_told_without_reading_jobs_that_nobody_requeued(many_jobs: None) -> None:
    failed = Job.objects.filter(state=State.FAILED)
    requeued = failed.order_by("-created_at")[0]
    Job.objects.filter(pk=requeued.pk).update(run=2)
    with CaptureQueriesContext(connection) as captured:
        lines = error_groups.newest()
    assert 1 in {line.requeues for line in lines}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    (odds,) = [one["sql"] for one in captured if "AS wanted" in one["sql"]]
    found = list(steps(plan_of(odds)))
    by_index = {step["Index Name"]: step for step in found if "Index Name" in step}
    assert by_index["attempt_alike"]["Node Type"] == "Index Only Scan"
    jobs_read = [touched(step) for step in found if step.get("Relation Name") == "tasks_app_job"]
    assert "job_requeued" in by_index
    assert sum(jobs_read) < 2 * len(lines), "hardly more than the one that was requeued, for each cluster"


@pytest.mark.django_db
def test_the_shapes_are_those_of_months_of_use(many_jobs: None) -> None:
    states = dict(rows("SELECT state, count(*) FROM tasks_app_job GROUP BY state", {}))
    assert sum(states.values()) == JOBS
    finished = states["succeeded"] + states["failed"] + states["cancelled"]
    assert 0.975 < finished / JOBS < 0.985
    assert states["running"] == filling.RUNNING
    attempts = Attempt.objects.count()
    assert attempts == rows("SELECT sum(executions) FROM tasks_app_job", {})[0][0]
    assert attempts == rows("SELECT count(*) FROM django_celery_results_taskresult", {})[0][0]
    assert StageResult.objects.count() > states["succeeded"]
    assert rows("SELECT count(*) FROM pg_indexes WHERE indexname = 'job_title'", {})[0][0] == 1


@pytest.mark.django_db
def test_only_an_empty_database_is_filled(many_jobs: None) -> None:
    before = Job.objects.count()
    with pytest.raises(ValueError, match="has jobs already"):
        filling.fill(10, say=lambda line: None)
    assert Job.objects.count() == before


@pytest.mark.django_db
def test_what_verdicts_and_previews_ask_reads_no_table_through(many_jobs: None) -> None:
    newest = Job.objects.order_by("-created_at")
    queued = newest.filter(state=State.QUEUED)[0]
    failed = list(newest.filter(state=State.FAILED)[:25])
    group = error_groups.newest()[0].group
    with CaptureQueriesContext(connection) as captured:
        context = StatusContext()
        assert context.duration_stats
        assert context.queue_position(queued).ahead > 0
        assert len(requeue_previews(failed)) == len(failed)
        assert list(error_groups.jobs_of(Job.objects.all(), group)[:25])
        consistency_checks.judge_attempts(consistency_checks.attempts_after("", 500))
        consistency_checks.judge_results(consistency_checks.results_after("", 500))
        assert len(consistency_checks.successes_after("", 500)) == 500
    with connection.cursor() as cursor:
        for method in ("seqscan", "mergejoin", "hashjoin"):  # joins may read a whole index instead of the table
            cursor.execute(f"SET LOCAL enable_{method} = off")
    selects = [one["sql"] for one in captured if one["sql"].lstrip().startswith("SELECT")]
    assert [fault for statement in selects for fault in faults(statement)] == []
