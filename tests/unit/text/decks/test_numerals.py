"""Numbers of a slide against those of its sources."""

import pytest

from tasks_app.text.decks.numerals import missing, numbers

SOURCE = "延べ18万2千人、1,240人のうち４３％、費用は3.5億円。令和6年10月5日。"


@pytest.mark.parametrize(
    ("claim", "unknown"),
    [
        (182_000.0, []),
        (18.0, []),
        (1240.0, []),
        (43.0, []),
        (-43.0, []),
        (350_000_000.0, []),
        (0.43, ["0.43"]),
        (1241.0, ["1241"]),
        ("18万2千人が来た", []),
        ("182,000人", []),
        ("18.2万人", []),
        ("18.3万人", ["18.3"]),
        ("10月5日に1240人", []),
        ("２０２４年", ["2024"]),
        ("前年より2割", []),
        ("数字なし", []),
    ],
)
def test_a_number_is_known_as_it_is_written_or_by_what_it_means(claim: float | str, unknown: list[str]) -> None:
    assert missing([claim], numbers(SOURCE)) == unknown


def test_each_unknown_number_is_told_once() -> None:
    assert missing(["7と8と7", 8.0], numbers("")) == ["7", "8"]
