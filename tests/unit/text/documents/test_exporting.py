import csv
from io import StringIO

import pytest

from tasks_app.text.documents.exporting import BYTE_ORDER_MARK, Cell, csv_lines, harmless
from tasks_app.text.japanese.cleaning import readable


@pytest.mark.parametrize("sign", list("=+-@\t\r\n＝＋－＠"))
def test_what_could_be_a_formula_is_made_text(sign: str) -> None:
    for before in ("", " ", "　 ", "\u00a0", "\u2003", "\u2009", "\u200b", "\u202e", "\ufeff", "\0"):
        made = harmless(f"{before}{sign}cmd|'/c calc'!A1")
        assert isinstance(made, str)
        assert made.startswith("'")


@pytest.mark.parametrize("end", [";", "\t", "\n", "\r\n"])
def test_so_is_what_another_countrys_rules_would_cut_off(end: str) -> None:
    """A file with commas, read by a program that expects semicolons."""
    assert harmless(f"予算{end}\u2003=1+1{end}end") == readable(f"予算{end}'\u2003=1+1{end}end")


@pytest.mark.parametrize(
    "cell", ["議事録", "", "a=b", "a; b", "一; 二 = 三", "第1回－議事録", "'=1", "3-1", None, 5, -5, -0.5]
)
def test_everything_else_stays_as_it_is(cell: Cell) -> None:
    assert harmless(cell) == cell


def test_a_file_can_be_read_back_whatever_it_holds() -> None:
    rows = [["題", "=1+1", 'a"b,c\nd'], ["", "‮txt.exe", "x\0y"]]
    text = "".join(csv_lines(rows))
    assert text.startswith(BYTE_ORDER_MARK)
    assert list(csv.reader(StringIO(text.removeprefix(BYTE_ORDER_MARK), newline=""))) == [
        ["題", "'=1+1", 'a"b,c\nd'],
        ["", "txt.exe", "xy"],
    ]
