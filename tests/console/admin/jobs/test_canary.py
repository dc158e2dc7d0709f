"""The first jobs of a large requeue are tried; the rest goes on by itself only if enough of them do not fail again."""

import re
from collections.abc import Sequence

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tasks_app.admin.jobs.actions import action_views, bulk_actions
from tasks_app.admin.jobs.actions.canary import trial_of
from tasks_app.jobs.transitions import verbs
from tasks_app.models import BulkOrder, Job, Notebook, Source
from tests.support.attempts import attempt
from tests.support.job_types.probe import PROBE

pytestmark = pytest.mark.django_db(transaction=True)

MANY = action_views.AT_ONCE + 5
TRIED, PERCENT = 4, 50


@pytest.fixture(autouse=True)
def short_trial(settings: Settings) -> None:
    """Of four, two may fail again."""
    settings.ADMIN_ORDER_TRIAL_JOBS, settings.ADMIN_ORDER_TRIAL_PERCENT = TRIED, PERCENT


@pytest.fixture
def failed(notebook: Notebook) -> list[Job]:
    sources = [Source.objects.create(notebook=notebook, title=f"job {n}", pasted_text=str(n)) for n in range(MANY)]
    return [verbs.fail(verbs.enqueue("probe", source), by=None, reason="for a test") for source in sources]


def ordered(client: Client, action: str) -> BulkOrder:
    chosen = {"action": f"{action}_selected", "_selected_action": [Job.objects.values_list("pk", flat=True)[0]]}
    client.post(reverse("admin:tasks_app_job_changelist"), {**chosen, "select_across": "1"})
    return BulkOrder.objects.latest("ordered_at")


def confirmed(client: Client, action: str = "requeue") -> BulkOrder:
    order = ordered(client, action)
    client.post(reverse("admin:tasks_app_job_bulk_confirm", args=[order.pk]), {"reason": "the server is back"})
    order.refresh_from_db()
    return order


def step(client: Client, order: BulkOrder, **fields: str) -> str:
    address = reverse("admin:tasks_app_job_bulk_step", args=[order.pk])
    return client.post(address, fields, headers={"HX-Request": "true"}).content.decode()


def tried(order: BulkOrder) -> Sequence[Job]:
    return [item.job for item in order.items.filter(outcome="done").order_by("position").select_related("job")]


def succeed(jobs: Sequence[Job]) -> None:
    for job in jobs:
        attempt(PROBE, job)


def fail(jobs: Sequence[Job]) -> None:
    for job in jobs:
        verbs.fail(job, by=None, reason="for a test")


def test_the_question_tells_of_the_trial(failed: list[Job], admin: Client) -> None:
    order = ordered(admin, "requeue")
    page = admin.get(bulk_actions.address(order)).content.decode()
    assert f"The first {TRIED} are a trial" not in page, "only who is asked needs to know"
    chosen = {"action": "requeue_selected", "_selected_action": [failed[0].pk], "select_across": "1"}
    page = admin.post(reverse("admin:tasks_app_job_changelist"), chosen).content.decode()
    assert f"The first {TRIED} are a trial: the rest goes on by itself only if at most 2 of them fail again." in page


def test_only_the_trial_goes_at_first(failed: list[Job], admin: Client) -> None:
    order = confirmed(admin)
    step(admin, order)
    page = step(admin, order)
    assert len(tried(order)) == TRIED
    assert f"Of the {TRIED} jobs tried first 0 have ended" in page
    assert "every 3s" in page, "it looks again by itself"


def test_the_rest_follows_as_soon_as_no_failure_can_change_it(failed: list[Job], admin: Client) -> None:
    order = confirmed(admin)
    step(admin, order)
    succeed(tried(order)[:1])
    assert len(tried(order)) == TRIED
    step(admin, order)
    assert len(tried(order)) == TRIED, "three are open, of whom three may still fail"
    succeed(tried(order)[1:2])
    for _ in range(100):
        if order.finished_at:
            break
        step(admin, order)
        order.refresh_from_db()
    assert len(tried(order)) == MANY


def test_as_many_failures_as_are_allowed_do_not_stop_it(failed: list[Job], admin: Client) -> None:
    order = confirmed(admin)
    step(admin, order)
    fail(tried(order)[:2])
    assert "Stopped" not in step(admin, order), "those that are open may yet succeed"
    succeed(tried(order)[2:])
    step(admin, order)
    assert len(tried(order)) > TRIED


def test_one_failure_more_stops_it_and_a_person_decides(failed: list[Job], admin: Client) -> None:
    order = confirmed(admin)
    step(admin, order)
    fail(tried(order)[:3])
    page = step(admin, order)
    assert f"Stopped: 3 of the {TRIED} jobs tried first failed again, and at most 2 may." in page
    assert "hx-trigger" not in page, "it asks no more by itself"
    assert "Go on anyway" in page
    named = re.findall(r"Probe: (job \d+)</a>: \w", page.partition("Failed again")[2])
    assert named == [job.subject_title for job in tried(order)[:3]]
    step(admin, order)
    assert len(tried(order)) == TRIED
    step(admin, order, anyway="yes")
    assert len(tried(order)) > TRIED
    assert "Stopped" not in step(admin, order)


def test_who_cannot_wait_need_not(failed: list[Job], admin: Client) -> None:
    order = confirmed(admin)
    step(admin, order)
    assert "Go on without waiting" in step(admin, order)
    step(admin, order, anyway="yes")
    assert len(tried(order)) > TRIED


def test_a_skipped_job_tells_nothing_so_the_next_is_tried(failed: list[Job], admin: Client) -> None:
    order = confirmed(admin)
    first = order.items.order_by("position").select_related("job")[0]
    verbs.requeue(first.job, by=None)
    step(admin, order)
    step(admin, order)
    assert [item.position for item in order.items.filter(outcome="done").order_by("position")] == [1, 2, 3, 4]


@pytest.mark.parametrize("trial_jobs", [0, MANY, MANY + 1])
def test_without_a_rest_nothing_is_held_back(
    trial_jobs: int, failed: list[Job], admin: Client, settings: Settings
) -> None:
    settings.ADMIN_ORDER_TRIAL_JOBS = trial_jobs
    assert trial_of(confirmed(admin)) is None


def test_only_what_queues_jobs_is_tried(failed: list[Job], admin: Client) -> None:
    assert trial_of(confirmed(admin, "acknowledge")) is None
    assert trial_of(confirmed(admin, "restart")) is not None
