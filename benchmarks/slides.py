"""Whether decks that no model wrote are fit to show: what a reader would send back is counted.

The folder has sources as .txt files (UTF-8); of each a deck is made. Of a wrapped PDF the lines stay as they are on its
pages.
"""

import re
from collections import Counter
from pathlib import Path

from benchmarks.support.report import Aim, Report
from tasks_app.text.decks import extracts
from tasks_app.text.decks.clean_lines import is_running_head, running_heads
from tasks_app.text.decks.deck import Layout, OutlineSlide
from tasks_app.text.decks.deck_sources import DeckSource, DeckSources
from tasks_app.text.decks.meeting import meeting

SLIDES = 8
_WHOLE = re.compile("[。．！？!?.」』）)]$")
_ATTENDANCE = re.compile("出席|欠席|事務局職員|説明員|傍聴")
FAULTS = (
    "pieces of sentences",
    "not in the source",
    "titles of running heads",
    "slides alike",
    "attendance as a slide",
)


def run(folder: Path) -> Report:
    """Raises FileNotFoundError where the folder has no .txt file."""
    paths = sorted(folder.glob("*.txt"))
    if not paths:
        raise FileNotFoundError(f"{folder} has no .txt files")
    counted = {path.stem: _faults(path.read_text("utf-8")) for path in paths}
    fit = sum(not any(faults[name] for name in FAULTS) for faults in counted.values())
    share = round(fit / len(paths), 3)
    aims = [Aim(what="decks fit to show", aim="1", value=share, holds=share == 1)]
    return Report(bench="slides", aims=aims, rows={name: dict(faults) for name, faults in counted.items()})


def _faults(text: str) -> Counter[str]:
    """How often each of FAULTS occurs, and `slides`."""
    material = DeckSources([DeckSource(name="source", text=text)])
    slides = [slide for slide in extracts.outline(material, "題", SLIDES, "") if slide.layout is not Layout.TITLE]
    heads = running_heads(text)
    points = [point for slide in slides if slide.layout in (Layout.BULLETS, Layout.CLOSING) for point in slide.points]
    return Counter(
        {
            "slides": len(slides),
            "pieces of sentences": sum(not _WHOLE.search(point) for point in points),
            "not in the source": material.cited(points)[1],
            "titles of running heads": sum(is_running_head(slide.title, heads) for slide in slides),
            "slides alike": _alike(slides),
            "attendance as a slide": sum(bool(_ATTENDANCE.match(slide.title)) for slide in slides)
            if meeting(text)
            else 0,
        }
    )


def _alike(slides: list[OutlineSlide]) -> int:
    titles = [slide.title for slide in slides]
    same = sum(
        extracts.alike(one.points, other.points) for place, one in enumerate(slides) for other in slides[place + 1 :]
    )
    return same + len(titles) - len(set(titles))
