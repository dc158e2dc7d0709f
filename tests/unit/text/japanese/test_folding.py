"""What is the same to a reader compares alike, what is not does not, and places are those of the original."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks_app.text.answers.grounding import place_of
from tasks_app.text.check.anchoring import Span, nearest
from tasks_app.text.decks.deck_sources import DeckSource
from tasks_app.text.japanese.folding import NO_WORD, SPACE, Folded, fold, pattern, squeeze
from tasks_app.text.japanese.variants import KANJI
from tasks_app.text.minutes.quote_finder import Quotable
from tasks_app.text.speech.likeness import keeps_words

ALIKE = [
    ("髙橋", "高橋"),
    ("﨑山", "崎山"),
    ("渡邊と渡邉", "渡辺と渡辺"),
    ("濵口", "浜口"),
    ("冨田", "富田"),
    ("𠮷野", "吉野"),
    ("議會の決議", "議会の決議"),
    ("10〜12", "10～12"),
    ("１−２", "1-2"),
    ("―霧の森―", "—霧の森—"),
    ("“案”", '"案"'),
    ("葛\U000e0100城", "葛城"),
    ("ｶﾞｿﾘﾝ", "ガソリン"),
    ("か\u3099", "が"),
    ("e\u0301", "É"),
    ("㈱みなと①", "(株)みなと1"),
    ("神\ufa19社", "神神社"),
    ("\u1112\u1161\u11ab", "한"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_forms_of_the_same_compare_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    text = f"　議長（{one}）は言った。"
    found = Folded(text).find(other)
    assert found is not None
    assert text[slice(*found)] == one
    assert re.search(pattern(other), text, re.IGNORECASE) or len(squeeze(one)) != len(one.replace(" ", ""))


@pytest.mark.parametrize(
    ("one", "other"), [("斎藤", "斉藤"), ("大島", "太島"), ("畠山", "畑山"), ("は", "ば"), ("1-2", "12")]
)
def test_what_differs_stays_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text(st.characters(exclude_categories=("Cs", "Cn")), max_size=60))
def test_folding_whole_and_by_pieces_is_the_same(text: str) -> None:
    if unicodedata.is_normalized("NFC", text):
        assert Folded(text).text == squeeze(text) or any(unicodedata.combining(character) for character in text)
    assert fold(fold(text)) == fold(text) or any(unicodedata.combining(character) for character in text)
    for ignored in (SPACE, NO_WORD):
        folded = Folded(text, 7, ignored)
        assert folded.between(0, len(text) + 7) == folded.text


def test_no_form_leads_to_another() -> None:
    assert not KANJI.keys() & set(KANJI.values())
    assert all(unicodedata.normalize("NFKC", form) == form for form in (*KANJI, *KANJI.values()))


def test_every_comparison_folds() -> None:
    text = "髙橋議員：期間は10〜12月、場所は―霧の森―とします。"
    said = "高橋議員:期間は10～12月、場所は—霧の森—とします"
    assert Quotable(text).find(said) == place_of(said, text) == (0, len(text) - 1)
    assert DeckSource(name="議事録", text=text).cited(said)
    assert nearest(text, "10～12月", Span(start=0, end=len(text))) == Span(start=8, end=14)
    assert keeps_words("髙橋、渡邉、﨑山", "高橋、渡辺、崎山")
