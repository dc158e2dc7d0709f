"""The file that comes out: placeholders filled, nothing over the edge, Japanese in a Japanese font."""

import zipfile
from io import BytesIO
from typing import Any

import pytest
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER as KIND
from pptx.util import Emu

from tasks_app.text.decks.deck import Chart, Layout, Series, Slide, Table
from tasks_app.text.decks.pptx import measure
from tasks_app.text.decks.pptx.boxes import LINE_HEIGHT, PARAGRAPH_GAP
from tasks_app.text.decks.pptx.write_pptx import RenderedDeck, render
from tests.unit.text.decks.deck_reader import A, P, japanese_runs_without_font, parts, texts
from tests.unit.text.decks.examples import CITED, EVERY_LAYOUT, WORDS
from tests.unit.text.decks.templates import FOLLOWED, bare, corporate, with_link

TEMPLATES = {"own": None, "corporate": corporate(), "bare": bare()}
LONG = "案1は、平日の閉館を午後8時に延ばし、その代わりに月曜日を全日休館とする。" * 6


@pytest.fixture(params=TEMPLATES)
def template(request: pytest.FixtureRequest) -> bytes | None:
    return TEMPLATES[request.param]


def opened(rendered: RenderedDeck) -> Any:
    return Presentation(BytesIO(rendered.content))


def bullets(*lines: str, number: int = 1, title: str = "題") -> Slide:
    return Slide(number=number, layout=Layout.BULLETS, title=title, bullets=list(lines), citations=CITED)


def test_a_deck_leads_nowhere_outside_even_where_its_template_did() -> None:
    rendered = render([bullets("一")], WORDS, with_link(FOLLOWED))
    with zipfile.ZipFile(BytesIO(rendered.content)) as package:
        content = b"".join(package.read(name) for name in package.namelist())
    assert b"198.51.100.1" not in content
    assert b"External" not in content
    assert b"hlinkClick" not in content


def test_every_layout_comes_out_in_every_template(template: bytes | None) -> None:
    rendered = render(EVERY_LAYOUT, WORDS, template)
    deck = opened(rendered)
    assert rendered.pages == list(range(1, 9))
    for sheet, slide in zip(deck.slides, EVERY_LAYOUT, strict=True):
        assert sheet.shapes.title.text_frame.text == slide.title
        assert all(shape.is_placeholder for shape in sheet.shapes), "nothing is drawn over the layout"
        empty = [s.name for s in sheet.placeholders if s.has_text_frame and not s.text_frame.text]
        assert empty == []
        assert sheet.has_notes_slide


def test_japanese_has_a_japanese_font_everywhere(template: bytes | None) -> None:
    content = render(EVERY_LAYOUT, WORDS, template).content
    assert japanese_runs_without_font(content) == []
    for chart in parts(content, "ppt/charts/").values():
        (properties,) = chart.findall("{http://schemas.openxmlformats.org/drawingml/2006/chart}txPr")
        assert properties.find(f".//{A}ea") is not None


def test_the_check_for_fonts_can_fail() -> None:
    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "題"
    file = BytesIO()
    deck.save(file)
    assert japanese_runs_without_font(file.getvalue()) == ["題"]


def test_slides_have_numbers_sources_and_notes() -> None:
    content = render(EVERY_LAYOUT, WORDS).content
    slides = list(parts(content, "ppt/slides/").values())
    assert all(slide.find(f".//{A}fld[@type='slidenum']") is not None for slide in slides)
    footers = [
        "".join(texts(shape))
        for slide in slides
        for shape in slide.iter(f"{P}sp")
        if shape.find(f".//{P}ph[@type='ftr']") is not None
    ]
    assert footers == ["出典： 報告書 p.1"] * 6
    notes = list(texts(list(parts(content, "ppt/notesSlides/").values())[2]))
    assert notes[:2] == ["ゆっくり話す。", "間を置く。"]
    assert "報告書 p.1「昨年度の来館者は延べ18万2千人」" in notes


def test_chart_and_table_are_native() -> None:
    deck = opened(render(EVERY_LAYOUT, WORDS))
    (table,) = [s.table for s in deck.slides[4].shapes if s.has_table]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["案", "人数"], ["案1", "6"], ["案2", "3"]]
    (chart,) = [s.chart for s in deck.slides[5].shapes if s.has_chart]
    assert list(chart.plots[0].categories) == ["案1", "案2", "どちらでも"]
    assert list(chart.plots[0].series[0].values) == [6, 3, 5]


def over(sheet: Any) -> list[str]:
    """Placeholders whose text, measured line by line, is higher than they are."""
    found = []
    for shape in sheet.placeholders:
        if not shape.has_text_frame or not shape.text_frame.text or shape.placeholder_format.type == KIND.SLIDE_NUMBER:
            continue
        base = shape._base_placeholder
        size = next((r.font.size.pt for p in shape.text_frame.paragraphs for r in p.runs if r.font.size), None)
        if size is None:
            size = float(base._element.find(f".//{A}lvl1pPr/{A}defRPr").get("sz")) / 100
        margin = base._element.find(f".//{A}lvl1pPr").get("marL") or 0
        room = Emu(base.width).pt - 14.4 - Emu(int(margin)).pt
        paragraphs = shape.text_frame.paragraphs
        rows = sum(measure.lines(paragraph.text, size, room) for paragraph in paragraphs)
        height = rows * size * LINE_HEIGHT + (len(paragraphs) - 1) * PARAGRAPH_GAP + 7.2
        if height > Emu(base.height).pt + 0.5:
            found.append(f"{shape.name}: {height:.0f} > {Emu(base.height).pt:.0f}")
    return found


