"""What a PDF holds: vertical text in its order, characters as written, pages that only show something."""

from pathlib import Path

import pytest

from tasks_app.text.extraction import file_formats
from tasks_app.text.extraction.common.result import Extracted
from tests.unit.text.extraction.builders import LIMITS, drawn, merged, pdf, scan, shown, stored

COLUMNS = ("本日の会議を開きます。", "議題は「防災計画」です、", "意見を述べてください。")


def read(folder: Path, content: bytes) -> Extracted:
    return file_formats.read(stored(folder, content), ".pdf", LIMITS)


@pytest.mark.parametrize("encoding", ["UniJIS-UCS2-V", "UniJIS-UTF16-V", "Identity-V"])
def test_columns_in_a_vertical_font_come_from_right_to_left(tmp_path: Path, encoding: str) -> None:
    page = b"\n".join(shown(text, x=500 - 20 * place) for place, text in enumerate(COLUMNS))
    assert "".join(read(tmp_path, drawn(page, encoding=encoding)).text.split()) == "".join(COLUMNS)


@pytest.mark.parametrize("encoding", ["UniJIS-UTF16-H", "UniJIS-UTF16-V"])
def test_columns_set_character_by_character_are_lines(tmp_path: Path, encoding: str) -> None:
    page = b"\n".join(
        shown(character, x=500 - 20 * place, y=700 - 12 * row)
        for place, text in enumerate(COLUMNS)
        for row, character in enumerate(text)
    )
    assert read(tmp_path, drawn(page, encoding=encoding)).text == "\n".join(COLUMNS) + "\n"


def test_figures_that_lie_on_their_side_stay_in_their_column(tmp_path: Path) -> None:
    pieces = [shown(character, y=700 - 12 * row) for row, character in enumerate("本日は令和年度の予算です")]
    turned = b"q 0 -1 1 0 52 1162 cm BT /F 12 Tf 1 0 0 1 0 0 Tm 512 0 Td <0036> Tj ET Q"  # as browsers write it
    pieces.insert(5, turned)
    assert read(tmp_path, drawn(b"\n".join(pieces))).text == "本日は令和6年度の予算です\n"


def test_a_short_column_of_figures_stays_one(tmp_path: Path) -> None:
    page = b"\n".join(shown(str(number), y=700 - 20 * number) for number in range(9))
    assert read(tmp_path, drawn(page)).text.split() == [str(number) for number in range(9)]


def test_characters_are_as_they_were_written(tmp_path: Path) -> None:
    assert read(tmp_path, pdf("⽇本の⻑い⾒出し︑﹁⼾﹂︒")).text == "日本の長い見出し、「戸」。\n"


def test_pages_that_show_something_without_text_are_unread(tmp_path: Path) -> None:
    garbled = pdf("調査の目的を示す。" * 3).replace(b"/F 3 0 R", b"/F (xxx)")
    content = merged(pdf("調査の目的を示す。", ""), drawn(b"", shown("次")), garbled, scan("horizontal"))
    extracted = read(tmp_path, content)
    assert extracted.unread_pages == [2, 5, 6]
    assert extracted.text.split() == ["調査の目的を示す。", "次"]
    assert len(extracted.pages) == 6


def test_all_pages_may_be_unread(tmp_path: Path) -> None:
    assert read(tmp_path, scan("vertical")).unread_pages == [1]
