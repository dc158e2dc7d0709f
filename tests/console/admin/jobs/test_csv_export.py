"""The job list as CSV: what it says, in which language, and to whom."""

import csv
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tasks_app.admin.jobs.changelist import csv_export, error_groups
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job
from tasks_app.models.engine.job import State
from tests.console.admin.conftest import JobIn, Staff

ADDRESS = "admin:tasks_app_job_changelist"


def exported(client: Client, jobs: list[Job], language: str = "en", query: str = "", **form: str) -> list[list[str]]:
    wish = {"action": "export_selected", "_selected_action": [job.pk for job in jobs], **form}
    answer = client.post(reverse(ADDRESS) + query, wish, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="jobs-2')
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline="")))


def test_titles_states_times_and_errors_are_told(job_in: JobIn, admin: Client) -> None:
    waiting, broken = job_in(State.QUEUED, "待つ"), job_in(State.FAILED, "壊れた, 「題」")
    headings, first, second = exported(admin, [waiting, broken])
    assert headings[:3] == ["title", "kind", "state"]
    assert (first[:3], first[7], first[8]) == (
        ["壊れた, 「題」", "Source", "Failed"],
        "The file is locked.",
        str(broken.pk),
    )
    assert (second[:3], second[4:6], second[7]) == (["待つ", "Source", "Queued"], ["", ""], "")
    # The database stamps these two with the start of its transaction, which here is the test's own.
    assert first[4] == first[5]
    assert first[3] == f"{timezone.localtime(broken.created_at):%Y-%m-%d %H:%M:%S}"
    assert first[9:] == ["content", "owner", "Extract text", "locked", "0", "0", "0.000000", ""]


def test_the_reader_gets_his_own_language(job_in: JobIn, admin: Client) -> None:
    job = job_in(State.FAILED)
    headings, row = exported(admin, [job], "ja")
    assert headings[2] == "状態"
    assert row[2] == "失敗"


def test_a_title_cannot_bring_a_formula_along(job_in: JobIn, admin: Client) -> None:
    job = job_in(State.QUEUED, '=HYPERLINK("http://example.org")')
    assert exported(admin, [job])[1][0] == '\'=HYPERLINK("http://example.org")'


def test_all_that_a_filter_finds_can_be_taken(job_in: JobIn, admin: Client) -> None:
    jobs = [job_in(State.FAILED, f"壊れた{number}") for number in range(3)]
    job_in(State.QUEUED, "待つ")
    rows = exported(admin, jobs[:1], query="?state__exact=failed", select_across="1")
    assert {row[0] for row in rows[1:]} == {"壊れた0", "壊れた1", "壊れた2"}


def test_only_readers_of_jobs_may_export(job_in: JobIn, staff: Staff, client: Client) -> None:
    job = job_in(State.FAILED)
    wish = {"action": "export_selected", "_selected_action": [job.pk]}
    assert client.post(reverse(ADDRESS), wish).status_code == 302
    assert staff("view_source").post(reverse(ADDRESS), wish).status_code == 403
    assert len(exported(staff("view_job"), [job])) == 2


@pytest.mark.django_db
def test_rows_come_from_one_statement(job_in: JobIn) -> None:
    for number in range(5):
        job_in(State.FAILED, str(number))
    with CaptureQueriesContext(connection) as statements:
        lines = list(csv_export.response(Job.objects.all()).streaming_content)  # type: ignore[arg-type]
    assert len(lines) == 7
    assert len(statements) == 1


def test_the_newer_filters_are_followed(job_in: JobIn, admin: Client) -> None:
    seen, unseen = job_in(State.FAILED, "確認済み"), job_in(State.FAILED, "未確認")
    job_in(State.QUEUED, "待つ")
    verbs.acknowledge(seen, by=None)
    alike = str(error_groups.error_group_of(unseen))
    for query, titles in (
        ("?acknowledged=no", {"未確認"}),
        ("?acknowledged=yes", {"確認済み"}),
        (f"?cluster={alike}", {"確認済み", "未確認"}),
        (f"?cluster={alike}&acknowledged=no", {"未確認"}),
    ):
        rows = exported(admin, [unseen], query=query, select_across="1")
        assert {row[0] for row in rows[1:]} == titles
