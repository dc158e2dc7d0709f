"""What a deck's page shows: the current version slide by slide, its outline, and the versions before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from tasks_app.admin.content.slides.forms import LAYOUTS, RefineForm
from tasks_app.models import SlideDeck, SlideVersion
from tasks_app.providers.endpoint import chat_model
from tasks_app.providers.summariser import Extractive
from tasks_app.stages.slides import remarks
from tasks_app.text.decks.deck import Layout, Slide, SlideCitation


@dataclass(frozen=True, kw_only=True)
class ShownSlide:
    """A slide with what is known about it. `pictures` are addresses, none where none were drawn."""

    slide: Slide
    layout: str
    pictures: list[str]
    places: list[str]
    remarks: list[str]


def outcome(request: HttpRequest, deck: SlideDeck) -> dict[str, Any]:
    """For console/content/slides/slides.html."""
    version = deck.current
    return {
        "deck": deck,
        "version": version,
        "by_extracts": (version.written_by if version else deck.outlined_by) == Extractive().provider,
        "slides": _slides(deck, version) if version else [],
        "remarks": [remarks.text(one) for one in version.remarks if not one["slide"]] if version else [],
        "outline": [{**slide, "layout": LAYOUTS[Layout(slide["layout"])]} for slide in deck.outline],
        "versions": deck.versions.all(),
        "refine": RefineForm(version.slides) if version and chat_model() else None,
        "may_change": request.user.has_perm("tasks_app.change_slidedeck"),
    }


def _slides(deck: SlideDeck, version: SlideVersion) -> list[ShownSlide]:
    told: dict[int, list[str]] = {}
    for remark in version.remarks:
        told.setdefault(remark["slide"], []).append(remarks.text(remark))
    drawn = _pictures(deck, version)
    return [
        ShownSlide(
            slide=slide,
            layout=str(LAYOUTS[slide.layout]),
            pictures=drawn.get(slide.number, []),
            places=_places(slide.citations),
            remarks=told.get(slide.number, []),
        )
        for slide in map(Slide.model_validate, version.slides)
    ]


def _pictures(deck: SlideDeck, version: SlideVersion) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for page, number in enumerate(version.pages[: version.pictures], start=1):
        address = reverse("admin:tasks_app_slidedeck_picture", args=[deck.pk, version.number, page])
        found.setdefault(number, []).append(address)
    return found


def _places(citations: Sequence[SlideCitation]) -> list[str]:
    return list(dict.fromkeys(citation.place for citation in citations))
