"""The parts of an agenda item as they change before one's eyes."""

from django.urls import reverse
from playwright.sync_api import expect

from tasks_app.jobs.transitions import verbs
from tests.browser.conftest import Visit
from tests.browser.populated_console import item_with_versions


def test_parts_change_without_a_reload(visit: Visit) -> None:
    item = item_with_versions()
    page = visit(reverse("admin:tasks_app_agendaitem_change", args=[item.pk]), language="en")
    page.get_by_role("button", name="Process all materials").click()
    expect(page.locator("#parts tbody")).to_contain_text("Queued")
    for part in item.materials.all():
        verbs.fail(verbs.enqueue("agenda_materials", part), by=None, reason="test")
    verbs.cancel(verbs.enqueue("agenda_content", item), by=None, reason="test")
    expect(page.locator("#parts tbody")).not_to_contain_text("Queued")
    expect(page.locator("#parts tbody .badge-failed")).to_have_count(2)
    assert page.locator("#parts").get_attribute("hx-get") is None
