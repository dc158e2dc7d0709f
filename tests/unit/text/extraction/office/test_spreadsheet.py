"""Excel files made with openpyxl."""

import zipfile
from dataclasses import replace
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tasks_app.text.extraction import file_formats
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tests.unit.text.extraction.builders import LIMITS, archive, stored


def first(book: Workbook) -> Any:
    return book.active


def saved(book: Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def read(folder: Path, book: Workbook, limits: ExtractionLimits = LIMITS) -> Extracted:
    return file_formats.read(stored(folder, saved(book)), ".xlsx", limits)


def changed(content: bytes, old: bytes, new: bytes) -> bytes:
    """The file with something in its first sheet replaced."""
    with zipfile.ZipFile(BytesIO(content)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert old in parts[sheet]
    parts[sheet] = parts[sheet].replace(old, new)
    return archive(parts)


def test_sheets_are_pages_under_their_names_and_rows_are_lines(tmp_path: Path) -> None:
    book = Workbook()
    first(book).title = "備蓄"
    first(book).append(["品目", "目標", None, "備考"])
    first(book).append(["毛布\n大", 8200, None, 0.25])
    first(book).append([])
    first(book).append(["水", 24000.0, None, True])
    book.create_sheet("空")
    other = book.create_sheet("日程")
    other["C5"] = datetime(2024, 4, 1)
    other["D5"] = datetime(2024, 4, 1, 9, 30)
    other["E5"] = date(2024, 4, 2)
    other["F5"] = time(13, 5)
    extracted = read(tmp_path, book)
    assert extracted.text == (
        "備蓄\n\n品目 | 目標 | 備考\n毛布 大 | 8200 | 0.25\n水 | 24000 | TRUE\n\n空\n\n"
        "日程\n\n2024-04-01 | 2024-04-01 09:30 | 2024-04-02 | 13:05:00"
    )
    assert [title for _, _, title in extracted.headings] == ["備蓄", "空", "日程"]
    assert [number for number, _, _ in extracted.pages] == [1, 2, 3]
    assert extracted.figures == {"cells": 13}


def test_cells_beyond_the_limit_are_left_out_and_counted(tmp_path: Path) -> None:
    book = Workbook()
    for number in range(40):
        first(book).append([number, "あ", None, "い"])
    book.create_sheet("後").append(["う"])
    extracted = read(tmp_path, book, replace(LIMITS, cells=50))
    assert extracted.text.splitlines()[-3:] == ["15 | あ | い", "", "後"]
    assert extracted.figures == {"cells": 48, "cells_left_out": 73}


def test_formulas_show_what_was_computed_and_the_rest_is_counted(tmp_path: Path) -> None:
    book = Workbook()
    first(book).append(["合計", "=SUM(B2:B9)", "=cmd|'/c calc'!A1", "残り"])
    content = changed(saved(book), b"<f>SUM(B2:B9)</f><v></v>", b"<f>SUM(B2:B9)</f><v>42</v>")
    extracted = file_formats.read(stored(tmp_path, content), ".xlsx", LIMITS)
    assert extracted.text == "Sheet\n\n合計 | 42 | 残り"
    assert extracted.figures == {"cells": 3, "not_computed": 1}


def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path: Path) -> None:
    book = Workbook()
    first(book).append(["甲", "乙"])
    content = changed(saved(book), b'ref="A1:B1"', b'ref="A1:XFD1048576"')
    assert file_formats.read(stored(tmp_path, content), ".xlsx", LIMITS).text == "Sheet\n\n甲 | 乙"
    content = changed(saved(book), b'ref="A1:B1"', b'ref="A1:A1"')
    assert file_formats.read(stored(tmp_path, content), ".xlsx", LIMITS).text == "Sheet\n\n甲 | 乙"


def test_a_damaged_sheet_is_refused(tmp_path: Path) -> None:
    content = changed(saved(Workbook()), b"</sheetData>", b"</sheet")
    with pytest.raises(Unreadable) as refusal:
        file_formats.read(stored(tmp_path, content), ".xlsx", LIMITS)
    assert refusal.value.code == "damaged"
