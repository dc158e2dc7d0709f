"""One action for many jobs: previewed, confirmed with a reason, processed in batches, and never done twice."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tasks_app.admin.jobs.actions import action_views, bulk_actions
from tasks_app.jobs.transitions import verbs
from tasks_app.jobs.upkeep import retention
from tasks_app.models import BulkAction, BulkActionItem, Job, Notebook, Source
from tasks_app.models.engine.job import State
from tasks_app.queues import BULK
from tests.console.admin.conftest import Staff

JOBS = "admin:tasks_app_job_changelist"
MANY = action_views.AT_ONCE + 5


@pytest.fixture(autouse=True)
def no_trial(settings: Settings) -> None:
    """Here everything goes at once; tests/console/admin/jobs/test_canary.py is about what comes before."""
    settings.BULK_ACTION_CANARY_JOBS = 0


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


def confirm(client: Client, bulk_action: BulkAction, **fields: str) -> str:
    answer = client.post(reverse("admin:tasks_app_job_bulk_confirm", args=[bulk_action.pk]), fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def step(client: Client, bulk_action: BulkAction) -> str:
    address = reverse("admin:tasks_app_job_bulk_step", args=[bulk_action.pk])
    return client.post(address, headers={"HX-Request": "true"}).content.decode()


def work_off(client: Client, bulk_action: BulkAction) -> None:
    for _ in range(100):
        step(client, bulk_action)
        bulk_action.refresh_from_db()
        if bulk_action.finished_at:
            return
    raise AssertionError("the order never ends")


def states() -> list[str]:
    return list(Job.objects.order_by().values_list("state", flat=True).distinct())


def test_all_that_match_are_drafted_and_nothing_is_done_yet(failed: list[Job], admin: Client) -> None:
    page = choose_all(admin, "requeue_selected")
    assert f"Jobs affected: {MANY} of {MANY}." in page
    assert f"The first {action_views.AT_ONCE} of {MANY} are shown." in page
    bulk_action = BulkAction.objects.get()
    assert (bulk_action.total, bulk_action.cut, bulk_action.confirmed_at) == (MANY, False, None)
    step(admin, bulk_action)
    assert states() == [State.FAILED]


def test_confirmed_it_is_worked_off(failed: list[Job], admin: Client) -> None:
    choose_all(admin, "requeue_selected")
    bulk_action = BulkAction.objects.get()
    assert f"0 done, 0 skipped, {MANY} remaining." in confirm(admin, bulk_action, reason="the file server is back")
    work_off(admin, bulk_action)
    assert states() == [State.QUEUED]
    assert f"Finished: {MANY} done, 0 skipped." in step(admin, bulk_action)
    assert set(Job.objects.values_list("priority", "request_reason")) == {(BULK, "the file server is back")}
    assert LogEntry.objects.filter(change_message__contains="the file server is back").count() == MANY
    assert set(Job.objects.values_list("run", flat=True)) == {2}


def test_it_goes_on_where_it_was(failed: list[Job], admin: Client, settings: Settings) -> None:
    """A step that ends early leaves the rest to the next one, anyone who asks for that, and no job is done twice."""
    choose_all(admin, "requeue_selected")
    bulk_action = BulkAction.objects.get()
    confirm(admin, bulk_action)
    settings.BULK_ACTION_STEP_SECONDS = 0.02
    step(admin, bulk_action)
    first = bulk_actions.progress(bulk_action)
    assert 0 < first.done < MANY
    page = admin.get(bulk_actions.address(bulk_action)).content.decode()
    assert f"{first.done} done" in page
    assert "hx-post" in page
    work_off(admin, bulk_action)
    assert bulk_actions.progress(bulk_action).done == MANY
    assert set(Job.objects.values_list("run", flat=True)) == {2}


def test_what_changed_meanwhile_is_skipped_and_told(failed: list[Job], admin: Client) -> None:
    choose_all(admin, "requeue_selected")
    verbs.requeue(failed[3], by=None)
    Source.objects.filter(pk=failed[4].subject_id).delete()
    failed[5].delete()
    bulk_action = BulkAction.objects.get()
    confirm(admin, bulk_action)
    work_off(admin, bulk_action)
    progress = bulk_actions.progress(bulk_action)
    assert (progress.done, progress.skipped, progress.gone) == (MANY - 3, 2, 1)
    page = admin.get(bulk_actions.address(bulk_action)).content.decode()
    assert "The job is still active." in page
    assert "The subject of the job has been deleted." in page
    assert "1 were deleted in the meantime." in page


def test_two_jobs_about_one_subject_are_no_crash(failed: list[Job], admin: Client) -> None:
    again = verbs.fail(verbs.enqueue("probe", Source.objects.get(pk=failed[0].subject_id)), by=None)
    choose_all(admin, "restart_selected")
    bulk_action = BulkAction.objects.get()
    confirm(admin, bulk_action)
    work_off(admin, bulk_action)
    progress = bulk_actions.progress(bulk_action)
    assert (progress.done, progress.skipped) == (MANY, 1)
    assert {Job.objects.get(pk=pk).state for pk in (again.pk, failed[0].pk)} == {State.QUEUED, State.FAILED}


def test_the_cap_is_told(failed: list[Job], admin: Client, settings: Settings) -> None:
    settings.BULK_ACTION_LIMIT = MANY - 2
    page = choose_all(admin, "cancel_selected", query="")
    assert f"only the first {MANY - 2} are processed at a time" in page


def test_ending_many_needs_a_reason(failed: list[Job], admin: Client) -> None:
    for job in failed:
        verbs.requeue(job, by=None)
    choose_all(admin, "cancel_selected", query="?state__exact=queued")
    bulk_action = BulkAction.objects.get()
    assert "This field is required" in confirm(admin, bulk_action)
    bulk_action.refresh_from_db()
    assert bulk_action.confirmed_at is None
    confirm(admin, bulk_action, reason="not wanted")
    work_off(admin, bulk_action)
    assert states() == [State.CANCELLED]


def test_only_those_with_the_verbs_right_confirm_or_go_on(failed: list[Job], admin: Client, staff: Staff) -> None:
    choose_all(admin, "requeue_selected")
    bulk_action = BulkAction.objects.get()
    other = staff("view_job", "cancel_job")
    assert other.post(reverse("admin:tasks_app_job_bulk_confirm", args=[bulk_action.pk])).status_code == 403
    assert other.post(reverse("admin:tasks_app_job_bulk_step", args=[bulk_action.pk])).status_code == 403
    confirm(admin, bulk_action)
    page = staff("view_job").get(bulk_actions.address(bulk_action)).content.decode()
    assert f"{MANY} remaining" in page
    assert "hx-post" not in page


def test_nothing_moves_by_looking(failed: list[Job], admin: Client) -> None:
    choose_all(admin, "requeue_selected")
    bulk_action = BulkAction.objects.get()
    confirm(admin, bulk_action)
    for name in ("bulk_step", "bulk_confirm"):
        assert admin.get(reverse(f"admin:tasks_app_job_{name}", args=[bulk_action.pk])).status_code == 405
    admin.get(bulk_actions.address(bulk_action))
    assert states() == [State.FAILED]


def test_old_orders_go_with_their_lines_and_jobs_stay(failed: list[Job], admin: Client) -> None:
    choose_all(admin, "requeue_selected")
    choose_all(admin, "restart_selected")
    BulkAction.objects.filter(verb="restart").update(requested_at="2020-01-01T00:00:00Z")
    assert retention.purge_bulk_actions() == 1
    assert [bulk_action.verb for bulk_action in BulkAction.objects.all()] == ["requeue"]
    assert BulkActionItem.objects.count() == Job.objects.count() == MANY


def test_an_order_is_stopped_half_way(failed: list[Job], admin: Client, settings: Settings) -> None:
    choose_all(admin, "requeue_selected")
    bulk_action = BulkAction.objects.get()
    confirm(admin, bulk_action)
    settings.BULK_ACTION_STEP_SECONDS = 0.02
    step(admin, bulk_action)
    done = bulk_actions.progress(bulk_action).done
    assert 0 < done < MANY
    stop = reverse("admin:tasks_app_job_bulk_stop", args=[bulk_action.pk])
    admin.post(stop)
    page = admin.post(stop, follow=True).content.decode()
    assert f"Finished: {done} done, {MANY - done} skipped." in page
    assert "The bulk action was stopped before this job&#x27;s turn." in page
    step(admin, bulk_action)
    assert bulk_actions.progress(bulk_action).done == done


def test_a_draft_is_not_stopped(failed: list[Job], admin: Client) -> None:
    choose_all(admin, "requeue_selected")
    bulk_action = BulkAction.objects.get()
    admin.post(reverse("admin:tasks_app_job_bulk_stop", args=[bulk_action.pk]))
    assert bulk_actions.progress(bulk_action).waiting == MANY
    confirm(admin, bulk_action)
    work_off(admin, bulk_action)
    assert bulk_actions.progress(bulk_action).done == MANY


def test_an_order_that_was_left_is_found_again(failed: list[Job], admin: Client) -> None:
    index = reverse("admin:index")
    choose_all(admin, "requeue_selected")
    bulk_action = BulkAction.objects.get()
    assert bulk_actions.address(bulk_action) not in admin.get(index).content.decode(), "a draft is nobody's work"
    confirm(admin, bulk_action)
    page = admin.get(index).content.decode()
    assert f"Unfinished bulk action: Requeue, {MANY} jobs, requested by chief" in page
    assert bulk_actions.address(bulk_action) in page
    work_off(admin, bulk_action)
    assert bulk_actions.address(bulk_action) not in admin.get(index).content.decode()
