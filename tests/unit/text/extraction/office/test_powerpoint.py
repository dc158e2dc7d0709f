"""PowerPoint files made with python-pptx."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.constants import CONTENT_TYPE as CT
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.util import Inches

from tasks_app.text.documents.hidden_parts import removed
from tasks_app.text.extraction import file_formats
from tasks_app.text.extraction.common.lines import HIDDEN
from tasks_app.text.extraction.common.omissions import OmissionKind
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tasks_app.text.extraction.office.presentations.powerpoint import NOTES
from tests.unit.text.extraction.builders import LIMITS, stored

NAMES = (
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
POINT = "<dgm:pt><dgm:t><a:bodyPr/><a:p><a:r><a:t>TEXT</a:t></a:r></a:p></dgm:t></dgm:pt>"
DIAGRAM = f"<dgm:dataModel {NAMES}><dgm:ptLst>POINTS</dgm:ptLst></dgm:dataModel>"
RELATION = f'<dgm:relIds {NAMES} r:dm="ID"/>'
PLACE = (Inches(1), Inches(1), Inches(4), Inches(2))


def read(folder: Path, presentation: Any) -> Extracted:
    target = BytesIO()
    presentation.save(target)
    return file_formats.read(stored(folder, target.getvalue()), ".pptx", LIMITS)


def slide(presentation: Any, title: str = "", body: str = "", layout: int = 1) -> Any:
    made = presentation.slides.add_slide(presentation.slide_layouts[layout])
    if title:
        made.shapes.title.text = title
    if body:
        made.placeholders[1].text = body
    return made


def test_slides_are_pages_under_their_titles_with_notes_marked(tmp_path: Path) -> None:
    presentation = Presentation()
    slide(presentation, "防災計画の\v見直し", "第2回 委員会", layout=0)
    slide(presentation, "", "", layout=6)
    second = slide(presentation, "備蓄", "毛布を増やす\n水を入れ替える")
    second.notes_slide.notes_text_frame.text = "数は前年度の実績。\n質問に備える。"
    extracted = read(tmp_path, presentation)
    assert extracted.text == (
        "防災計画の\n見直し\n\n第2回 委員会\n\n備蓄\n\n毛布を増やす\n水を入れ替える"
        f"\n\n{NOTES}\n\n数は前年度の実績。\n質問に備える。"
    )
    assert [(level, title) for _, level, title in extracted.headings] == [(1, "防災計画の 見直し"), (1, "備蓄")]
    assert [extracted.text[start:end].strip()[:2] for _, start, end in extracted.pages] == ["防災", "", "備蓄"]
    assert [number for number, _, _ in extracted.pages] == [1, 2, 3]
    assert extracted.pages[-1][2] == len(extracted.text)


def test_tables_groups_charts_and_repeated_placeholders_are_read_once(tmp_path: Path) -> None:
    presentation = Presentation()
    made = slide(presentation, "題", layout=5)
    table = made.shapes.add_table(2, 2, *PLACE).table
    for cell, text in zip(table.iter_cells(), ("品目", "目標", "毛布\n大", "8,200枚"), strict=True):
        cell.text = text
    group = made.shapes.add_group_shape()
    inner = group.shapes.add_group_shape()
    inner.shapes.add_textbox(*PLACE).text_frame.text = "群の中"
    figures: Any = CategoryChartData()  # type: ignore[no-untyped-call]
    figures.categories = ["令和5年", "令和6年"]
    figures.add_series("利用者", (10, 12.5))
    made.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *PLACE, figures)
    for one in (made, slide(presentation, "後", layout=5)):
        footer = one.shapes.add_textbox(*PLACE)
        footer.text_frame.text = "毎回の脚注"
        place = footer._element.nvSpPr.nvPr
        place.append(place.makeelement(f"{{{P}}}ph", {"type": "ftr"}))
    assert read(tmp_path, presentation).text == (
        "題\n\n品目 | 目標\n毛布 大 | 8,200枚\n\n群の中\n\n| 令和5年 | 令和6年\n利用者 | 10 | 12.5\n\n毎回の脚注\n\n後"
    )


def test_text_in_a_diagram_is_read(tmp_path: Path) -> None:
    presentation = Presentation()
    made = slide(presentation, "流れ", layout=5)
    data = DIAGRAM.replace("POINTS", "".join(POINT.replace("TEXT", text) for text in ("計画", "実行"))).encode()
    part = Part(PackURI("/ppt/diagrams/data1.xml"), CT.DML_DIAGRAM_DATA, made.part.package, data)
    frame = made.shapes.add_table(1, 1, *PLACE)._element
    graphic = frame.graphic.graphicData
    graphic.clear()
    graphic.append(parse_xml(RELATION.replace("ID", made.part.relate_to(part, RT.DIAGRAM_DATA))))
    assert read(tmp_path, presentation).text == "流れ\n\n計画\n\n実行"


def test_a_title_comes_first_wherever_it_was_put(tmp_path: Path) -> None:
    presentation = Presentation()
    made = slide(presentation, "題", "本文")
    tree = made.shapes._spTree
    tree.append(made.shapes.title._element)
    assert read(tmp_path, presentation).text == "題\n\n本文"


def boxes(presentation: Any, *places: tuple[str, float, float, float, float]) -> None:
    """A slide with a box for each (text, left, top, width, height), in the order of drawing."""
    made = slide(presentation, "題", layout=5)
    for text, *place in places:
        made.shapes.add_textbox(*map(Inches, place)).text_frame.text = text


def test_shapes_are_read_from_row_to_row_and_columns_where_there_are_no_rows(tmp_path: Path) -> None:
    presentation = Presentation()
    boxes(presentation, ("下", 1, 5, 8, 1), ("右", 5, 2, 3, 1.1), ("左", 1, 2.05, 3, 1))
    boxes(presentation, ("右の長い段", 5, 2, 3, 4), ("左下", 1, 4, 3, 1), ("左上", 1, 2, 3, 1))
    boxes(presentation, ("後", 1, 3, 4, 3), ("重なる", 1.5, 2, 4, 3))
    texts = [part.split() for part in read(tmp_path, presentation).text.split("題")[1:]]
    assert texts == [["左", "右", "下"], ["左上", "左下", "右の長い段"], ["重なる", "後"]]


def test_the_places_of_placeholders_come_from_the_layout(tmp_path: Path) -> None:
    presentation = Presentation()
    made = slide(presentation, "題", layout=3)
    right, left = made.placeholders[2], made.placeholders[1]
    left.text, right.text = "左の欄", "右の欄"
    made.shapes._spTree.remove(left._element)
    made.shapes._spTree.append(left._element)
    assert read(tmp_path, presentation).text == "題\n\n左の欄\n\n右の欄"


def numbered(frame: Any, *paragraphs: tuple[str, str, int]) -> None:
    """Paragraphs of (text, attributes of its number, level)."""
    frame.text = "\n".join(text for text, _number, _level in paragraphs)
    for paragraph, (_text, number, level) in zip(frame.paragraphs, paragraphs, strict=True):
        properties = paragraph._p.get_or_add_pPr()
        properties.set("lvl", str(level))
        if number:
            properties.append(parse_xml(f'<a:buAutoNum xmlns:a="{A}" {number}/>'))


def test_automatic_numbers_go_on_below_each_other(tmp_path: Path) -> None:
    presentation = Presentation()
    made = slide(presentation, "手順")
    arabic, circled, kanji = (
        'type="arabicPeriod"',
        'type="circleNumWdBlackPlain" startAt="3"',
        'type="ea1JpnChsDbPeriod"',
    )
    numbered(
        made.placeholders[1].text_frame,
        *(("一", arabic, 0), ("内", circled, 1), ("内", circled, 1), ("二", arabic, 0), ("内", circled, 1)),
        *(("文", "", 0), ("新", arabic, 0), ("甲", kanji, 0), ("乙", 'type="alphaLcParenBoth"', 0)),
    )
    assert read(tmp_path, presentation).text.splitlines()[2:] == [
        *("1. 一", "③ 内", "④ 内", "2. 二", "③ 内", "文", "1. 新", "一． 甲", "(a) 乙")
    ]


def test_hidden_slides_are_marked_and_what_is_not_text_is_said(tmp_path: Path) -> None:
    presentation = Presentation()
    shown = slide(presentation, "表の資料", "見せる")
    ghost = shown.shapes.add_textbox(*PLACE)
    ghost.text_frame.text = "隠した箱"
    ghost._element.nvSpPr.cNvPr.set("hidden", "1")
    picture = BytesIO()
    Image.new("RGB", (1, 1)).save(picture, "PNG")
    shown.shapes.add_picture(picture, *PLACE)
    hidden = slide(presentation, "伏せた資料", "試算")
    hidden._element.set("show", "0")
    hidden.notes_slide.notes_text_frame.text = "極秘"
    untitled = slide(presentation, "", "", layout=6)
    untitled.shapes.add_textbox(*PLACE).text_frame.text = "題のない"
    untitled._element.set("show", "0")
    extracted = read(tmp_path, presentation)
    assert extracted.text == (
        f"表の資料\n\n見せる\n\n{HIDDEN} 伏せた資料\n\n試算\n\n{NOTES}\n\n極秘\n\n{HIDDEN}\n\n題のない"
    )
    assert removed(extracted.text, extracted.hidden).split() == ["表の資料", "見せる"]
    assert {one.kind: one.places for one in extracted.omissions} == {
        OmissionKind.HIDDEN_TEXT: ["1"],
        OmissionKind.PICTURES: ["1"],
        OmissionKind.HIDDEN_SLIDES: ["2", "3"],
    }


def test_slides_without_text_are_refused(tmp_path: Path) -> None:
    presentation = Presentation()
    slide(presentation, layout=6)
    with pytest.raises(Unreadable) as refusal:
        read(tmp_path, presentation)
    assert refusal.value.code == "no_text"
