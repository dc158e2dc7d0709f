"""What the sources do not support is dropped or pointed out."""

import pytest

from tasks_app.text.decks.checking import checked
from tasks_app.text.decks.deck import Chart, Content, Layout, Series, Slide, Table
from tasks_app.text.decks.numerals import numbers
from tests.unit.text.decks.examples import MATERIAL, REPORT, VOTES

KNOWN = numbers(REPORT)
EVIDENCE = ["挙手では、案1に賛成が6名、案2に賛成が3名"]


def slide(layout: Layout, **content: object) -> Slide:
    written = Content.model_validate({"title": "題", "evidence": EVIDENCE, **content})
    return checked(written, 4, layout, ["案1に賛成が6名"], MATERIAL, KNOWN)


def codes(slide: Slide) -> list[str]:
    return [remark.code for remark in slide.remarks]


def chart(*values: float) -> Chart:
    return Chart(categories=["案1", "案2"], series=[Series(name="人数", values=list(values))])


def test_what_the_sources_say_passes() -> None:
    found = slide(Layout.CHART, chart=VOTES)
    assert (found.layout, found.chart, codes(found)) == (Layout.CHART, VOTES, [])
    assert [one.place for one in found.citations] == ["報告書 p.2"]


@pytest.mark.parametrize(
    ("layout", "content", "code"),
    [
        (Layout.CHART, {"chart": chart(6, 4.5)}, "chart_dropped"),
        (Layout.CHART, {"chart": chart(6)}, "chart_unusable"),
        (Layout.CHART, {}, "chart_unusable"),
        (Layout.TABLE, {"table": Table(header=["案", "費用"], rows=[["案1", "450万円"]])}, "table_dropped"),
        (Layout.TABLE, {"table": Table(header=["案", "費用"], rows=[["", ""]])}, "table_unusable"),
        (Layout.QUOTE, {"quote": "このような発言はなかった。"}, "quote_dropped"),
    ],
)
def test_what_they_do_not_say_makes_way_for_the_planned_points(
    layout: Layout, content: dict[str, object], code: str
) -> None:
    found = slide(layout, **content)
    assert (found.layout, found.bullets) == (Layout.BULLETS, ["案1に賛成が6名"])
    assert (found.chart, found.table, found.quote) == (None, None, "")
    assert code in codes(found)


def test_an_invented_quote_is_counted_and_an_invented_number_pointed_out() -> None:
    found = slide(Layout.BULLETS, bullets=["来館者は25万人", "3つの案"], evidence=["25万人が来館した", *EVIDENCE])
    assert codes(found) == ["quotes_dropped", "unknown_numbers"]
    assert found.remarks[0].details == {"count": 1}
    assert found.remarks[1].details == {"numbers": "25"}


def test_a_slide_without_evidence_says_so() -> None:
    assert codes(slide(Layout.BULLETS, bullets=["案がある"], evidence=[])) == ["no_source"]
    assert codes(slide(Layout.TITLE, evidence=[])) == []


def test_a_slide_never_comes_out_empty() -> None:
    assert slide(Layout.BULLETS).bullets == ["案1に賛成が6名"]
    assert slide(Layout.TWO_COLUMNS, bullets=["左だけ"]).layout is Layout.BULLETS


def test_rows_of_a_table_are_as_wide_as_its_header() -> None:
    found = slide(Layout.TABLE, table=Table(header=["案", "人数"], rows=[["案1", "6", "余分"], ["案2"]]))
    assert found.table is not None
    assert found.table.rows == [["案1", "6"], ["案2", ""]]
