"""One action for many jobs: previewed, confirmed with a reason, worked off in batches, and never done twice."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tasks_app.admin.jobs.actions import action_views, bulk_actions
from tasks_app.jobs.transitions import verbs
from tasks_app.jobs.upkeep import retention
from tasks_app.models import BulkItem, BulkOrder, Job, Notebook, Source
from tasks_app.models.engine.job import State
from tasks_app.queues import BULK
from tests.console.admin.conftest import Staff

JOBS = "admin:tasks_app_job_changelist"
MANY = action_views.AT_ONCE + 5


@pytest.fixture(autouse=True)
def no_trial(settings: Settings) -> None:
    """Here everything goes at once; tests/console/admin/jobs/test_canary.py is about what comes before."""
    settings.ADMIN_ORDER_TRIAL_JOBS = 0


@pytest.fixture
def failed(notebook: Notebook) -> list[Job]:
    """More failed jobs than are dealt with at once."""
    sources = [Source.objects.create(notebook=notebook, title=f"job {n}", pasted_text=str(n)) for n in range(MANY)]
    return [verbs.fail(verbs.enqueue("probe", source), by=None, reason="for a test") for source in sources]


def choose_all(client: Client, action: str, query: str = "?state__exact=failed") -> str:
    first = Job.objects.values_list("pk", flat=True)[0]
    chosen = {"action": action, "_selected_action": [first], "select_across": "1"}
    answer = client.post(f"{reverse(JOBS)}{query}", chosen)
    assert answer.status_code == 200
    return answer.content.decode()


def confirm(client: Client, order: BulkOrder, **fields: str) -> str:
    answer = client.post(reverse("admin:tasks_app_job_bulk_confirm", args=[order.pk]), fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def step(client: Client, order: BulkOrder) -> str:
    address = reverse("admin:tasks_app_job_bulk_step", args=[order.pk])
    return client.post(address, headers={"HX-Request": "true"}).content.decode()


def work_off(client: Client, order: BulkOrder) -> None:
    for _ in range(100):
        step(client, order)
        order.refresh_from_db()
        if order.finished_at:
            return
    raise AssertionError("the order never ends")


def states() -> list[str]:
    return list(Job.objects.order_by().values_list("state", flat=True).distinct())


def test_all_that_match_are_drafted_and_nothing_is_done_yet(failed: list[Job], admin: Client) -> None:
    page = choose_all(admin, "requeue_selected")
    assert f"Jobs affected: {MANY} of {MANY}." in page
    assert f"The first {action_views.AT_ONCE} of {MANY} are shown." in page
    order = BulkOrder.objects.get()
    assert (order.total, order.cut, order.confirmed_at) == (MANY, False, None)
    step(admin, order)
    assert states() == [State.FAILED]


def test_confirmed_it_is_worked_off(failed: list[Job], admin: Client) -> None:
    choose_all(admin, "requeue_selected")
    order = BulkOrder.objects.get()
    assert f"0 done, 0 skipped, {MANY} to go." in confirm(admin, order, reason="the file server is back")
    work_off(admin, order)
    assert states() == [State.QUEUED]
    assert f"Finished: {MANY} done, 0 skipped." in step(admin, order)
    assert set(Job.objects.values_list("priority", "request_reason")) == {(BULK, "the file server is back")}
    assert LogEntry.objects.filter(change_message__contains="the file server is back").count() == MANY
    assert set(Job.objects.values_list("run", flat=True)) == {2}


def test_it_goes_on_where_it_was(failed: list[Job], admin: Client, settings: Settings) -> None:
    """A step that ends early leaves the rest to the next one, whoever asks for that, and no job is done twice."""
    choose_all(admin, "requeue_selected")
    order = BulkOrder.objects.get()
    confirm(admin, order)
    settings.ADMIN_ORDER_STEP_SECONDS = 0.02
    step(admin, order)
    first = bulk_actions.progress(order)
    assert 0 < first.done < MANY
    page = admin.get(bulk_actions.address(order)).content.decode()
    assert f"{first.done} done" in page
    assert "hx-post" in page
    work_off(admin, order)
    assert bulk_actions.progress(order).done == MANY
    assert set(Job.objects.values_list("run", flat=True)) == {2}


def test_what_changed_meanwhile_is_skipped_and_told(failed: list[Job], admin: Client) -> None:
    choose_all(admin, "requeue_selected")
    verbs.requeue(failed[3], by=None)
    Source.objects.filter(pk=failed[4].subject_id).delete()
    failed[5].delete()
    order = BulkOrder.objects.get()
    confirm(admin, order)
    work_off(admin, order)
    progress = bulk_actions.progress(order)
    assert (progress.done, progress.skipped, progress.gone) == (MANY - 3, 2, 1)
    page = admin.get(bulk_actions.address(order)).content.decode()
    assert "The job is still active." in page
    assert "What the job was about has been deleted." in page
    assert "1 were deleted meanwhile." in page


def test_two_jobs_about_one_subject_are_no_crash(failed: list[Job], admin: Client) -> None:
    again = verbs.fail(verbs.enqueue("probe", Source.objects.get(pk=failed[0].subject_id)), by=None)
    choose_all(admin, "restart_selected")
    order = BulkOrder.objects.get()
    confirm(admin, order)
    work_off(admin, order)
    progress = bulk_actions.progress(order)
    assert (progress.done, progress.skipped) == (MANY, 1)
    assert {Job.objects.get(pk=pk).state for pk in (again.pk, failed[0].pk)} == {State.QUEUED, State.FAILED}


def test_the_cap_is_told(failed: list[Job], admin: Client, settings: Settings) -> None:
    settings.ADMIN_ORDER_LIMIT = MANY - 2
    page = choose_all(admin, "cancel_selected", query="")
    assert f"only the first {MANY - 2} are taken at a time" in page


def test_ending_many_needs_a_reason(failed: list[Job], admin: Client) -> None:
    for job in failed:
        verbs.requeue(job, by=None)
    choose_all(admin, "cancel_selected", query="?state__exact=queued")
    order = BulkOrder.objects.get()
    assert "This field is required" in confirm(admin, order)
    order.refresh_from_db()
    assert order.confirmed_at is None
    confirm(admin, order, reason="not wanted")
    work_off(admin, order)
    assert states() == [State.CANCELLED]


def test_only_those_with_the_verbs_right_confirm_or_go_on(failed: list[Job], admin: Client, staff: Staff) -> None:
    choose_all(admin, "requeue_selected")
    order = BulkOrder.objects.get()
    other = staff("view_job", "cancel_job")
    assert other.post(reverse("admin:tasks_app_job_bulk_confirm", args=[order.pk])).status_code == 403
    assert other.post(reverse("admin:tasks_app_job_bulk_step", args=[order.pk])).status_code == 403
    confirm(admin, order)
    page = staff("view_job").get(bulk_actions.address(order)).content.decode()
    assert f"{MANY} to go" in page
    assert "hx-post" not in page


def test_nothing_moves_by_looking(failed: list[Job], admin: Client) -> None:
    choose_all(admin, "requeue_selected")
    order = BulkOrder.objects.get()
    confirm(admin, order)
    for name in ("bulk_step", "bulk_confirm"):
        assert admin.get(reverse(f"admin:tasks_app_job_{name}", args=[order.pk])).status_code == 405
    admin.get(bulk_actions.address(order))
    assert states() == [State.FAILED]


def test_old_orders_go_with_their_lines_and_jobs_stay(failed: list[Job], admin: Client) -> None:
    choose_all(admin, "requeue_selected")
    choose_all(admin, "restart_selected")
    BulkOrder.objects.filter(verb="restart").update(ordered_at="2020-01-01T00:00:00Z")
    assert retention.purge_bulk_orders() == 1
    assert [order.verb for order in BulkOrder.objects.all()] == ["requeue"]
    assert BulkItem.objects.count() == Job.objects.count() == MANY


def test_an_order_is_stopped_half_way(failed: list[Job], admin: Client, settings: Settings) -> None:
    choose_all(admin, "requeue_selected")
    order = BulkOrder.objects.get()
    confirm(admin, order)
    settings.ADMIN_ORDER_STEP_SECONDS = 0.02
    step(admin, order)
    done = bulk_actions.progress(order).done
    assert 0 < done < MANY
    stop = reverse("admin:tasks_app_job_bulk_stop", args=[order.pk])
    admin.post(stop)
    page = admin.post(stop, follow=True).content.decode()
    assert f"Finished: {done} done, {MANY - done} skipped." in page
    assert "The order was stopped before its turn." in page
    step(admin, order)
    assert bulk_actions.progress(order).done == done


def test_a_draft_is_not_stopped(failed: list[Job], admin: Client) -> None:
    choose_all(admin, "requeue_selected")
    order = BulkOrder.objects.get()
    admin.post(reverse("admin:tasks_app_job_bulk_stop", args=[order.pk]))
    assert bulk_actions.progress(order).waiting == MANY
    confirm(admin, order)
    work_off(admin, order)
    assert bulk_actions.progress(order).done == MANY


def test_an_order_that_was_left_is_found_again(failed: list[Job], admin: Client) -> None:
    index = reverse("admin:index")
    choose_all(admin, "requeue_selected")
    order = BulkOrder.objects.get()
    assert bulk_actions.address(order) not in admin.get(index).content.decode(), "a draft is nobody's work"
    confirm(admin, order)
    page = admin.get(index).content.decode()
    assert f"Not finished: Requeue, {MANY} jobs, ordered by chief" in page
    assert bulk_actions.address(order) in page
    work_off(admin, order)
    assert bulk_actions.address(order) not in admin.get(index).content.decode()
