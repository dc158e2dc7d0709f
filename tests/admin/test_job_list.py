"""The job list: as many statements for fifty jobs as for five, cheap filters, a search."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tasks_app.admin.paginator import CappedPaginator
from tasks_app.models import Job
from tasks_app.models.job import State
from tests.admin.conftest import JobIn

STATES = (State.FAILED, State.QUEUED, State.RUNNING, State.SUCCEEDED, State.CANCELLED)


Statements = Callable[..., list[str]]


@pytest.fixture
def statements(admin: Client) -> Statements:
    """statements("?kind=source") is the SQL that a page of the list runs."""

    def of(query: str = "") -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            assert admin.get(reverse("admin:tasks_app_job_changelist") + query).status_code == 200
        return [one["sql"] for one in captured]

    of()  # the first request also fills caches of content types
    return of


def listed(client: Client, query: str) -> list[Job]:
    answer = client.get(reverse("admin:tasks_app_job_changelist") + query)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


def test_as_many_statements_for_fifty_jobs_as_for_five(statements: Statements, job_in: JobIn) -> None:
    for number in range(5):
        job_in(STATES[number % 5], f"job {number}")
    few = len(statements())
    for number in range(45):
        job_in(STATES[number % 5], f"more {number}")
    assert len(statements()) == few


def test_no_statement_lists_distinct_values(statements: Statements, job_in: JobIn) -> None:
    job_in(State.FAILED)
    for query in ("", "?state__exact=failed", "?kind=source&queue=content&finished=24h"):
        assert not [sql for sql in statements(query) if "DISTINCT" in sql]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?state__exact=failed", {"broken"}),
        ("?kind=source", {"broken", "waiting"}),
        ("?queue=content", {"broken", "waiting"}),
        ("?queue=llm", set()),
        ("?finished=1h", {"broken"}),
        ("?q=BROK", {"broken"}),
        ("?q=roken", set()),
    ],
)
def test_filters_and_search(query: str, found: set[str], job_in: JobIn, admin: Client) -> None:
    job_in(State.FAILED, "broken")
    job_in(State.QUEUED, "waiting")
    assert {job.subject_title for job in listed(admin, query)} == found


def test_search_by_whole_ids(job_in: JobIn, admin: Client) -> None:
    job = job_in(State.QUEUED, "wanted")
    job_in(State.QUEUED, "other")
    assert listed(admin, f"?q={job.pk}") == [job]
    assert listed(admin, f"?q={job.subject_id}") == [job]
    assert listed(admin, f"?q={uuid4()}") == []


def test_counting_stops_at_the_cap(job_in: JobIn) -> None:
    """Beyond the cap a filtered list is not counted; an unfiltered one shows PostgreSQL's estimate."""
    for number in range(4):
        job_in(State.QUEUED, f"job {number}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tasks_app_job")
    capped = type("Capped", (CappedPaginator,), {"cap": 3})
    assert capped(Job.objects.filter(state=State.QUEUED), 50).count == 3
    assert capped(Job.objects.all(), 50).count == 4
    assert CappedPaginator(Job.objects.filter(state=State.QUEUED), 50).count == 4
