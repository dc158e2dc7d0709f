"""The process that makes a deck, with a template of a stranger or with ours: see
`tasks_app.text.extraction.common.confined`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tasks_app.text.decks.deck import Slides
from tasks_app.text.decks.pptx.write_pptx import Words, render
from tasks_app.text.extraction.common import confined


def print_deck(folder: Path, request: Mapping[str, Any]) -> dict[str, Any]:
    """The request: slides, words. The template is in the folder, if there is one. Raises Unreadable.

    Returns the pages and remarks of `RenderedDeck`.
    """
    path = folder / confined.INPUT
    slides = Slides.model_validate({"slides": request["slides"]}).slides
    rendered = render(slides, Words(**request["words"]), path.read_bytes() if path.exists() else None)
    (folder / confined.OUTPUT).write_bytes(rendered.content)
    return {"pages": rendered.pages, "remarks": [remark.model_dump(mode="json") for remark in rendered.remarks]}


if __name__ == "__main__":
    confined.main(print_deck)
