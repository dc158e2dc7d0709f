"""An outline without a model says only what the sources say."""

from importlib.resources import files

import pytest

from tasks_app.text.decks import extracts
from tasks_app.text.decks.deck import Layout
from tasks_app.text.decks.deck_sources import DeckSource, DeckSources

REPORT = (files("tasks_app.samples") / "toshokan-riyou-houkoku.txt").read_text("utf-8")
LABEL = "構成は自動抜粋"


def material(*texts: str) -> DeckSources:
    return DeckSources([DeckSource(name=f"資料{number}", text=text) for number, text in enumerate(texts)])


@pytest.mark.parametrize("slides", [1, 2, 3, 8, 60])
def test_every_point_stands_in_the_source(slides: int) -> None:
    found = extracts.outline(material(REPORT), "題", slides, LABEL)
    assert 1 <= len(found) <= slides
    points = [point for slide in found if slide.layout is not Layout.TITLE for point in slide.points]
    assert points
    assert material(REPORT).cited(points)[1] == 0


def test_headings_become_titles_and_figures_charts() -> None:
    found = extracts.outline(material(REPORT), "題", 8, LABEL)
    assert (found[0].layout, found[0].points) == (Layout.TITLE, [LABEL])
    assert [slide.title for slide in found[1:-1]] == [
        "利用の現状",
        "来館者数の推移",
        "見直しの二つの案",
        "費用の比較",
        "市民の声",
        "今後の進め方",
    ]
    assert [slide.layout for slide in found[2:5]] == [Layout.CHART, Layout.BULLETS, Layout.TABLE]
    assert found[-1].layout is Layout.CLOSING


def test_every_source_gets_its_slide() -> None:
    found = extracts.outline(
        material(REPORT, "道路の補修を進める方針が決定した。費用は5千万円である。"), "題", 6, LABEL
    )
    assert any("道路の補修" in point for slide in found for point in slide.points)


def test_long_text_without_headings_is_cut_between_sentences() -> None:
    text = "".join(f"第{number}の取り組みとして相談窓口を{number}か所に増やす方針である。" for number in range(100))
    found = extracts.outline(material(text), "題", 10, LABEL)
    assert len(found) == 10
    assert all(point.endswith("。") for slide in found[1:] for point in slide.points)


MINUTES = """\
出席議員
　１番　山　田　太　郎
○議長（山田太郎君）　会議を開きます。
○議長（山田太郎君）　日程第１、会期の決定を議題といたします。会期は本日一日とすることに御異議ありませんか。
○議長（山田太郎君）　御異議なしと認めます。よって、会期は本日一日と決定いたしました。
○議長（山田太郎君）　次に、日程第２、議案第３号 公園条例の一部を改正する条例を議題といたします。
○市長（佐藤一郎君）　公園の利用時間を延ばし、照明を二十基増やすものであります。費用は三千万円を見込んでおります。
○議長（山田太郎君）　議案第３号について採決します。本件は、原案のとおり決することに御異議ありませんか。
○議長（山田太郎君）　御異議なしと認めます。よって、本件は、原案のとおり可決されました。
"""


def test_a_deck_on_minutes_has_the_agenda_and_what_was_said_and_decided() -> None:
    found = extracts.outline(material(MINUTES), "題", 8, LABEL)
    assert [slide.title for slide in found[1:]] == ["会期の決定", "議案第３号 公園条例の一部を改正する条例"]
    assert found[1].points == ["よって、会期は本日一日と決定いたしました。"]
    assert found[2].points == [
        "公園の利用時間を延ばし、照明を二十基増やすものであります。",
        "費用は三千万円を見込んでおります。",
        "よって、本件は、原案のとおり可決されました。",
    ]


def test_pages_of_a_pdf_lose_their_heads_and_their_lines_are_joined() -> None:
    said = [f"第{number}期の道路整備計画では、延長{number}キロメートルの歩道を両側に設けて" for number in range(12)]
    pages = [f"令和６年度　施政方針\n{line}\n安全に通行できるようにします。\n- {at} -" for at, line in enumerate(said)]
    found = extracts.outline(material("\n".join(pages)), "題", 5, LABEL)
    points = [point for slide in found[1:] for point in slide.points]
    assert all(point.startswith("第") and point.endswith("設けて安全に通行できるようにします。") for point in points)
    assert len(set(points)) == len(points)
    assert not any("施政方針" in slide.title for slide in found)


def test_the_language_of_a_deck_is_that_of_its_first_source() -> None:
    assert extracts.is_japanese(material("道路の補修を進める。"))
    assert not extracts.is_japanese(material("The road will be mended.", "道路の補修を進める。"))
