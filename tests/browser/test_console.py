"""The dashboard and the Queues page: they update automatically and say when they cannot."""

from django.urls import reverse
from playwright.sync_api import expect

from tasks_app.jobs.transitions import pausing, verbs
from tasks_app.models import Notebook, QueueControl
from tests.browser.conftest import Visit
from tests.browser.test_journeys import failed_job, press_until_focused, queued_job

QUEUES = "admin:tasks_app_queuecontrol_changelist"


def test_the_first_page_follows_the_jobs(visit: Visit, notebook: Notebook) -> None:
    job = queued_job(notebook)
    page = visit(reverse("admin:index"))
    queued = page.locator(".tiles li", has_text="Queued").locator("strong")
    failed = page.locator(".tiles li", has_text="Failed").locator("strong")
    expect(queued).to_have_text("1")
    verbs.fail(job, by=None, reason="seen by the page")
    expect(queued).to_have_text("0")
    expect(failed).to_have_text("1")
    expect(page.locator(".failures").first).to_contain_text("Marked as failed by staff.")


def test_a_table_somebody_opened_stays_open(visit: Visit, notebook: Notebook) -> None:
    failed_job(notebook)
    page = visit(reverse("admin:index"))
    page.locator("#chart-table summary").click()
    page.locator("#site-name a").focus()
    with page.expect_response("**/dashboard/"):
        pass
    with page.expect_response("**/dashboard/"):
        pass
    expect(page.locator("#chart-table table")).to_be_visible()


def test_whoever_stands_on_something_does_not_hold_up_the_page(visit: Visit, notebook: Notebook) -> None:
    failed_job(notebook)
    page = visit(reverse("admin:index"))
    page.locator("#chart-table summary").click()
    queued_job(notebook, "もう一件")
    expect(page.locator(".tiles strong").first).to_have_text("1")
    expect(page.locator("#chart-table table")).to_be_visible()
    expect(page.locator("#chart-table summary")).to_be_focused()


def test_whoever_scrolls_a_table_by_keyboard_stays_in_it(visit: Visit, notebook: Notebook) -> None:
    """Although its figures change."""
    page = visit(reverse("admin:index"))
    page.locator("#dashboard .scroll").first.focus()
    queued_job(notebook)
    expect(page.locator(".tiles strong").first).to_have_text("1")
    expect(page.locator("#dashboard .scroll").first).to_be_focused()


def test_what_is_out_of_date_is_marked(visit: Visit, notebook: Notebook) -> None:
    queued_job(notebook)
    page = visit(reverse("admin:index"))
    page.route("**/dashboard/", lambda route: route.abort())
    expect(page.locator("#dashboard.stale")).to_be_visible()
    expect(page.locator("#connection")).to_be_visible()
    page.unroute("**/dashboard/")
    expect(page.locator("#dashboard:not(.stale)")).to_be_visible()


def test_a_hidden_first_page_asks_for_nothing(visit: Visit, notebook: Notebook) -> None:
    queued_job(notebook)
    page = visit(reverse("admin:index"))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url) if "/dashboard/" in request.url else None)
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true, configurable: true})")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert requests == []
    page.evaluate("delete document.hidden")
    with page.expect_request("**/dashboard/"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_pause_and_resume_a_queue_by_keyboard_only(visit: Visit, notebook: Notebook) -> None:
    page = visit(reverse(QUEUES))
    press_until_focused(page, "form[action$='/content/pause/'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/content/pause/")
    press_until_focused(page, "#id_reason")
    page.keyboard.type("disk full")
    press_until_focused(page, "button[name=confirmed]")
    page.keyboard.press("Enter")
    expect(page.locator(".paused")).to_contain_text("disk full")
    assert QueueControl.objects.get(queue="content").paused
    press_until_focused(page, "form[action$='/content/resume/'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/content/resume/")
    press_until_focused(page, "button[name=confirmed]")
    page.keyboard.press("Enter")
    expect(page.locator(".paused")).to_have_count(0)


def test_a_drain_is_watched_to_its_end(visit: Visit, notebook: Notebook) -> None:
    page = visit(reverse(QUEUES))
    page.get_by_role("button", name="Drain all queues").click()
    page.locator("#id_reason").fill("upgrade")
    page.locator("button[name=confirmed]").click()
    expect(page.get_by_text("No jobs are running")).to_be_visible()
    pausing.end_drain(by=None)
    expect(page.get_by_text("While draining, running jobs finish")).to_be_visible()


def test_run_a_schedule_from_its_list(visit: Visit) -> None:
    page = visit(reverse("admin:django_celery_beat_periodictask_changelist"))
    page.get_by_role("button", name="Run now… tasks_app.tasks.sweep").click()
    expect(page.get_by_role("heading", name="Run tasks_app.tasks.sweep now?")).to_be_visible()
