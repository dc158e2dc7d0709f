from hypothesis import given
from hypothesis import strategies as st

from tasks_app.text.japanese.sentences import sentences, spans

PIECES = st.lists(
    st.sampled_from(["議会", "「", "」", "（", "）", "。", "！？", "\n", " ", "　", ".", "No. 5 ", "end. ", "か"])
).map("".join)


def test_sentences_end_at_marks() -> None:
    assert sentences("会議を開きます。よろしいですか？　はい！終わります") == [
        "会議を開きます。",
        "よろしいですか？",
        "はい！",
        "終わります",
    ]


def test_a_quotation_is_not_cut() -> None:
    assert sentences("市長は「認める。ただし条件がある。」と述べた。以上。") == [
        "市長は「認める。ただし条件がある。」と述べた。",
        "以上。",
    ]


def test_a_remark_after_the_mark_belongs_to_the_sentence() -> None:
    assert sentences("延長を求める。（40代、会社員）街灯も考えるべきだ。") == [
        "延長を求める。（40代、会社員）",
        "街灯も考えるべきだ。",
    ]


def test_a_bracket_never_closed_does_not_swallow_the_rest() -> None:
    found = sentences("「開いたまま。" + "文である。" * 200)
    assert len(found) > 100


def test_numbers_keep_their_points() -> None:
    assert sentences("回収率は44.6％。1. 目的を示す。") == ["回収率は44.6％。", "1. 目的を示す。"]


def test_english_sentences_end_at_points() -> None:
    assert sentences("It opens. It closes.") == ["It opens.", "It closes."]


@given(st.one_of(PIECES, st.text()))
def test_spans_cover_the_text(text: str) -> None:
    assert "".join(text[start:end] for start, end in spans(text)) == text
    assert all(start < end for start, end in spans(text))
