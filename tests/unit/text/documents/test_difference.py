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


@given(TEXT, TEXT)
def test_both_texts_can_be_read_from_it(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert "".join(text for change, text in pieces if change != Change.ADDED) == old
    assert "".join(text for change, text in pieces if change != Change.REMOVED) == new
    assert all(text for _change, text in pieces)
