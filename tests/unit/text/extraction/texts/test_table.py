"""Files of separated values, as spreadsheets and other programs write them."""

from dataclasses import replace
from pathlib import Path

import pytest

from tasks_app.text.extraction import file_formats
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tests.unit.text.extraction.builders import LIMITS, stored


def read(folder: Path, text: str, encoding: str = "utf-8", limits: ExtractionLimits = LIMITS) -> Extracted:
    return file_formats.read(stored(folder, text.encode(encoding)), ".csv", limits)


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc-jp", "utf-16"])
def test_rows_are_kept_whatever_separates_and_encodes_them(tmp_path: Path, separator: str, encoding: str) -> None:
    rows = [["品目", "目標", "備考"], ["毛布", "8200", ""], ["飲料水", "24000", "毎年入れ替える"]]
    text = "".join(separator.join(cells) + "\r\n" for cells in rows)
    extracted = read(tmp_path, text, encoding)
    assert extracted.text == "品目 | 目標 | 備考\n毛布 | 8200\n飲料水 | 24000 | 毎年入れ替える"
    assert extracted.encoding == encoding
    assert extracted.figures == {"cells": 8}


def test_quoted_cells_hold_separators_quotes_and_line_ends(tmp_path: Path) -> None:
    text = '番号,内容\n1,"一行目,続き\n二行目"\n2,"「""引用""」"\n'
    assert read(tmp_path, text).text == '番号 | 内容\n1 | 一行目,続き 二行目\n2 | 「"引用"」'


def test_prose_with_commas_does_not_hide_the_separator(tmp_path: Path) -> None:
    text = "番号;内容\n1;甲, 乙, 丙\n2;丁\n3;戊, 己\n"
    assert read(tmp_path, text).text == "番号 | 内容\n1 | 甲, 乙, 丙\n2 | 丁\n3 | 戊, 己"


def test_one_column_and_an_unclosed_quote(tmp_path: Path) -> None:
    assert read(tmp_path, "甲\n乙\n").text == "甲\n乙"
    assert read(tmp_path, '甲,"乙\n丙,丁').text == "甲 | 乙 丙,丁"


def test_cells_beyond_the_limit_are_left_out_and_counted(tmp_path: Path) -> None:
    extracted = read(tmp_path, "甲,乙\n" * 10, limits=replace(LIMITS, cells=5))
    assert extracted.text == "甲 | 乙\n甲 | 乙"
    assert extracted.figures == {"cells": 4, "cells_left_out": 16}


def test_a_cell_as_long_as_the_file_may_be(tmp_path: Path) -> None:
    few = replace(LIMITS, characters=100)
    assert len(read(tmp_path, '"' + "あ" * 99, limits=few).text) == 99
    with pytest.raises(Unreadable) as refusal:
        read(tmp_path, '"' + "あ" * 101, limits=few)
    assert refusal.value.code == "too_many_characters"


@pytest.mark.parametrize("first", ["sep=;\r\n", '"sep=;"\n', "SEP=;\n"])
def test_a_declared_separator_is_no_row(tmp_path: Path, first: str) -> None:
    assert read(tmp_path, first + "品目;目標,備考\r\n毛布;8,2\r\n").text == "品目 | 目標,備考\n毛布 | 8,2"
