"""What readers say they left out, and the text without what is hidden."""

from tasks_app.text.documents.hidden_parts import blanked, removed
from tasks_app.text.extraction.common.omissions import (
    MAX_PLACE_LENGTH,
    MAX_PLACES,
    Omission,
    OmissionKind,
    OmissionLog,
    PlaceUnit,
)


def test_one_entry_for_each_kind_and_unit_however_often_it_is_added() -> None:
    log = OmissionLog()
    log.add(OmissionKind.CHARTS, slide=3)
    log.add(OmissionKind.CHARTS, 2, slide=5)
    log.add(OmissionKind.CHARTS, slide=3)
    log.add(OmissionKind.COMMENTS, 0)
    log.add(OmissionKind.HIDDEN_SHEETS, sheet="作業用")
    assert log.entries() == [
        Omission(kind=OmissionKind.CHARTS, count=4, unit=PlaceUnit.SLIDE, places=["3", "5"]),
        Omission(kind=OmissionKind.HIDDEN_SHEETS, count=1, unit=PlaceUnit.SHEET, places=["作業用"]),
    ]


def test_places_are_bounded_and_the_count_is_not() -> None:
    log = OmissionLog()
    for number in range(MAX_PLACES + 5):
        log.add(OmissionKind.HIDDEN_ROWS, sheet=f"{number:09}" * 20)
    (entry,) = log.entries()
    assert (entry.count, len(entry.places), len(entry.places[0])) == (MAX_PLACES + 5, MAX_PLACES, MAX_PLACE_LENGTH)


def test_hidden_parts_are_taken_out_or_blanked_unless_nothing_else_is_there() -> None:
    text, hidden = "見える\n隠した\n行\nまた", [(4, 9)]
    assert removed(text, hidden) == "見える\n\nまた"
    assert blanked(text, hidden) == "見える\n   \n \nまた"
    assert removed(text, [(0, len(text))]) == blanked(text, [(0, len(text))]) == text
