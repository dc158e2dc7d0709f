"""The page of the consistency check: what disagrees, and the repair, asked about and kept."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django_celery_results.models import TaskResult

from tasks_app.jobs.statements import execute
from tasks_app.jobs.upkeep import consistency, consistency_checks
from tasks_app.models import Inconsistency, Job
from tasks_app.models.engine.job import State
from tests.console.admin.conftest import JobIn, Staff

LIST = "admin:tasks_app_inconsistency_changelist"


@pytest.fixture
def inconsistency(job_in: JobIn) -> Inconsistency:
    """A failed job whose TaskResult is gone."""
    job = job_in(State.FAILED)
    execute("UPDATE tasks_app_attempt SET started_at = started_at - interval '5 min'", {})
    TaskResult.objects.all().delete()
    consistency.check(consistency_checks.CONSISTENCY_CHECKS, 5)
    return Inconsistency.objects.get(job=job)


def repair(client: Client, inconsistency: Inconsistency, **fields: str) -> str:
    answer = client.post(reverse("admin:tasks_app_inconsistency_repair", args=[inconsistency.pk]), fields, follow=True)
    return answer.content.decode()


def test_where_everything_agrees(admin: Client) -> None:
    page = admin.get(reverse(LIST)).content.decode()
    assert "All compared records are consistent." in page
    assert "Not yet: beat runs it" in page


def test_what_disagrees_leads_to_its_job(inconsistency: Inconsistency, admin: Client) -> None:
    page = admin.get(reverse(LIST)).content.decode()
    assert "Attempt 1.1 has no TaskResult." in page
    assert reverse("admin:tasks_app_job_change", args=[inconsistency.job_id]) in page


def test_its_page_tells_times_in_the_readers_zone(inconsistency: Inconsistency, admin: Client) -> None:
    page = admin.get(reverse("admin:tasks_app_inconsistency_change", args=[inconsistency.pk])).content.decode()
    for moment in (inconsistency.found_at, inconsistency.seen_at):
        assert date_format(timezone.localtime(moment), "DATETIME_FORMAT") in page
    assert "+00:00" not in page


def test_repair_asks_first_and_is_kept(inconsistency: Inconsistency, admin: Client) -> None:
    assert "the TaskResult is rewritten from the attempt" in repair(admin, inconsistency)
    assert not TaskResult.objects.exists()
    page = repair(admin, inconsistency, confirmed="yes", reason="restored from a backup")
    assert "Now consistent." in page
    assert TaskResult.objects.get().status == "FAILURE"
    assert "restored from a backup" in LogEntry.objects.get(object_id=str(inconsistency.pk)).change_message


def test_repair_needs_its_own_right(inconsistency: Inconsistency, staff: Staff) -> None:
    address = reverse("admin:tasks_app_inconsistency_repair", args=[inconsistency.pk])
    page = reverse("admin:tasks_app_inconsistency_change", args=[inconsistency.pk])
    assert staff("view_inconsistency").post(address).status_code == 403
    assert address not in staff("view_inconsistency").get(page).content.decode()
    assert address in staff("view_inconsistency", "repair_inconsistency").get(page).content.decode()
    assert staff("view_inconsistency", "repair_inconsistency").get(address).status_code == 405


def test_what_needs_a_person_has_no_repair_button(job_in: JobIn, admin: Client) -> None:
    job_in(State.SUCCEEDED)  # by the engine's verb alone, without any stage
    consistency.check(consistency_checks.CONSISTENCY_CHECKS, 5)
    found = Inconsistency.objects.get(check_name="successes")
    page = admin.get(reverse("admin:tasks_app_inconsistency_change", args=[found.pk])).content.decode()
    assert reverse("admin:tasks_app_inconsistency_repair", args=[found.pk]) not in page
    assert reverse("admin:tasks_app_job_restart") in page
    assert "cannot be repaired automatically" in repair(admin, found, confirmed="yes")
    assert Job.objects.get().state == State.SUCCEEDED


def test_everything_is_compared_anew_on_request(inconsistency: Inconsistency, admin: Client) -> None:
    """Between two rounds the walk is behind the old records: what is damaged there is found when it starts over."""
    repair(admin, inconsistency, confirmed="yes", reason="first")
    consistency.check(consistency_checks.CONSISTENCY_CHECKS, 5)
    TaskResult.objects.all().delete()
    consistency.check(consistency_checks.CONSISTENCY_CHECKS, 5)
    assert not Inconsistency.objects.exists()
    anew = reverse("admin:tasks_app_inconsistency_anew")
    assert "The next check starts again" in admin.post(anew).content.decode()
    consistency.check(consistency_checks.CONSISTENCY_CHECKS, 5)
    assert not Inconsistency.objects.exists(), "it was only asked"
    admin.post(anew, {"confirmed": "yes", "reason": "a backup was restored"})
    consistency.check(consistency_checks.CONSISTENCY_CHECKS, 5)
    assert Inconsistency.objects.get().job == inconsistency.job
    kept = LogEntry.objects.filter(change_message__contains="a backup was restored")
    assert kept.count() == len(consistency_checks.CONSISTENCY_CHECKS)
