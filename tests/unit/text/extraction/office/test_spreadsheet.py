"""Excel files made with openpyxl."""

import zipfile
from dataclasses import replace
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment

from tasks_app.text.documents.hidden_parts import removed
from tasks_app.text.extraction import file_formats
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.lines import HIDDEN
from tasks_app.text.extraction.common.omissions import OmissionKind
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tasks_app.text.extraction.office.spreadsheets.spreadsheet import COMMENT
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
        "日程\n\n2024-04-01 0:00:00 | 2024-04-01 9:30:00 | 2024-04-02 | 13:05:00"
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


def test_hidden_rows_columns_and_sheets_are_marked_and_comments_read(tmp_path: Path) -> None:
    book = Workbook()
    sheet = first(book)
    sheet.title = "公開"
    for cells in (["行", "列", "裏"], ["隠し行", 1, None], ["令和", 12, 34], [None, None, "裏だけ"]):
        sheet.append(cells)
    sheet["A3"].comment = Comment("査定前\nの数字", "係")
    sheet["B9"].comment = Comment("空のセル", "係")
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["C"].hidden = True
    for name, state in (("作業用", "hidden"), ("極秘", "veryHidden")):
        other = book.create_sheet(name)
        other.append([f"{name}の値"])
        other.row_dimensions[1].hidden = True
        other.sheet_state = state
    extracted = read(tmp_path, book)
    assert extracted.text == (
        f"公開\n\n行 | 列\n{HIDDEN} 裏\n{HIDDEN} 隠し行 | 1\n令和 | 12\n{HIDDEN} 34\n{COMMENT} A3 査定前 の数字"
        f"\n{HIDDEN} 裏だけ\n{COMMENT} B9 空のセル"
        f"\n\n{HIDDEN} 作業用\n\n{HIDDEN} 作業用の値\n\n{HIDDEN} 極秘\n\n{HIDDEN} 極秘の値"
    )
    shown = removed(extracted.text, extracted.hidden)
    assert not any(word in shown for word in ("隠", "裏", "34", "作業", "極秘", "Hidden"))
    assert {one.kind: (one.count, one.places) for one in extracted.omissions} == {
        OmissionKind.HIDDEN_ROWS: (1, ["公開"]),
        OmissionKind.HIDDEN_COLUMNS: (1, ["公開"]),
        OmissionKind.HIDDEN_SHEETS: (2, ["作業用", "極秘"]),
    }


def test_charts_boxes_and_readings(tmp_path: Path) -> None:
    book = Workbook()
    sheet = first(book)
    for cells in (["年", "人"], ["令和6", 48210]):
        sheet.append(cells)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=2), titles_from_data=True)
    sheet.add_chart(chart, "D2")
    with zipfile.ZipFile(BytesIO(saved(book))) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    space = "http://schemas.openxmlformats.org/drawingml/2006/"
    box = (
        f'<sp xmlns="{space}spreadsheetDrawing" xmlns:a="{space}main">'
        "<txBody><a:p><a:r><a:t>枠の語</a:t></a:r></a:p></txBody></sp>"
    ).encode()
    drawing = "xl/drawings/drawing1.xml"
    parts[drawing] = parts[drawing].replace(b"</wsDr>", box + b"</wsDr>")
    assert box in parts[drawing]
    sheet_part = "xl/worksheets/sheet1.xml"
    plain, read_aloud = "<is><t>年</t></is>".encode(), "<is><t>年</t><rPh sb='0' eb='1'><t>とし</t></rPh></is>".encode()
    parts[sheet_part] = parts[sheet_part].replace(plain, read_aloud)
    content = archive(parts)
    text = file_formats.read(stored(tmp_path, content), ".xlsx", LIMITS).text
    assert text.split("\n\n")[1:] == ["年 | 人\n令和6 | 48210", "枠の語"]


def test_strict_dates_errors_and_shared_texts_that_are_not_there(tmp_path: Path) -> None:
    book = Workbook()
    first(book).append(["置", 1])
    content = saved(book)
    old = b'<c r="B1" t="n"><v>1</v></c>'
    shown = {
        b'<c r="B1" t="d"><v>2024-04-01T09:30:00</v></c>': "45383.39583",
        b'<c r="B1" t="e"><v>#N/A</v></c>': "#N/A",
    }
    for new, text in shown.items():
        made = changed(content, old, new)
        assert file_formats.read(stored(tmp_path, made), ".xlsx", LIMITS).text.endswith(f"置 | {text}")
    path = stored(tmp_path, changed(content, old, b'<c r="B1" t="s"><v>99</v></c>'))
    with pytest.raises(Unreadable) as refusal:
        file_formats.read(path, ".xlsx", LIMITS)
    assert refusal.value.code == "damaged"


def test_four_times_the_rows_take_about_four_times_the_time(tmp_path: Path) -> None:
    def seconds(rows: int) -> float:
        book = Workbook()
        for number in range(rows):
            first(book).append([number, 0.5, "語"])
        path = stored(tmp_path, saved(book))
        begins = process_time()
        file_formats.read(path, ".xlsx", replace(LIMITS, cells=10**6, characters=10**6, archive_bytes=10**9))
        return process_time() - begins

    seconds(10)
    assert seconds(4000) < 9 * seconds(1000)
