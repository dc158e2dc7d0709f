"""Listening to a transcript: a click on a time plays the recording from there."""

from django.urls import reverse
from playwright.sync_api import expect

from tasks_app.models import Notebook, Source
from tests.browser.conftest import Visit
from tests.support.recordings import recorded


def test_a_click_on_a_line_plays_from_there(visit: Visit, notebook: Notebook) -> None:
    spoken = recorded(notebook)
    page = visit(reverse("admin:tasks_app_transcription_change", args=[spoken.pk]))
    page.locator(".lines").get_by_role("button", name="0:02").click()
    page.wait_for_function("document.getElementById('player').currentTime >= 2")
    page.wait_for_function("document.getElementById('player').duration === 3")


def test_a_source_is_made_in_one_click(visit: Visit, notebook: Notebook) -> None:
    spoken = recorded(notebook)
    page = visit(reverse("admin:tasks_app_transcription_change", args=[spoken.pk]))
    page.get_by_role("button", name="Create a source from this").click()
    expect(page.locator(".status .badge-queued")).to_be_visible()
    assert Source.objects.get().title == spoken.title
