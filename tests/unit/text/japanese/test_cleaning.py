from hypothesis import given
from hypothesis import strategies as st

from tasks_app.text.japanese.cleaning import storable

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()))


def test_what_postgresql_cannot_hold_goes() -> None:
    assert storable("議\0事\ud83d録\r\n終\r") == "議事\ufffd録\n終\n"


def test_halves_of_one_character_are_put_together() -> None:
    assert storable("\ud842\udfb7野家") == "𠮷野家"


@given(ANY_TEXT)
def test_the_result_can_be_encoded_and_stays(text: str) -> None:
    clean = storable(text)
    clean.encode()
    assert "\0" not in clean
    assert storable(clean) == clean
