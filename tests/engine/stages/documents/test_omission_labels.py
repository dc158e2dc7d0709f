"""Every kind of omission has a label in both languages, for one and for many."""

from django.utils.translation import override

from tasks_app.stages.documents.omission_labels import LABELS, PLACES, omission_label
from tasks_app.text.extraction.common.omissions import OmissionKind, PlaceUnit


def said(kind: str, count: int, language: str) -> str:
    with override(language):
        return omission_label({"kind": kind, "count": count, "unit": "", "places": []})


def test_every_kind_and_unit_has_its_label() -> None:
    assert set(LABELS) == set(OmissionKind)
    assert set(PLACES) == set(PlaceUnit) - {PlaceUnit.NONE}
    for kind in OmissionKind:
        one, many, japanese = said(kind, 1, "en"), said(kind, 2, "en"), said(kind, 2, "ja")
        assert one.startswith("1 ")
        assert many.startswith("2 ")
        assert one[1:] != many[1:]
        assert "2" in japanese
        assert japanese != many


def test_a_kind_of_a_later_release_is_still_counted() -> None:
    assert said("holograms", 3, "en") == "holograms: 3"
