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
