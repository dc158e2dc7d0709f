from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks_app.text.documents.chunking import chunks, cut

PROSE = st.lists(
    st.sampled_from(
        [
            "市長の見解を伺います。",
            "\n",
            "\n\n",
            "　",
            "、",
            "か\u3099",
            "👨‍👩‍👧",
            "対策",
            "end. ",
            "x" * 40,
            "\t",
        ]
    ),
    max_size=120,
).map("".join)


@given(st.one_of(PROSE, st.text()), st.integers(1, 60), st.lists(st.integers(0, 500)))
def test_pieces_reproduce_the_text(text: str, size: int, borders: list[int]) -> None:
    pieces = cut(text, size, borders)
    assert "".join(text[start:end] for start, end in pieces) == text
    assert all(0 < end - start <= size for start, end in pieces)
    assert [start for start, _ in pieces[1:]] == [end for _, end in pieces[:-1]]


def test_pieces_end_with_sentences() -> None:
    text = "通学路の安全対策について伺います。" * 40
    assert all(text[start:end].endswith("。") for start, end in cut(text, 100))


def test_a_paragraph_end_is_preferred_to_a_sentence_end() -> None:
    text = "一つ目の文です。二つ目の文です。\n\n三つ目の文です。四つ目の文です。"
    assert [text[start:end] for start, end in cut(text, 28)] == [
        "一つ目の文です。二つ目の文です。\n\n",
        "三つ目の文です。四つ目の文です。",
    ]


def test_marks_stay_with_their_character() -> None:
    text = "か\u3099" * 100
    assert all(text[start] == "か" for start, _ in cut(text, 33))


def test_chunks_know_page_and_headings() -> None:
    first, second = "概要\n" + "説明です。" * 10 + "\n", "詳細\n" + "本文です。" * 10 + "\n"
    headings = [(0, 1, "概要"), (len(first), 2, "詳細")]
    pages = [(1, 0, len(first)), (2, len(first), len(first + second))]
    found = chunks(first + second, 60, pages, headings)
    assert [(piece.page, piece.heading) for piece in found] == [(1, "概要"), (2, "概要 > 詳細")]


def test_a_chunk_belongs_where_its_first_visible_character_stands() -> None:
    text = "あ" * 50 + "\n\n\n" + "い" * 50
    found = chunks(text, 52, [(1, 0, 53), (2, 53, 103)])
    assert [piece.page for piece in found] == [1, 2]


def test_a_sibling_heading_replaces_the_one_before() -> None:
    text = "".join(f"{name}\n" + "文です。" * 10 for name in "甲乙丙")
    starts = [text.index(name) for name in "甲乙丙"]
    headings = [(starts[0], 1, "甲"), (starts[1], 2, "乙"), (starts[2], 1, "丙")]
    assert [piece.heading for piece in chunks(text, 60, (), headings)] == ["甲", "甲 > 乙", "丙"]


def test_text_before_the_first_heading_has_none() -> None:
    text = "前書きです。" * 10 + "見出し"
    assert chunks(text, 60, (), [(60, 1, "見出し")])[0].heading == ""


@pytest.mark.parametrize("unit", ["あ", "\n", "「", "。", " \n", "word "])
def test_time_grows_with_length_only(unit: str) -> None:
    text = unit * (400_000 // len(unit))
    started = process_time()
    chunks(text, 800)
    assert process_time() - started < 5
