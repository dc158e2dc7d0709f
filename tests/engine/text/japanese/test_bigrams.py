import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tasks_app.text.japanese.bigrams import MAX_QUERY_LENGTH, lexemes, query, vector

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=200)


def matches(text: str, sought: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::tsvector @@ %s::tsquery", [vector(text), query(sought)])
        (found,) = cursor.fetchone()
    return bool(found)


def test_pairs_and_the_last_character() -> None:
    assert list(lexemes("議事録、ＡＢ ｶﾞ")) == ["議事", "事録", "録", "ab", "b", "ガ"]


def test_a_wrapped_word_is_whole() -> None:
    assert "議録" in list(lexemes("会議\n  録"))
    assert "b1" not in list(lexemes("ab\n1"))


def test_a_query_asks_for_any_pair() -> None:
    assert query("予算案 鯨") == "'予算' | '算案' | '鯨':*"
    assert query("、。'\\ ") == ""


def test_a_long_query_is_cut() -> None:
    many = "".join(chr(code) for code in range(0x4E00, 0x6000))
    assert query(many).count("|") == MAX_QUERY_LENGTH - 1


@pytest.mark.django_db
@pytest.mark.parametrize("sought", ["鯨", "議", "市議", "ＡＩ", "ai", "予算案", "㌔"])
def test_what_stands_in_a_text_is_found(sought: str) -> None:
    assert matches("市議会の予算案に鯨。AIで10キロ先", sought)


@pytest.mark.django_db
def test_what_does_not_is_not_found() -> None:
    assert not matches("市議会の予算案", "図書館")
    assert not matches("市議会の予算案", "")


@pytest.mark.django_db
def test_long_and_strange_texts_are_taken_by_postgresql() -> None:
    strange = "'\\':*&|!() \ufdfa \ud800\0 <->" + "あ" * 40_000
    assert matches(strange, "ああ")


class AnyText(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(ANY_TEXT)
    def test_postgresql_takes_it_and_finds_each_character(self, text: str) -> None:
        for lexeme in list(lexemes(text))[:3]:
            assert matches(text, lexeme[0])
        matches("x", text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("髙橋議員は、渡邊課長に", "高橋"),
        ("髙橋議員は、渡邊課長に", "渡辺"),
        ("﨑山部長", "崎山"),
        ("高橋", "髙橋"),
        ("葛\U000e0100城", "葛城"),
    ],
)
def test_forms_of_a_character_are_found_by_one_another(text: str, sought: str) -> None:
    assert matches(text, sought)
