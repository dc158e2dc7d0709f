"""The pages of slide decks: in both themes, both languages and on a phone."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from tasks_app.models import Notebook, SlideDeck, SlideTemplate, SlideVersion
from tests.browser.conftest import Visit
from tests.browser.test_looks import faults
from tests.text.decks.examples import EVERY_LAYOUT


@pytest.fixture
def addresses(notebook: Notebook) -> dict[str, str]:
    """A deck with two versions whose pictures were not drawn."""
    slides = [slide.model_dump(mode="json") for slide in EVERY_LAYOUT]
    outline = [{"number": n, "layout": s["layout"], "title": s["title"], "points": []} for n, s in enumerate(slides, 1)]
    deck = SlideDeck.objects.create(notebook=notebook, title="開館時間の見直し", source_text="本文", outline=outline)
    remarks = [{"slide": 3, "code": "unknown_numbers", "details": {"numbers": "12"}}]
    for number in (1, 2):
        deck.current = SlideVersion.objects.create(
            deck=deck,
            number=number,
            token=uuid4(),
            slides=slides,
            pages=list(range(1, len(slides) + 1)),
            remarks=[*remarks, {"slide": 0, "code": "template_gone", "details": {"title": "市の様式"}}],
            written_by="extractive",
            filename="開館時間の見直し.pptx",
        )
    deck.save()
    SlideTemplate.objects.create(title="市の様式", filename="様式.potx")
    return {
        "list": reverse("admin:tasks_app_slidedeck_changelist"),
        "add": reverse("admin:tasks_app_slidedeck_add"),
        "deck": reverse("admin:tasks_app_slidedeck_change", args=[deck.pk]),
        "outline": reverse("admin:tasks_app_slidedeck_outline", args=[deck.pk]),
        "templates": reverse("admin:tasks_app_slidetemplate_changelist"),
        "add template": reverse("admin:tasks_app_slidetemplate_add"),
    }


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(dark: bool, addresses: dict[str, str], visit: Visit, axe: str) -> None:
    page = visit(addresses["list"], language="ja", dark=dark, bypass_csp=True)
    found: dict[str, Any] = {}
    for name, address in addresses.items():
        page.goto(page.url.split("/admin/")[0] + address)
        found[name] = faults(page, axe)
    assert {name: nodes for name, nodes in found.items() if nodes} == {}


@pytest.mark.parametrize("width", [390, 1360])
def test_nothing_runs_over_the_edge(width: int, addresses: dict[str, str], visit: Visit) -> None:
    page = visit(addresses["list"], language="ja", width=width)
    over = {}
    for name, address in addresses.items():
        page.goto(page.url.split("/admin/")[0] + address)
        over[name] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert {name: pixels for name, pixels in over.items() if pixels > 0} == {}
