"""What staff do in the console, in a real browser."""

from django.contrib.auth.models import User
from django.urls import reverse
from django_celery_beat.models import PeriodicTask
from playwright.sync_api import FilePayload, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from tasks_app.admin.jobs.actions.action_views import AT_ONCE
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, Notebook, Source
from tasks_app.models.engine.job import State
from tests.browser.conftest import Visit


def queued_job(notebook: Notebook, title: str = "議事録") -> Job:
    source = Source.objects.create(notebook=notebook, title=title, pasted_text="本文です。")
    return verbs.enqueue("source", source, requested_by=notebook.owner)


def failed_job(notebook: Notebook, title: str = "議事録") -> Job:
    return verbs.fail(queued_job(notebook, title), by=notebook.owner, reason="wrong file")


def job_page(job: Job) -> str:
    return reverse("admin:tasks_app_job_change", args=[job.pk])


def test_log_in_with_a_password(live_server: LiveServer, chief: User, page: Page) -> None:
    chief.set_password("only-for-this-test")
    chief.save()
    page.goto(live_server.url)
    page.locator("#id_username").fill(chief.username)
    page.locator("#id_password").fill("only-for-this-test")
    page.keyboard.press("Enter")
    expect(page.locator(".overview")).to_be_visible()


def test_upload_a_document_and_see_it_queued(visit: Visit, notebook: Notebook) -> None:
    page = visit(reverse("admin:tasks_app_source_add") + f"?notebook={notebook.pk}")
    page.locator("#id_file").set_input_files(
        {"name": "議事録 第3回.txt", "mimeType": "text/plain", "buffer": "本文です。".encode()}
    )
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".status .badge-queued")).to_be_visible()
    expect(page.get_by_text("議事録 第3回.txt")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the original").click()
    assert download.value.suggested_filename == "議事録 第3回.txt"


def test_upload_many_documents_at_once(visit: Visit, notebook: Notebook) -> None:
    page = visit(reverse("admin:tasks_app_notebook_upload", args=[notebook.pk]))
    files: list[FilePayload] = [
        {"name": f"{name}.md", "mimeType": "text/markdown", "buffer": name.encode()} for name in ("一", "二")
    ]
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_role("button", name="Upload files").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(2)
    expect(page.locator("#result_list .badge-queued")).to_have_count(2)


def test_a_page_follows_its_job_until_it_is_done(visit: Visit, notebook: Notebook) -> None:
    job = queued_job(notebook)
    page = visit(job_page(job))
    expect(page.locator(".status .badge-queued")).to_be_visible()
    verbs.fail(job, by=None, reason="seen by the page")
    expect(page.locator(".status .badge-failed")).to_be_visible()
    expect(page.get_by_role("button", name="Requeue…", exact=True)).to_be_visible()
    assert page.locator("#live[hx-get]").count() == 0


def test_a_lost_connection_is_shown_and_its_end_too(visit: Visit, notebook: Notebook) -> None:
    page = visit(job_page(queued_job(notebook)))
    notice = page.locator("#connection")
    expect(notice).to_be_hidden()
    page.route("**/live/", lambda route: route.abort())
    expect(notice).to_be_visible()
    page.unroute("**/live/")
    expect(notice).to_be_hidden()


def test_a_hidden_tab_does_not_poll(visit: Visit, notebook: Notebook) -> None:
    page = visit(job_page(queued_job(notebook)))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url) if "/live/" in request.url else None)
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true, configurable: true})")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert requests == []
    page.evaluate("delete document.hidden")
    with page.expect_request("**/live/"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_an_ended_session_leads_to_the_login(visit: Visit, notebook: Notebook) -> None:
    page = visit(job_page(queued_job(notebook)))
    page.context.clear_cookies()
    page.wait_for_url("**/login/**")
    expect(page.locator("#id_username")).to_be_visible()


def press_until_focused(page: Page, css: str, key: str = "Tab") -> None:
    """Walk with the Tab key as somebody without a mouse does; every stop must show where it is."""
    where = """css => ({
      ring: getComputedStyle(document.activeElement).outlineStyle,
      element: document.activeElement.cloneNode().outerHTML,
      arrived: document.activeElement.matches(css),
    })"""
    for _ in range(120):
        page.keyboard.press(key)
        stop = page.evaluate(where, css)
        assert stop["ring"] != "none", f"no focus ring on {stop['element']}"
        if stop["arrived"]:
            return
    raise AssertionError(f"{css} cannot be reached by Tab")


def test_requeue_by_keyboard_only(visit: Visit, notebook: Notebook) -> None:
    job = failed_job(notebook)
    page = visit(job_page(job))
    press_until_focused(page, "form[action$='/restart/'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/verb/restart/")
    press_until_focused(page, "#id_reason")
    page.keyboard.type("the file was fixed")
    press_until_focused(page, "button[name=confirmed]")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist .success")).to_be_visible()
    job.refresh_from_db()
    assert (job.state, job.run, job.request_reason) == (State.QUEUED, 2, "the file was fixed")
    assert job.rebuild_since is not None


def test_find_and_cancel_a_job_by_keyboard_only(visit: Visit, notebook: Notebook) -> None:
    """From the dashboard through the list and its search to the end of the job."""
    wanted, other = queued_job(notebook, "橋の点検"), queued_job(notebook, "空き家対策")
    page = visit(reverse("admin:index"))
    press_until_focused(page, "#content-main .model-job a[href$='/tasks_app/job/']")
    page.keyboard.press("Enter")
    page.locator("#searchbar").wait_for()
    press_until_focused(page, "#searchbar")
    page.keyboard.insert_text("橋の")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=*")
    press_until_focused(page, ".action-select")
    page.keyboard.press("Space")
    press_until_focused(page, "select[name=action]", key="Shift+Tab")
    page.keyboard.type("Cancel")
    press_until_focused(page, "button[name=index]")
    page.keyboard.press("Enter")
    page.locator("#id_reason").wait_for()
    press_until_focused(page, "#id_reason")
    page.keyboard.type("wrong council")
    press_until_focused(page, "button[name=confirmed]")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert [Job.objects.get(pk=job.pk).state for job in (wanted, other)] == [State.CANCELLED, State.QUEUED]


def test_mark_ticked_jobs_as_failed(visit: Visit, notebook: Notebook) -> None:
    for name in ("一", "二"):
        queued_job(notebook, name)
    page = visit(reverse("admin:tasks_app_job_changelist"))
    page.locator("#action-toggle").check()
    page.locator("select[name=action]").select_option("fail_selected")
    page.get_by_role("button", name="Go").click()
    page.locator("#id_reason").fill("wrong council")
    page.get_by_role("button", name="Mark failed").click()
    expect(page.locator("#result_list .badge-failed")).to_have_count(2)


def test_the_language_is_switched_in_the_head(visit: Visit) -> None:
    page = visit(reverse("admin:index"))
    page.get_by_role("button", name="日本語").click()
    expect(page.locator("html")).to_have_attribute("lang", "ja")


def test_the_periodic_task_form_keeps_the_policy(visit: Visit) -> None:
    task = PeriodicTask.objects.order_by("name")[0]
    page = visit(reverse("admin:django_celery_beat_periodictask_change", args=[task.pk]))
    expect(page.locator("#id_enabled")).to_be_visible()


FEW_JOBS = 0.15
"""Seconds in which a step of an order ends after some of its jobs: it takes several requests."""


def requeue_many(page: Page, notebook: Notebook) -> None:
    """Confirm an order for one failed job more than is dealt with at once."""
    for one in range(AT_ONCE + 1):
        failed_job(notebook, f"議事録 {one}")
    page.goto(page.url.split("/admin/")[0] + reverse("admin:tasks_app_job_changelist") + "?state__exact=failed")
    page.locator("#action-toggle").check()
    page.locator("select[name=action]").select_option("requeue_selected")
    page.get_by_role("button", name="Go").click()
    page.get_by_role("button", name="Requeue").click()
    page.locator("#bulk").wait_for()


def test_an_order_goes_on_in_a_hidden_tab(visit: Visit, notebook: Notebook, settings: Settings) -> None:
    settings.BULK_ACTION_CANARY_JOBS, settings.BULK_ACTION_STEP_SECONDS = 0, FEW_JOBS
    page = visit(reverse("admin:index"))
    page.add_init_script("Object.defineProperty(document, 'hidden', {get: () => true})")
    requeue_many(page, notebook)
    assert page.evaluate("document.hidden")
    expect(page.get_by_text(f"Finished: {AT_ONCE + 1} done, 0 skipped.")).to_be_visible(timeout=30_000)


def test_a_stopped_order_goes_on_anyway_by_one_click(visit: Visit, notebook: Notebook, settings: Settings) -> None:
    settings.BULK_ACTION_CANARY_JOBS, settings.BULK_ACTION_STEP_SECONDS = 3, FEW_JOBS
    page = visit(reverse("admin:index"))
    requeue_many(page, notebook)
    expect(page.get_by_text("0 of the 3 trial jobs have ended")).to_be_visible()
    for job in Job.objects.filter(state=State.QUEUED):
        verbs.fail(job, by=None, reason="again")
    expect(page.get_by_text("Stopped: 3 of the 3 trial jobs")).to_be_visible()
    page.get_by_role("button", name="Continue anyway").click()
    expect(page.get_by_text(f"Finished: {AT_ONCE + 1} done, 0 skipped.")).to_be_visible(timeout=30_000)


def test_many_jobs_are_worked_off_while_one_watches_and_after_a_reload(visit: Visit, notebook: Notebook) -> None:
    for number in range(30):
        queued_job(notebook, f"議事録 {number}")
    page = visit(reverse("admin:tasks_app_job_changelist") + "?state__exact=queued")
    page.locator("#action-toggle").check()
    page.locator("select[name=action]").select_option("cancel_selected")
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_text("Jobs affected: 30 of 30.")).to_be_visible()
    page.locator("#id_reason").fill("wrong council")
    page.get_by_role("button", name="Cancel job").click()
    page.locator("#bulk").wait_for()
    page.reload()
    expect(page.get_by_text("Finished: 30 done, 0 skipped.")).to_be_visible(timeout=30_000)
    assert set(Job.objects.values_list("state", flat=True)) == {State.CANCELLED}
