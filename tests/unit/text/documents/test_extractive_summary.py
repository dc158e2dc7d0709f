from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from tasks_app.text.documents.extractive_summary import summarise

SENTENCES = st.lists(
    st.sampled_from(
        [
            "市長の見解を伺います。",
            "原案のとおり可決されました。",
            "これより休憩いたします。",
            "締切は六月二十一日である。\n",
            "「異議なし」と呼ぶ者あり\n",
            "# 見出し\n",
            "本市が保有する公共施設は、昭和四十年代から五十年代\n",
            "に集中して整備された。",
            " ",
        ]
    ),
    max_size=40,
).map("".join)
TURN = (
    "○議長（榎本達雄君）　次に、日程第一を議題といたします。\n"
    "○五番（白川美咲君）　通学路の危険箇所について、いつまでに対策を終えるのか、教育長の見解を伺います。\n"
    "○教育長（大久保雅子君）　お答えいたします。本日は良い天気です。"
    "残る箇所は今年度中に対策を実施することとしております。\n"
)


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(st.one_of(SENTENCES, st.text()), st.integers(1, 300))
def test_sentences_come_from_the_text_in_order_once_and_within_the_budget(text: str, characters: int) -> None:
    summary = summarise(text, characters)
    lines = summary.split("\n") if summary else []
    assert len(summary) <= characters
    assert bool(summary) == bool(text.strip())
    assert len(set(lines)) == len(lines)
    position = 0
    for line in lines:
        found = squeezed(text).find(squeezed(line), position)
        assert found >= 0
        position = found + 1


def test_requests_and_decisions_come_before_procedure() -> None:
    summary = summarise(TURN, 90)
    assert "見解を伺います" in summary
    assert "実施することとしております" in summary
    assert "日程第一" not in summary
    assert "天気" not in summary


def test_a_sentence_said_twice_is_taken_once() -> None:
    assert summarise("予算を増額すべきと考えます。\n予算を増額すべきと考えます。", 100).count("増額") == 1


def test_one_sentence_longer_than_the_budget_is_cut() -> None:
    assert summarise("あ" * 500, 100) == "あ" * 100


def test_time_grows_with_length_only() -> None:
    started = process_time()
    summary = summarise(TURN.replace("\n", "") * 3_000 + "あ" * 100_000, 50_000)
    assert process_time() - started < 10
    assert summary
