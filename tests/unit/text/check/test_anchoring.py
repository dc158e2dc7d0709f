"""Quotations at their places."""

from itertools import pairwise

from tasks_app.text.check.anchoring import Span, nearest, same, windows
from tasks_app.text.check.highlighting import Mark, segments
from tasks_app.text.check.issue_fingerprint import fingerprints
from tasks_app.text.check.places import pages_of

TEXT = "予算を審議した。予算は可決した。予算の内訳"


def test_the_place_in_the_window_is_preferred() -> None:
    assert nearest(TEXT, "予算", Span(start=8, end=16)) == Span(start=8, end=10)
    assert nearest(TEXT, "内訳", Span(start=0, end=8)) == Span(start=19, end=21)


def test_the_nearer_place_outside_the_window() -> None:
    assert nearest(TEXT, "予算", Span(start=11, end=15)) == Span(start=8, end=10)


def test_what_is_said_twice_goes_to_two_places() -> None:
    window = Span(start=0, end=len(TEXT))
    first = nearest(TEXT, "予算", window)
    assert first is not None
    assert nearest(TEXT, "予算", window, [first]) == Span(start=8, end=10)


def test_a_window_that_has_no_more_places_gives_the_first_again() -> None:
    window = Span(start=0, end=8)
    assert nearest(TEXT, "予算", window, [Span(start=0, end=2)]) == Span(start=0, end=2)


def test_what_is_not_there_has_no_place() -> None:
    assert nearest(TEXT, "予 算", Span(start=0, end=8)) is None
    assert nearest(TEXT, "", Span(start=0, end=8)) is None


def test_windows_cover_the_text_and_overlap() -> None:
    for length in (1, 99, 100, 101, 181, 1000):
        spans = windows(length, 100, 20)
        assert spans[0].start == 0
        assert spans[-1].end == length
        assert all(later.start == former.end - 20 for former, later in pairwise(spans))
        assert all(span.end - span.start <= 100 for span in spans)
    assert len(windows(100, 100, 20)) == 1


def test_spans_are_the_same_from_half_of_both() -> None:
    assert same(Span(start=0, end=4), [Span(start=0, end=8)])
    assert not same(Span(start=0, end=3), [Span(start=0, end=8)])
    assert not same(Span(start=0, end=3), [Span(start=3, end=6)])


def test_a_context_survives_edits_elsewhere() -> None:
    before = "第一章 総則。\n本市は計画をを定める。以上のとおりです。"
    after = "序文を加えた。\n" + before.replace("第一章", "第二章") + "末尾も加えた。"
    (old,) = fingerprints(before, [(before.index("をを"), before.index("をを") + 2, "doubled_particle")])
    (new,) = fingerprints(after, [(after.index("をを"), after.index("をを") + 2, "doubled_particle")])
    assert old == new


def test_contexts_tell_apart_what_is_alike() -> None:
    text = "記をを記す。" * 5
    places = [found for found in range(len(text)) if text.startswith("をを", found)]
    keys = fingerprints(text, [(at, at + 2, "doubled_particle") for at in places])
    assert len(set(keys)) == 5
    (other,) = fingerprints(text, [(places[0], places[0] + 2, "another")])
    assert other not in keys


def test_segments_are_exactly_the_passage() -> None:
    text = "申請書をを提出して下さい。"
    marks = [Mark(id=1, start=0, end=13), Mark(id=2, start=3, end=5), Mark(id=3, start=9, end=20)]
    found = segments(text, 1, len(text), marks)
    assert "".join(segment.text for segment in found) == text[1:]
    assert [segment.mark for segment in found] == [1, 2, 1, 3]
    assert [segment.begins for segment in found] == [(1,), (2,), (), (3,)]


def test_segments_without_marks() -> None:
    assert [segment.text for segment in segments("本文", 0, 2, [])] == ["本文"]


def test_pages_of_offsets() -> None:
    assert pages_of([[1, 0, 5], [3, 5, 9]], [0, 4, 5, 8]) == [1, 1, 3, 3]
    assert pages_of([], [3]) == [None]
