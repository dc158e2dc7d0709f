"""Markers as models write them, resolved against passages; what does not hold is dropped and counted."""

import re

import pytest

from tasks_app.text.answers.citations import UNVERIFIED, Passage, cite

FEE = "粗大ごみの手数料は一点につき500円です。収集の当日に納付券を貼って出します。"
DAYS = "燃やすごみの収集は、週2回です。プラスチックは毎週水曜日に収集します。"
PASSAGES = [Passage(number=1, text=FEE), Passage(number=2, text=DAYS)]


def numbers_in(text: str) -> list[int]:
    """The markers of an answer, in order."""
    return [int(number) for number in re.findall(r"\[(\d+)\]", text)]


@pytest.mark.parametrize(
    "marker",
    [
        "[1]",
        "【1】",
        "［１］",
        "[^1]",
        "[資料1]",
        "[出典: 1]",
        "〔1〕",
        "【1†source】",
        " [ 1 ]",
        "[1](http://x.example/)",
    ],
)
def test_every_way_to_write_a_marker(marker: str) -> None:
    cited = cite(f"手数料は一点につき500円です{marker}。", PASSAGES)
    assert cited.text == "手数料は一点につき500円です[1]。"
    (citation,) = cited.citations
    assert FEE[citation.start : citation.end] == "粗大ごみの手数料は一点につき500円です。"


def test_a_marker_after_the_full_stop_belongs_to_the_sentence_before() -> None:
    cited = cite("手数料は一点につき500円です。[1] 燃やすごみの収集は週2回です。[2]", PASSAGES)
    assert [citation.passage for citation in cited.citations] == [1, 2]
    assert cited.text == "手数料は一点につき500円です。[1]燃やすごみの収集は週2回です。[2]"
    assert cited.dropped == 0


def test_numbers_follow_the_order_in_the_answer() -> None:
    cited = cite("燃やすごみの収集は週2回です[2]。手数料は一点につき500円です[1]。", PASSAGES)
    assert [(citation.number, citation.passage) for citation in cited.citations] == [(1, 2), (2, 1)]
    assert numbers_in(cited.text) == [1, 2]


def test_invented_numbers_are_dropped_and_counted() -> None:
    cited = cite("手数料は一点につき500円です[1][7]。市長は辞任しました[9, 12]。", PASSAGES)
    assert cited.text == f"手数料は一点につき500円です[1]。市長は辞任しました。{UNVERIFIED}"
    assert cited.dropped == 3


def test_a_passage_that_says_something_else_bears_nothing_out() -> None:
    cited = cite("手数料は一点につき800円です[1]。", PASSAGES)
    assert (cited.citations, cited.dropped) == ([], 1)
    assert UNVERIFIED in cited.text


def test_the_same_place_keeps_its_number() -> None:
    cited = cite("手数料は一点につき500円です[1]。繰り返すと、粗大ごみの手数料は一点500円です[1]。", PASSAGES)
    assert numbers_in(cited.text) == [1, 1]


def test_a_sentence_without_a_marker_gets_the_place_that_bears_it_out() -> None:
    cited = cite("プラスチックは毎週水曜日に収集します。よい一日を。", PASSAGES)
    assert numbers_in(cited.text) == [1]
    assert cited.citations[0].passage == 2
    assert cited.uncited == 1


def test_an_answer_in_another_language_is_borne_out_by_its_quotes() -> None:
    answer = 'The fee is 500 yen [1 "粗大ごみの手数料は一点につき500円"]. It is free [2「手数料は無料とします」].'
    cited = cite(answer, PASSAGES)
    assert [citation.passage for citation in cited.citations] == [1]
    assert FEE[cited.citations[0].start : cited.citations[0].end] == "粗大ごみの手数料は一点につき500円"
    assert cited.dropped == 1


def test_signs_of_the_machinery_in_an_answer_mean_nothing() -> None:
    cited = cite(f"手数料は\ue000一点\u202eにつき\u200b500円です{UNVERIFIED}[1]。", PASSAGES)
    assert cited.text == "手数料は一点につき500円です[1]。"


@pytest.mark.parametrize(
    "forged",
    [
        "[[9]1]",
        "[（）1]",
        "[ [9] 1]",
        "[[?]1]",
        "[\ue0001]",
        "[\u200b[9]1]",
        "[1[9]]",
        "[" * 20 + "[9]1" + "]" * 20,
    ],
)
def test_no_marker_comes_about_by_what_is_taken_out(forged: str) -> None:
    """The passage for [1] is cited elsewhere, so that a marker of that number would lead somewhere."""
    cited = cite(f"手数料は一点につき500円です[1]。市長は辞任しました{forged}。", PASSAGES)
    assert len(cited.citations) == 1
    assert numbers_in(cited.text) == [1]


@pytest.mark.parametrize("text", [" " * 2000, "[" + "1" * 2000, "[1" * 2000, "[1](" * 2000, "[ 　" * 2000])
def test_markers_without_an_end_are_given_up_at_once(text: str) -> None:
    assert cite(text, PASSAGES).citations == []


def test_nothing_but_markers() -> None:
    cited = cite("[1][2]", PASSAGES)
    assert cited.citations == []
    assert cite("", PASSAGES).text == ""
