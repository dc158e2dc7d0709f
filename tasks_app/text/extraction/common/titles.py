"""What a document calls itself."""

import re
from collections.abc import Sequence

from tasks_app.text.japanese.plausibility import CONVINCING, plausibility

MAX_LENGTH = 150
"""Characters. A longer heading is a sentence."""

MAX_LINE = 60
"""Characters of a first line that is taken for a heading."""

_FILE_NAME = re.compile(
    r"\.(?:docx?|xlsx?|xlsm|pptx?|pdf|indd|ai|jtdc?|rtf|odt|txt|html?|tiff?|jpe?g|png|dvi|qxd|dwg)\b"
    r"|[\\\\/]|^file:|^https?:",
    re.IGNORECASE,
)
_BY_DEFAULT = re.compile(
    r"(?:microsoft )?(?:word|excel|powerpoint) *[-–]|powerpoint (?:プレゼンテーション|presentation)|\W*\d[\d\W_]*$"
    r"|(?:untitled|document|doc|book|slide|sheet|title|presentation|scan|print|image|page|contents|table of contents"
    r"|目次|文書|無題|名称未設定|タイトル|表題|スライド|新規)"
    r"[\s\d._-]*(?:$|ドキュメント|プレゼンテーション|document|presentation)",
    re.IGNORECASE,
)
"""What programs write as a title, and headings that say nothing of the document."""

_SENTENCE_END = re.compile(r"[。．、，,;；]$")


def of_headings(headings: Sequence[tuple[int, int, str]]) -> str:
    """The first of them, where it can be one of a document."""
    return as_title(headings[0][2]) if headings else ""


def of_first_line(text: str) -> str:
    """The first line of a plain text that stands apart from what follows; else empty."""
    lines = text.lstrip("\n 　\t").split("\n", 2)
    if len(lines) < 3 or lines[1].strip() or len(lines[0]) > MAX_LINE or _SENTENCE_END.search(lines[0].strip()):
        return ""
    return as_title(lines[0])


def as_title(text: str) -> str:
    """`text` on one line; empty where it is too long, a file's name, or what a program writes by itself."""
    title = " ".join(text.split())
    if not 1 < len(title) <= MAX_LENGTH or _FILE_NAME.search(title) or _BY_DEFAULT.match(title):
        return ""
    return title if plausibility(title) >= CONVINCING else ""
