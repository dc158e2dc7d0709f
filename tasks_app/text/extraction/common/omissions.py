"""What a document holds and its text lacks, or holds marked as hidden: kinds, counts and places."""

from dataclasses import dataclass, field
from enum import StrEnum

MAX_PLACES = 200
"""Of one entry; its count has no limit."""

MAX_PLACE_LENGTH = 60
"""Characters of a place's name. A sheet's has at most 31."""


class OmissionKind(StrEnum):
    """Stable snake_case: stored, given by the API, labelled in `stages.documents.omission_labels`."""

    ATTACHMENTS = "attachments"
    CELLS_LEFT_OUT = "cells_left_out"
    CHARTS = "charts"
    COMMENTS = "comments"
    DELETED_TEXT = "deleted_text"
    DIAGRAMS = "diagrams"
    FORMULAS = "formulas"
    FRAMES = "frames"
    HEADERS_FOOTERS = "headers_footers"
    HIDDEN_COLUMNS = "hidden_columns"
    HIDDEN_ROWS = "hidden_rows"
    HIDDEN_SHEETS = "hidden_sheets"
    HIDDEN_SLIDES = "hidden_slides"
    HIDDEN_TEXT = "hidden_text"
    LAYERS = "layers"
    MENUS = "menus"
    MISSING_PARTS = "missing_parts"
    NOT_COMPUTED = "not_computed"
    PAGES_WITHOUT_TEXT = "pages_without_text"
    PICTURES = "pictures"
    READINGS = "readings"
    RECORDINGS = "recordings"
    UNKNOWN_CHARACTERS = "unknown_characters"


MARKED = frozenset(
    {
        OmissionKind.HIDDEN_COLUMNS,
        OmissionKind.HIDDEN_ROWS,
        OmissionKind.HIDDEN_SHEETS,
        OmissionKind.HIDDEN_SLIDES,
    }
)
"""In the text, behind the mark `lines.HIDDEN`. All others are not in it."""


class PlaceUnit(StrEnum):
    """What the places of an entry are: numbers of pages or slides, names of sheets, or nothing that can be named."""

    NONE = ""
    PAGE = "page"
    SHEET = "sheet"
    SLIDE = "slide"


@dataclass(kw_only=True)
class Omission:
    """`count` of a kind, at `places` (each once, in the order of the document, at most MAX_PLACES)."""

    kind: OmissionKind
    count: int
    unit: PlaceUnit = PlaceUnit.NONE
    places: list[str] = field(default_factory=list)


class OmissionLog:
    """Collects what a reader leaves out or marks; one entry for each kind and unit, however often it is added."""

    def __init__(self) -> None:
        self._entries: dict[tuple[OmissionKind, PlaceUnit], Omission] = {}

    def add(self, kind: OmissionKind, count: int = 1, *, page: int = 0, slide: int = 0, sheet: str = "") -> None:
        """`count` more, on at most one of a page, a slide (both from 1) and a sheet. Nothing where `count` is 0."""
        if not count:
            return
        unit = PlaceUnit.PAGE if page else PlaceUnit.SLIDE if slide else PlaceUnit.SHEET if sheet else PlaceUnit.NONE
        entry = self._entries.setdefault((kind, unit), Omission(kind=kind, count=0, unit=unit))
        entry.count += count
        place = str(page or slide or sheet)[:MAX_PLACE_LENGTH]
        if unit and place not in entry.places and len(entry.places) < MAX_PLACES:
            entry.places.append(place)

    def entries(self) -> list[Omission]:
        return list(self._entries.values())
