"""Answers that are quoted: the sentences that hold what was asked, or none."""

from tasks_app.text.answers.citations import Passage
from tasks_app.text.answers.extractive_answer import MAX_QUOTES, quotes

TEXTS = (
    "粗大ごみの受付時間は、平日の午前9時から午後4時までです。手数料は一点につき500円です。",
    "燃やすごみの収集は、週2回になります。収集日は地区ごとの暦を見てください。",
    "図書館は月曜日に休館します。",
)
PASSAGES = [Passage(number=number, text=text) for number, text in enumerate(TEXTS, start=1)]


def quoted(question: str) -> list[str]:
    return [TEXTS[one.passage - 1][one.start : one.end] for one in quotes(question, PASSAGES, 100)]


def test_the_sentence_that_answers_comes_first() -> None:
    assert quoted("粗大ごみの手数料はいくらですか。")[0] == "手数料は一点につき500円です。"
    assert quoted("燃やすごみの収集は週に何回ですか。")[0] == "燃やすごみの収集は、週2回になります。"
    assert len(quoted("収集")) <= MAX_QUOTES


def test_what_the_passages_say_nothing_about_is_not_answered() -> None:
    assert quoted("市長の任期は何年ですか。") == []
    assert quoted("Who wrote the constitution?") == []
    assert quoted("？") == []
    assert quotes("手数料", [], 0) == []
