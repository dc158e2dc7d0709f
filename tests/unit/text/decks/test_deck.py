"""Text comes in plain, whatever a model wrote."""

import pytest
from pydantic import ValidationError

from tasks_app.text.decks.deck import MAX_SLIDES, Content, Outline, OutlineSlide, plain


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<b>来館者</b>は<br>減った", "来館者は 減った"),
        ("<script>alert(1)</script>見出し", "見出し"),
        ("&lt;b&gt;太字&lt;/b&gt; &amp; 強調", "太字 & 強調"),
        ('<img src="x" onerror="a()">図', "図"),
        ("- 項目", "項目"),
        ("・ 項目", "項目"),
        ("1. 項目", "項目"),
        ("**強調**と`記号`", "強調と記号"),
        ("a < b かつ c > d", "a < b かつ c > d"),
        ("<前年比>を見る", "<前年比>を見る"),
        ("改行\n\tあり\u202e", "改行 あり"),
    ],
)
def test_markup_is_taken_out_and_nothing_else(written: str, shown: str) -> None:
    assert plain(written) == shown
    assert Content(title="題", bullets=[written, " "]).bullets == [shown]


def test_slides_are_numbered_as_they_stand() -> None:
    outline = Outline(slides=[OutlineSlide(number=2, title="甲"), OutlineSlide(number=2, title="乙")])
    assert [(slide.number, slide.title) for slide in outline.numbered().slides] == [(1, "甲"), (2, "乙")]


@pytest.mark.parametrize("count", [0, MAX_SLIDES + 1])
def test_an_outline_has_bounds(count: int) -> None:
    with pytest.raises(ValidationError):
        Outline(slides=[OutlineSlide(title="題")] * count)


def test_a_title_of_markup_alone_is_none() -> None:
    with pytest.raises(ValidationError):
        OutlineSlide(title="<b></b>")
