"""The first jobs of a large requeue are tried; the rest continues by itself only if enough of them
do not fail again.
"""

import re
from collections.abc import Sequence

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tasks_app.admin.jobs.actions import action_views, bulk_actions
from tasks_app.admin.jobs.actions.canary import canary_of
from tasks_app.jobs.transitions import verbs
from tasks_app.models import BulkAction, Job, Notebook, Source
from tests.support.attempts import attempt
from tests.support.job_types.probe import PROBE

pytestmark = pytest.mark.django_db(transaction=True)

MANY = action_views.AT_ONCE + 5
TRIED, PERCENT = 4, 50


@pytest.fixture(autouse=True)
def short_trial(settings: Settings) -> None:
    """Of four, two may fail again."""
    settings.BULK_ACTION_CANARY_JOBS, settings.BULK_ACTION_CANARY_PERCENT = TRIED, PERCENT


@pytest.fixture
def failed(notebook: Notebook) -> list[Job]:
    sources = [Source.objects.create(notebook=notebook, title=f"job {n}", pasted_text=str(n)) for n in range(MANY)]
    return [verbs.fail(verbs.enqueue("probe", source), by=None, reason="for a test") for source in sources]


def ordered(client: Client, action: str) -> BulkAction:
    chosen = {"action": f"{action}_selected", "_selected_action": [Job.objects.values_list("pk", flat=True)[0]]}
    client.post(reverse("admin:tasks_app_job_changelist"), {**chosen, "select_across": "1"})
    return BulkAction.objects.latest("requested_at")


def confirmed(client: Client, action: str = "requeue") -> BulkAction:
    bulk_action = ordered(client, action)
    client.post(reverse("admin:tasks_app_job_bulk_confirm", args=[bulk_action.pk]), {"reason": "the server is back"})
    bulk_action.refresh_from_db()
    return bulk_action


def step(client: Client, bulk_action: BulkAction, **fields: str) -> str:
    address = reverse("admin:tasks_app_job_bulk_step", args=[bulk_action.pk])
    return client.post(address, fields, headers={"HX-Request": "true"}).content.decode()


def tried(bulk_action: BulkAction) -> Sequence[Job]:
    return [item.job for item in bulk_action.items.filter(outcome="done").order_by("position").select_related("job")]


def succeed(jobs: Sequence[Job]) -> None:
    for job in jobs:
        attempt(PROBE, job)


def fail(jobs: Sequence[Job]) -> None:
    for job in jobs:
        verbs.fail(job, by=None, reason="for a test")


def test_the_question_tells_of_the_trial(failed: list[Job], admin: Client) -> None:
    bulk_action = ordered(admin, "requeue")
    page = admin.get(bulk_actions.address(bulk_action)).content.decode()
    assert f"The first {TRIED} are a trial" not in page, "only who is asked needs to know"
    chosen = {"action": "requeue_selected", "_selected_action": [failed[0].pk], "select_across": "1"}
    page = admin.post(reverse("admin:tasks_app_job_changelist"), chosen).content.decode()
    assert (
        f"The first {TRIED} are a trial: the rest continues automatically only if at most 2 of them fail again." in page
    )


def test_only_the_trial_goes_at_first(failed: list[Job], admin: Client) -> None:
    bulk_action = confirmed(admin)
    step(admin, bulk_action)
    page = step(admin, bulk_action)
    assert len(tried(bulk_action)) == TRIED
    assert f"0 of the {TRIED} trial jobs have ended" in page
    assert "every 3s" in page, "it looks again by itself"


def test_the_rest_follows_as_soon_as_no_failure_can_change_it(failed: list[Job], admin: Client) -> None:
    bulk_action = confirmed(admin)
    step(admin, bulk_action)
    succeed(tried(bulk_action)[:1])
    assert len(tried(bulk_action)) == TRIED
    step(admin, bulk_action)
    assert len(tried(bulk_action)) == TRIED, "three are open, of whom three may still fail"
    succeed(tried(bulk_action)[1:2])
    for _ in range(100):
        if bulk_action.finished_at:
            break
        step(admin, bulk_action)
        bulk_action.refresh_from_db()
    assert len(tried(bulk_action)) == MANY


def test_as_many_failures_as_are_allowed_do_not_stop_it(failed: list[Job], admin: Client) -> None:
    bulk_action = confirmed(admin)
    step(admin, bulk_action)
    fail(tried(bulk_action)[:2])
    assert "Stopped" not in step(admin, bulk_action), "those that are open may yet succeed"
    succeed(tried(bulk_action)[2:])
    step(admin, bulk_action)
    assert len(tried(bulk_action)) > TRIED


def test_one_failure_more_stops_it_and_a_person_decides(failed: list[Job], admin: Client) -> None:
    bulk_action = confirmed(admin)
    step(admin, bulk_action)
    fail(tried(bulk_action)[:3])
    page = step(admin, bulk_action)
    assert f"Stopped: 3 of the {TRIED} trial jobs failed again; at most 2 may." in page
    assert "hx-trigger" not in page, "it asks no more by itself"
    assert "Continue anyway" in page
    named = re.findall(r"Probe: (job \d+)</a>: \w", page.partition("Failed again")[2])
    assert named == [job.subject_title for job in tried(bulk_action)[:3]]
    step(admin, bulk_action)
    assert len(tried(bulk_action)) == TRIED
    step(admin, bulk_action, anyway="yes")
    assert len(tried(bulk_action)) > TRIED
    assert "Stopped" not in step(admin, bulk_action)


def test_who_cannot_wait_need_not(failed: list[Job], admin: Client) -> None:
    bulk_action = confirmed(admin)
    step(admin, bulk_action)
    assert "Continue without waiting" in step(admin, bulk_action)
    step(admin, bulk_action, anyway="yes")
    assert len(tried(bulk_action)) > TRIED


def test_a_skipped_job_tells_nothing_so_the_next_is_tried(failed: list[Job], admin: Client) -> None:
    bulk_action = confirmed(admin)
    first = bulk_action.items.order_by("position").select_related("job")[0]
    verbs.requeue(first.job, by=None)
    step(admin, bulk_action)
    step(admin, bulk_action)
    assert [item.position for item in bulk_action.items.filter(outcome="done").order_by("position")] == [1, 2, 3, 4]


@pytest.mark.parametrize("trial_jobs", [0, MANY, MANY + 1])
def test_without_a_rest_nothing_is_held_back(
    trial_jobs: int, failed: list[Job], admin: Client, settings: Settings
) -> None:
    settings.BULK_ACTION_CANARY_JOBS = trial_jobs
    assert canary_of(confirmed(admin)) is None


def test_only_what_queues_jobs_is_tried(failed: list[Job], admin: Client) -> None:
    assert canary_of(confirmed(admin, "acknowledge")) is None
    assert canary_of(confirmed(admin, "restart")) is not None
