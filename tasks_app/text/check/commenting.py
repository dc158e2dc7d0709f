"""The process that makes a Word file with comments: see `tasks_app.text.extraction.common.confined`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tasks_app.text.check.word_comments import WordComment, of_original, of_text
from tasks_app.text.extraction.common import confined
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits


def comment(folder: Path, request: Mapping[str, Any]) -> None:
    """The request: text, pages, remarks (start, end, words of each), author, limits. Raises Unreadable.

    The comments are put into the original, where there is one, else into a new file with the text.
    """
    remarks = [WordComment(start=start, end=end, words=words) for start, end, words in request["remarks"]]
    original = folder / confined.INPUT
    if original.exists():
        content = of_original(
            original, ExtractionLimits(**request["limits"]), request["text"], remarks, request["author"]
        )
    else:
        content = of_text(request["text"], remarks, request["author"], request["pages"])
    (folder / confined.OUTPUT).write_bytes(content)


if __name__ == "__main__":
    confined.main(comment)
