"""Word files made with python-docx."""

import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tasks_app.text.extraction import file_formats
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tests.unit.text.extraction.builders import LIMITS, stored


def read(folder: Path, document: Document) -> Extracted:
    target = BytesIO()
    document.save(target)
    return file_formats.read(stored(folder, target.getvalue()), ".docx", LIMITS)


def test_paragraphs_headings_and_tables_in_order(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("報告書", "Title")
    document.add_heading("概要", 1)
    document.add_paragraph("初めの段落。")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("品目", "目標", "毛布\n大", "8,200枚"), strict=True):
        cell.text = text
    document.add_paragraph("")
    document.add_heading("詳細", 2)
    document.add_paragraph("後の段落。")
    extracted = read(tmp_path, document)
    assert extracted.text == ("報告書\n\n概要\n\n初めの段落。\n\n品目 | 目標\n毛布 大 | 8,200枚\n\n詳細\n\n後の段落。")
    assert [(extracted.text[start:][: len(title)], level) for start, level, title in extracted.headings] == [
        ("報告書", 0),
        ("概要", 1),
        ("詳細", 2),
    ]


def test_headings_are_known_by_inherited_style_and_by_their_own_level(tmp_path: Path) -> None:
    document = docx.Document()
    style = document.styles.add_style("議題", 1)
    style.base_style = document.styles["Heading 2"]
    document.add_paragraph("議題の名", "議題")
    own = document.add_paragraph("段落の名")
    own._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="2"/>'))
    plain = document.add_paragraph("見出しに似た本文", "Heading 1")
    plain._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="9"/>'))
    assert [(level, title) for _, level, title in read(tmp_path, document).headings] == [
        (2, "議題の名"),
        (3, "段落の名"),
    ]


def test_text_in_revisions_controls_and_boxes_is_kept_and_readings_are_not(tmp_path: Path) -> None:
    document = docx.Document()
    inner = (
        "<w:ins><w:r><w:t>加えた語</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>消した語</w:delText></w:r></w:del>"
        "<w:sdt><w:sdtContent><w:r><w:t>、欄の語</w:t></w:r></w:sdtContent></w:sdt>"
        "<w:r><w:ruby><w:rt><w:r><w:t>きり</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>、霧</w:t></w:r></w:rubyBase></w:ruby></w:r>"
        "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>枠の語</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    )
    body = document.element.body
    body.insert(0, parse_xml(f"<w:p {nsdecls('w')}>{inner}</w:p>"))
    block = "<w:sdtContent><w:p><w:r><w:t>塊の語</w:t></w:r></w:p></w:sdtContent>"
    body.insert(1, parse_xml(f"<w:sdt {nsdecls('w')}>{block}</w:sdt>"))
    assert read(tmp_path, document).text == "加えた語、欄の語、霧\n\n枠の語\n\n塊の語"


def test_cells_of_tables_in_tables_come_once(tmp_path: Path) -> None:
    document = docx.Document()
    outer = document.add_table(rows=1, cols=2)
    outer.cell(0, 0).text = "外"
    outer.cell(0, 1).add_table(rows=1, cols=1).cell(0, 0).text = "内"
    assert read(tmp_path, document).text == "外 | 内"


def test_a_merged_cell_comes_once(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=1, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "広い"
    table.cell(0, 2).text = "狭い"
    assert read(tmp_path, document).text == "広い | 狭い"


def test_line_breaks_and_tabs_are_kept(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("一行目\n二行目\t右")
    assert read(tmp_path, document).text == "一行目\n二行目\t右"


def test_a_document_without_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(tmp_path, docx.Document())
    assert refusal.value.code == "no_text"


def test_too_long_a_document_is_refused(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("あ" * 101)
    target = BytesIO()
    document.save(target)
    path = stored(tmp_path, target.getvalue())
    with pytest.raises(Unreadable) as refusal:
        file_formats.read(path, ".docx", replace(LIMITS, characters=100))
    assert refusal.value.code == "too_many_characters"


def test_a_file_that_declares_entities_is_refused(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("本文")
    target = BytesIO()
    document.save(target)
    secret = tmp_path / "secret"
    secret.write_text("秘密")
    content = _with_entity(target.getvalue(), f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>')
    with pytest.raises(Unreadable) as refusal:
        file_formats.read(stored(tmp_path, content), ".docx", LIMITS)
    assert refusal.value.code == "forbidden_declaration"


def _with_entity(content: bytes, doctype: str) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                head, rest = data.split(b"?>", 1)
                data = head + b"?>" + doctype.encode() + rest.replace("本文".encode(), "本文&e;".encode())
            new.writestr(name, data)
    return target.getvalue()