OVERFULL = {
    "title": bullets("短い", title=LONG[:200]),
    "many bullets": bullets(*[f"{number}件目：{LONG[:80]}" for number in range(12)]),
    "endless bullet": bullets((LONG * 5)[:1000]),
    "endless word": bullets("a" * 1000),
    "columns": Slide(number=1, layout=Layout.TWO_COLUMNS, title="題", bullets=[LONG] * 5, right_bullets=[LONG] * 2),
    "quote": Slide(number=1, layout=Layout.QUOTE, title="題", quote=LONG * 3, attribution=LONG),
    "section": Slide(number=1, layout=Layout.SECTION, title=LONG[:200], subtitle=LONG[:200]),
    "title slide": Slide(number=1, layout=Layout.TITLE, title=LONG[:200], subtitle=LONG[:200]),
    "many sources": Slide.model_validate(
        {
            **bullets("短い").model_dump(),
            "citations": [
                {"source": f"資料その{number}", "page": number, "start": 0, "end": 1, "quote": "甲"}
                for number in range(40)
            ],
        }
    ),
}


@pytest.mark.parametrize("case", OVERFULL)
def test_no_placeholder_overflows_and_nothing_is_lost(case: str) -> None:
    slide = OVERFULL[case]
    deck = opened(render([slide], WORDS))
    assert [over(sheet) for sheet in deck.slides] == [[]] * len(deck.slides)
    whole = "".join(
        sheet.notes_slide.notes_text_frame.text
        + "".join(s.text_frame.text for s in sheet.placeholders if s.has_text_frame)
        for sheet in deck.slides
    )
    written = (slide.title, slide.subtitle, *slide.bullets, *slide.right_bullets, slide.quote, slide.attribution)
    assert [text for text in written if text not in whole] == []


def test_the_check_for_overflow_can_fail() -> None:
    deck = opened(render([bullets("短い")], WORDS))
    deck.slides[0].placeholders[1].text_frame.text = LONG * 20
    assert over(deck.slides[0])


def test_many_bullets_go_on_over_pages_and_staff_are_told() -> None:
    rendered = render([OVERFULL["many bullets"]], WORDS)
    titles = [sheet.shapes.title.text_frame.text for sheet in opened(rendered).slides]
    assert titles[0] == "題"
    assert set(titles[1:]) == {"題 （続き）"}
    assert rendered.pages == [1] * len(titles)
    assert [remark.code for remark in rendered.remarks] == ["split"]


def test_a_long_table_goes_on_over_pages_with_its_header() -> None:
    table = Table(header=["項目", "説明"], rows=[[f"項目{number}", LONG[:120]] for number in range(20)])
    rendered = render([Slide(number=1, layout=Layout.TABLE, title="題", table=table)], WORDS)
    grids = [s.table for sheet in opened(rendered).slides for s in sheet.shapes if s.has_table]
    assert len(grids) > 1
    assert {grid.cell(0, 0).text for grid in grids} == {"項目"}
    assert sum(len(grid.rows) - 1 for grid in grids) == 20
    assert all(sum(row.height for row in grid.rows) <= 5.05 * 914_400 for grid in grids)


def test_what_looks_like_a_formula_stays_text_in_the_charts_workbook() -> None:
    chart = Chart(categories=["=1+1", "乙"], series=[Series(name="=cmd", values=[1, 2])])
    rendered = render([Slide(number=1, layout=Layout.CHART, title="題", chart=chart)], WORDS)
    (drawn,) = [s.chart for s in opened(rendered).slides[0].shapes if s.has_chart]
    assert list(drawn.plots[0].categories) == ["'=1+1", "乙"]
    assert b"<f>" not in drawn.part.chart_workbook.xlsx_part.blob


def test_a_template_without_a_layout_gets_another_and_staff_are_told() -> None:
    remarks = render(EVERY_LAYOUT, WORDS, bare()).remarks
    assert {remark.code for remark in remarks} >= {
        "without_title",
        "without_two_columns",
        "without_table",
        "without_chart",
        "without_quote",
        "no_footer",
        "no_slide_number",
    }


def test_the_templates_own_slides_and_what_names_them_are_gone() -> None:
    content = render(EVERY_LAYOUT, WORDS, corporate()).content
    assert len(parts(content, "ppt/slides/")) == len(EVERY_LAYOUT)
    presentation = parts(content, "ppt/presentation.xml")["ppt/presentation.xml"]
    assert not [element for element in presentation.iter() if "sectionLst" in str(element.tag)]
    assert presentation.find(f"{P}custShowLst") is None
