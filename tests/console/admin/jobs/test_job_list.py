"""The job list: as many statements for fifty jobs as for five, cheap filters, a search."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import CharField, Func, QuerySet, Value
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tasks_app.admin.common.paginators import CappedPaginator, FoundPaginator
from tasks_app.admin.jobs.changelist.job_search import search
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, Notebook, Source
from tasks_app.models.engine.job import State
from tests.console.admin.conftest import JobIn

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
    for query in ("", "?state__exact=failed", "?kind=source&queue=content&finished=24h", "?created_at__year=2026"):
        assert not [sql for sql in statements(query) if "DISTINCT" in sql]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?state__exact=failed", {"broken"}),
        ("?kind=source", {"broken", "waiting"}),
        ("?queue=content", {"broken", "waiting"}),
        ("?queue=llm", set()),
        ("?finished=1h", {"broken"}),
        ("?age=1h", {"broken", "waiting"}),
        ("?age=over-24h", set()),
        ("?cause=locked", {"broken"}),
        ("?cause=other", set()),
        ("?stuck=yes", set()),
        ("?requested_by=0", set()),
        ("?requested_by=somebody", {"broken", "waiting"}),
        ("?notebook=00000000-0000-0000-0000-000000000000", set()),
        ("?notebook=nonsense", set()),
        ("?q=BROK", {"broken"}),
        ("?q=roken", {"broken"}),
        ("?q=rokn", set()),
        ("?q=b", {"broken"}),
        ("?q='%22%26!|", set()),
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


def test_search_by_the_celery_id_of_any_attempt(job_in: JobIn, admin: Client) -> None:
    failed, queued = job_in(State.FAILED, "tried"), job_in(State.QUEUED, "waiting")
    assert listed(admin, f"?q={failed.attempts.get().task_id}") == [failed]
    assert listed(admin, f"?q={queued.dispatch_id}") == [queued]
    assert listed(admin, f"?q={failed.dispatch_id}") == [failed], "the message that was taken last"


def test_search_by_any_part_of_a_japanese_title(job_in: JobIn, admin: Client) -> None:
    job_in(State.QUEUED, "令和６年度 防災計画の見直しについて")
    job_in(State.QUEUED, "計画防災")
    for term in ("防災計画", "令和6年度", "見直し 防災", "災計"):
        assert [job.subject_title for job in listed(admin, f"?q={term}")] == ["令和６年度 防災計画の見直しについて"], (
            term
        )


def test_a_title_that_changes_is_found_by_its_new_words(job_in: JobIn, admin: Client, notebook: Notebook) -> None:
    job = job_in(State.FAILED, "古い題名")
    Source.objects.filter(pk=job.subject_id).update(title="新しい表題")
    verbs.requeue(job, by=None)
    assert listed(admin, "?q=表題") == [job]
    assert listed(admin, "?q=古い") == []


def test_whose_jobs_and_which_notebook_can_be_chosen(job_in: JobIn, admin: Client, notebook: Notebook) -> None:
    job = job_in(State.QUEUED)
    shown = admin.get(reverse("admin:tasks_app_job_changelist")).content.decode()
    assert f"?requested_by={job.requested_by_id}" in shown
    assert f"?notebook={notebook.pk}" in shown
    assert listed(admin, f"?requested_by={job.requested_by_id}&notebook={notebook.pk}") == [job]


def test_dates_lead_down_to_the_day(job_in: JobIn, admin: Client) -> None:
    today, old = job_in(State.QUEUED, "today"), job_in(State.QUEUED, "old")
    Job.objects.filter(pk=old.pk).update(created_at="2024-02-29T23:30:00+09:00")
    page = admin.get(reverse("admin:tasks_app_job_changelist"))
    assert "?created_at__year=2024" in page.content.decode()
    leap = "?created_at__year=2024&created_at__month=2"
    page = admin.get(reverse("admin:tasks_app_job_changelist") + leap)
    assert "created_at__day=29" in page.content.decode()
    assert "created_at__day=28" not in page.content.decode(), "nothing was there yet"
    assert listed(admin, f"{leap}&created_at__day=29") == [old]
    assert today not in listed(admin, leap)


def test_counting_stops_at_the_cap(job_in: JobIn) -> None:
    """Beyond the cap a filtered list is not counted; an unfiltered one shows PostgreSQL's estimate."""
    for number in range(4):
        job_in(State.QUEUED, f"job {number}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tasks_app_job")
    shown = Template("{{ jobs.count }}")

    def counted(cap: int, jobs: QuerySet[Job]) -> tuple[int, str]:
        paginator = type("Capped", (CappedPaginator,), {"cap": cap})(jobs, 50)
        return paginator.count, shown.render(Context({"jobs": paginator}))

    queued = Job.objects.filter(state=State.QUEUED)
    assert counted(3, queued) == (3, "2+")
    assert counted(3, Job.objects.all()) == (4, "≈ 4")
    assert counted(4, Job.objects.all()) == (4, "3+"), "the estimate adds nothing"
    assert counted(5, queued) == counted(5, Job.objects.all()) == (4, "4")


def test_what_a_frequent_word_finds_comes_in_the_same_order(job_in: JobIn) -> None:
    for number in range(6):
        job_in(State.QUEUED, f"job {number}")
    found = search(Job.objects.all(), "job")
    usual = FoundPaginator(found, 2)
    walking = type("Walking", (FoundPaginator,), {"cap": 3})(found, 2)
    assert (usual.count, walking.count) == (6, 3)
    assert list(walking.page(2).object_list) == list(usual.page(2).object_list)[:1]
    assert list(walking.page(1).object_list) == list(usual.page(1).object_list)
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_sort")
        assert cursor.fetchone() == ("on",)


def test_what_a_frequent_word_finds_is_fetched_without_starting_helpers(job_in: JobIn) -> None:
    for number in range(4):
        job_in(State.QUEUED, f"job {number}")
    helpers = Func(Value("max_parallel_workers_per_gather"), function="current_setting", output_field=CharField())
    found = search(Job.objects.all(), "job").values_list(helpers, flat=True)
    usual = set(found.all())
    walking = type("Walking", (FoundPaginator,), {"cap": 3})(found, 2)
    assert set(walking.page(1).object_list) == {"0"}
    assert set(found.all()) == usual != {"0"}


@pytest.mark.parametrize("name", ["kind", "queue", "cause", "stuck", "age", "notebook", "requested_by", "acknowledged"])
def test_a_filter_that_no_row_can_match_is_no_error(name: str, job_in: JobIn, admin: Client) -> None:
    job_in(State.FAILED)
    assert admin.get(reverse("admin:tasks_app_job_changelist") + f"?{name}=%00").status_code in (200, 302)


def test_a_failure_is_told_in_the_list(job_in: JobIn, admin: Client) -> None:
    job_in(State.FAILED)
    page = admin.get(reverse("admin:tasks_app_job_changelist")).content.decode()
    assert "Source: The file is locked." in page
    assert reverse("admin:tasks_app_job_errors") in page
