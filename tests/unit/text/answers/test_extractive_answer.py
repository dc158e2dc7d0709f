"""Answers that are quoted: the sentences that hold what was asked, or none."""

import pytest

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


LIBRARY = "The town library opens at nine and closes at six. Books may be kept for two weeks."


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the capital of the kingdom and who was the first king of it?", None),
        ("What is it and who are they?", None),
        ("How do I get to the museum of this island?", None),
        ("When does the library close?", "The town library opens at nine and closes at six."),
        ("For how long may a book be kept?", "Books may be kept for two weeks."),
    ],
)
def test_words_that_any_text_holds_are_no_evidence(question: str, answer: str | None) -> None:
    found = quotes(question, [Passage(number=1, text=LIBRARY)], 1)
    assert (LIBRARY[found[0].start : found[0].end] if found else None) == answer


PLAN = (
    "駐輪場の整備計画を説明します。駐輪場の整備は駅の北口から始めます。駐輪場の整備では屋根を付けます。"
    "駐輪場の整備の後は市が管理します。必要な財源は、都市計画税と県の補助金を充てます。完成は令和十年の春です。"
)


def test_every_part_of_a_question_is_met() -> None:
    found = quotes("駐輪場の整備はどこから始まり、財源は何で、完成はいつですか。", [Passage(number=1, text=PLAN)], 1)
    said = "".join(PLAN[one.start : one.end] for one in found)
    assert all(part in said for part in ("駅の北口から", "都市計画税", "令和十年"))
