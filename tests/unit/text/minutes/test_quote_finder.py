"""Quotations are found where they stand, whatever their width, and nowhere else."""

import pytest

from tasks_app.text.minutes.quote_finder import Quotable, numbers

TEXT = "　議案第４２号は、\r\n原案のとおり　可決されました。ﾊﾞｽの運賃は１，２００円とします。㌔と①もある。"


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("議案第42号は、原案のとおり可決されました。", "議案第４２号は、\r\n原案のとおり　可決されました。"),
        ("バスの運賃は1,200円", "ﾊﾞｽの運賃は１，２００円"),
        (" 可 決\nされました", "可決されました"),
        ("キロと1も", "㌔と①も"),
    ],
)
def test_width_and_space_do_not_matter(quote: str, found: str) -> None:
    span = Quotable(TEXT).find(quote)
    assert span is not None
    assert TEXT[slice(*span)] == found


@pytest.mark.parametrize("quote", ["否決されました", "可決されませんでした", "", " 　\n", "議案第43号"])
def test_what_does_not_stand_there_is_not_found(quote: str) -> None:
    assert Quotable(TEXT).find(quote) is None


def test_offsets_are_those_of_the_larger_text() -> None:
    whole = "はじめに。" + TEXT
    assert Quotable(TEXT, 5).find("可決") == Quotable(whole).find("可決")
    assert Quotable(whole).find("可決", after=whole.index("可決") + 1) is None


def test_words_are_looked_for_within_bounds() -> None:
    place = TEXT.index("ﾊ")
    assert Quotable(TEXT).holds("バス", place, place + 3)
    assert not Quotable(TEXT).holds("バス", 0, place)
    assert not Quotable(TEXT).holds(" ", 0, len(TEXT))


def test_numbers_are_compared_without_separators() -> None:
    assert numbers("１，２００円と3.5%、令和６年") == {"1200", "3.5", "6"}
    assert Quotable(TEXT).lacks_numbers("1300円") is True
    assert Quotable(TEXT).lacks_numbers("1200円、42号") is False
