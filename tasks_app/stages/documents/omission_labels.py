"""The words for what was left out of a document, or marked in it, in the console and in the API."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from tasks_app.text.documents.page_ranges import ranges
from tasks_app.text.extraction.common.omissions import OmissionKind, PlaceUnit

LABELS: Mapping[str, Promise] = {
    OmissionKind.ATTACHMENTS: ngettext_lazy("%(count)s attached file", "%(count)s attached files", "count"),
    OmissionKind.CELLS_LEFT_OUT: ngettext_lazy(
        "%(count)s cell beyond the limit", "%(count)s cells beyond the limit", "count"
    ),
    OmissionKind.CHARTS: ngettext_lazy("%(count)s chart", "%(count)s charts", "count"),
    OmissionKind.COMMENTS: ngettext_lazy("%(count)s comment", "%(count)s comments", "count"),
    OmissionKind.DELETED_TEXT: ngettext_lazy("%(count)s tracked deletion", "%(count)s tracked deletions", "count"),
    OmissionKind.DIAGRAMS: ngettext_lazy("%(count)s diagram", "%(count)s diagrams", "count"),
    OmissionKind.FORMULAS: ngettext_lazy("%(count)s formula in a picture", "%(count)s formulas in pictures", "count"),
    OmissionKind.FRAMES: ngettext_lazy("%(count)s embedded page", "%(count)s embedded pages", "count"),
    OmissionKind.HEADERS_FOOTERS: ngettext_lazy("%(count)s header or footer", "%(count)s headers and footers", "count"),
    OmissionKind.HIDDEN_COLUMNS: ngettext_lazy("%(count)s hidden column", "%(count)s hidden columns", "count"),
    OmissionKind.HIDDEN_ROWS: ngettext_lazy("%(count)s hidden row", "%(count)s hidden rows", "count"),
    OmissionKind.HIDDEN_SHEETS: ngettext_lazy("%(count)s hidden sheet", "%(count)s hidden sheets", "count"),
    OmissionKind.HIDDEN_SLIDES: ngettext_lazy("%(count)s hidden slide", "%(count)s hidden slides", "count"),
    OmissionKind.HIDDEN_TEXT: ngettext_lazy(
        "%(count)s passage of hidden text", "%(count)s passages of hidden text", "count"
    ),
    OmissionKind.LAYERS: ngettext_lazy("%(count)s layer turned off", "%(count)s layers turned off", "count"),
    OmissionKind.MENUS: ngettext_lazy("%(count)s menu", "%(count)s menus", "count"),
    OmissionKind.MISSING_PARTS: ngettext_lazy(
        "%(count)s part that is missing in the file", "%(count)s parts that are missing in the file", "count"
    ),
    OmissionKind.NOT_COMPUTED: ngettext_lazy(
        "%(count)s formula without a stored value", "%(count)s formulas without a stored value", "count"
    ),
    OmissionKind.PAGES_WITHOUT_TEXT: ngettext_lazy(
        "%(count)s page without text", "%(count)s pages without text", "count"
    ),
    OmissionKind.PICTURES: ngettext_lazy("%(count)s picture", "%(count)s pictures", "count"),
    OmissionKind.READINGS: ngettext_lazy(
        "%(count)s reading printed beside characters", "%(count)s readings printed beside characters", "count"
    ),
    OmissionKind.RECORDINGS: ngettext_lazy("%(count)s video or sound", "%(count)s videos and sounds", "count"),
    OmissionKind.UNKNOWN_CHARACTERS: ngettext_lazy(
        "%(count)s character that is not in Unicode", "%(count)s characters that are not in Unicode", "count"
    ),
}
"""By the kinds of `text.extraction.common.omissions`."""

PLACES: Mapping[str, Promise] = {
    PlaceUnit.PAGE: _("%(what)s (page: %(places)s)"),
    PlaceUnit.SHEET: _("%(what)s (sheet: %(places)s)"),
    PlaceUnit.SLIDE: _("%(what)s (slide: %(places)s)"),
}

ADVICE: Mapping[str, Promise] = {
    OmissionKind.NOT_COMPUTED: _("Open the file in Excel, save it and upload it again."),
    OmissionKind.PAGES_WITHOUT_TEXT: _(
        "They are images, or their character encoding is unknown. Install text recognition (OCR) and requeue to "
        "read them."
    ),
}
"""What helps, where something does."""


def omission_label(omission: Mapping[str, Any]) -> str:
    """A stored omission in the active language, with its places: "2 charts (slide: 3, 5)"."""
    kind, unit, places = omission["kind"], omission["unit"], omission["places"]
    what = str(LABELS[kind] % {"count": omission["count"]}) if kind in LABELS else f"{kind}: {omission['count']}"
    return str(PLACES[unit] % {"what": what, "places": _listed(unit, places)}) if unit and places else what


def _listed(unit: str, places: Sequence[str]) -> str:
    return ", ".join(places) if unit == PlaceUnit.SHEET else ranges(map(int, places))
