"""Quotes are found where they stand, and nowhere else."""

import pytest

from tasks_app.text.decks.deck_sources import DeckSource, DeckSources
from tests.unit.text.decks.examples import MATERIAL, REPORT


@pytest.mark.parametrize(
    "quote",
    [
        "昨年度の来館者は延べ18万2千人で",
        "昨年度の 来館者は、延べ１８万２千人で",
        "昨年度の来館者は\n延べ18万2千人で。",
    ],
)
def test_a_quote_is_found_whatever_its_space_width_and_punctuation(quote: str) -> None:
    (found,), lost = MATERIAL.cited([quote])
    assert lost == 0
    assert REPORT[found.start : found.end] == found.quote == "昨年度の来館者は延べ18万2千人で"
    assert found.place == "報告書 p.1"


def test_the_page_is_that_where_the_quote_begins() -> None:
    (found,), _lost = MATERIAL.cited(["どちらでもよいが5名であった"])
    assert found.page == 2


@pytest.mark.parametrize("quote", ["昨年度の来館者は延べ19万人で", "来館者", "。、！", ""])
def test_what_does_not_stand_there_or_proves_nothing_is_lost(quote: str) -> None:
    assert MATERIAL.cited([quote]) == ([], 1)


def test_the_same_place_is_cited_once() -> None:
    found, lost = MATERIAL.cited(["案2が3名では", "案1に賛成が6名", "案1に賛成が 6名"])
    assert (len(found), lost) == (1, 1)


def test_the_passages_about_something_come_in_their_order_and_in_bounds() -> None:
    texts = [f"第{number}章 予算の話。" + "あ" * 300 + "\n\n" for number in range(20)]
    texts[13] = "第13章 図書館の開館時間を延ばす話。" + "い" * 300 + "\n\n"
    material = DeckSources([DeckSource(name="x", text="".join(texts))])
    found = material.about("図書館の開館時間", 1500)
    assert "図書館の開館時間を延ばす" in found
    assert len(found) <= 1500
    assert found.index("第0章") < found.index("第13章")


def test_half_a_million_characters_are_searched_in_seconds() -> None:
    material = DeckSources(
        [DeckSource(name="x", text="来館者は延べ18万2千人である。" * 30_000 + "最後の一文はここにある。")]
    )
    found, _lost = material.cited(["最後の一文はここにある"])
    assert found[0].end == len(material.whole) - 1
