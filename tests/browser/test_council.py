"""Pages of councils in both themes and on a phone, and the parts of an item as they change before one's eyes."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from pytest_django.fixtures import Settings

from tasks_app.jobs import verbs
from tasks_app.models import AgendaItem, agenda_versions
from tasks_app.models.agenda_summary import Scope
from tests.agenda import agenda_item
from tests.browser.conftest import Visit
from tests.browser.test_looks import faults


@pytest.fixture
def item(settings: Settings, tmp_path: Path, transactional_db: None) -> AgendaItem:
    """With materials that failed and wait, and a summary that was edited and made anew."""
    settings.MEDIA_ROOT = str(tmp_path)
    item = agenda_item(materials=2)
    first, second = item.materials.order_by("number")
    second.file = ""
    second.url = "https://www.example.com/kaigi/reiwa6/dai3kai/shiryou2-unkou-keikaku-an.pdf"
    second.save()
    verbs.fail(verbs.enqueue("agenda_materials", first), by=None, reason="差し替え")
    verbs.enqueue("agenda_materials", second)
    job = verbs.enqueue("agenda_content", item)
    missing = [{"title": "資料2", "reason": "It has not been processed."}]
    version = agenda_versions.keep_of_job(
        item, Scope.BOTH, job.pk, text="計画を決めた。予算は3万円である。", figures={"parts": 1, "missing": missing}
    )
    agenda_versions.edit(version, "計画を決めた。予算は5万円である。", None)
    return item


@pytest.fixture
def addresses(item: AgendaItem) -> dict[str, str]:
    def page(name: str, *args: object) -> str:
        return reverse(f"admin:tasks_app_{name}", args=args)

    return {
        "councils": page("council_changelist"),
        "council": page("council_change", item.meeting.council_id),
        "meetings": page("councilmeeting_changelist"),
        "meeting": page("councilmeeting_change", item.meeting_id),
        "items": page("agendaitem_changelist"),
        "item": page("agendaitem_change", item.pk),
        "upload": page("agendaitem_upload", item.pk),
        "materials": page("agendamaterial_changelist"),
        "material": page("agendamaterial_change", item.materials.get(number=2).pk),
        "add material": page("agendamaterial_add"),
        "versions": page("agendaitem_summary", item.pk, "both"),
        "edit": page("agendaitem_summary_edit", item.pk, "both"),
    }


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(dark: bool, addresses: dict[str, str], visit: Visit, axe: str) -> None:
    page = visit(addresses["item"], language="ja", dark=dark, bypass_csp=True)
    found = {}
    for name, address in addresses.items():
        page.goto(page.url.split("/admin/")[0] + address)
        found[name] = faults(page, axe)
    assert {name: nodes for name, nodes in found.items() if nodes} == {}


@pytest.mark.parametrize("width", [390, 1360])
def test_nothing_runs_over_the_edge(width: int, addresses: dict[str, str], visit: Visit) -> None:
    page = visit(addresses["item"], language="ja", width=width)
    over = {}
    for name, address in addresses.items():
        page.goto(page.url.split("/admin/")[0] + address)
        over[name] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert {name: pixels for name, pixels in over.items() if pixels > 0} == {}


def test_parts_change_without_a_reload(item: AgendaItem, addresses: dict[str, str], visit: Visit) -> None:
    page = visit(addresses["item"], language="en")
    page.get_by_role("button", name="Process all materials").click()
    expect(page.locator("#parts tbody")).to_contain_text("Queued")
    for part in item.materials.all():
        verbs.fail(verbs.enqueue("agenda_materials", part), by=None, reason="test")
    verbs.cancel(verbs.enqueue("agenda_content", item), by=None, reason="test")
    expect(page.locator("#parts tbody")).not_to_contain_text("Queued")
    expect(page.locator("#parts tbody .badge-failed")).to_have_count(2)
    assert page.locator("#parts").get_attribute("hx-get") is None
