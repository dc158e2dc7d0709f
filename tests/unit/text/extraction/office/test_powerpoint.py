"""PowerPoint files made with python-pptx."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.constants import CONTENT_TYPE as CT
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.util import Inches

from tasks_app.text.extraction import file_formats
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tasks_app.text.extraction.office.powerpoint import NOTES
from tests.unit.text.extraction.builders import LIMITS, stored

NAMES = (
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
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


def test_tables_groups_and_charts_are_read_and_repeated_placeholders_are_not(tmp_path: Path) -> None:
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
    footer = made.shapes.add_textbox(*PLACE)
    footer.text_frame.text = "毎回の脚注"
    place = footer._element.nvSpPr.nvPr
    place.append(place.makeelement("{http://schemas.openxmlformats.org/presentationml/2006/main}ph", {"type": "ftr"}))
    assert read(tmp_path, presentation).text == (
        "題\n\n品目 | 目標\n毛布 大 | 8,200枚\n\n群の中\n\n| 令和5年 | 令和6年\n利用者 | 10 | 12.5"
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


def test_slides_without_text_are_refused(tmp_path: Path) -> None:
    presentation = Presentation()
    slide(presentation, layout=6)
    with pytest.raises(Unreadable) as refusal:
        read(tmp_path, presentation)
    assert refusal.value.code == "no_text"
