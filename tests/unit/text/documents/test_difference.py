"""What differs between two versions of a text."""

from hypothesis import given
from hypothesis import strategies as st

from tasks_app.text.documents.difference import Change, difference

TEXT = st.text(alphabet="ab。！」\n", max_size=40)


def test_a_sentence_that_changed() -> None:
    assert difference("計画を決めた。予算は3万円。", "計画を決めた。予算は5万円。") == [
        (Change.SAME, "計画を決めた。"),
        (Change.REMOVED, "予算は3万円。"),
        (Change.ADDED, "予算は5万円。"),
    ]


def test_a_long_text_with_a_few_changes_is_compared_sentence_by_sentence() -> None:
    old = [f"{number}件目の議案を可決した。" for number in range(5000)]
    new = [*old[:2000], "急ぎの議案を加えた。", *old[2000:3000], *old[3001:]]
    assert [piece for piece in difference("".join(old), "".join(new)) if piece[0] != Change.SAME] == [
        (Change.ADDED, "急ぎの議案を加えた。"),
        (Change.REMOVED, "3000件目の議案を可決した。"),
    ]


def test_sentences_that_moved_are_removed_and_added() -> None:
    kinds = [change for change, _text in difference("一。二。三。四。", "四。一。二。三。")]
    assert kinds == [Change.ADDED, Change.SAME, Change.REMOVED]


@given(TEXT, TEXT)
def test_both_texts_can_be_read_from_it(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert "".join(text for change, text in pieces if change != Change.ADDED) == old
    assert "".join(text for change, text in pieces if change != Change.REMOVED) == new
    assert all(text for _change, text in pieces)
