"""A source as it was meant to be read: without running heads and page numbers, its wrapped lines joined."""

import re
from collections import Counter

from tasks_app.text.documents.formatting import formatted

MIN_REPEATS = 3
"""A line on so many pages is a running head."""

MAX_LENGTH = 60
_PAGE_NUMBER_BESIDE = re.compile(
    "[ 　]{2,}[-－―]?[0-9０-９]+[-－―]?$|^[-－―]?[0-9０-９]+[-－―]?[ 　]{2,}|[-－―][ 　]*[0-9０-９]+[ 　]*[-－―]$"
    "|[0-9０-９]+[/／][0-9０-９]+$|[0-9０-９]+[ 　]*(?:ページ|頁)$"
)
"""A number that is that of a page; 議題１ and 議題２ are two headings."""

_SPACE = re.compile(r"\s+")
_PAGE_NUMBER = re.compile(
    "[-－―‐–— 　]*(?:[pP]\\.?)?[ 　]*[0-9０-９]{1,4}(?:[ 　]*[/／][ 　]*[0-9０-９]{1,4})?[-－―‐–— 　]*(?:ページ|頁)?"
)
_ENDS_SENTENCE = re.compile("[。．！？!?.]$")


def running_heads(text: str) -> frozenset[str]:
    """Lines that come back on page after page, without spaces and a page number around them."""
    counts = Counter(_bare(line) for line in text.split("\n") if 0 < len(line.strip()) <= MAX_LENGTH)
    return frozenset(
        line for line, count in counts.items() if line and count >= MIN_REPEATS and not _ENDS_SENTENCE.search(line)
    )


def is_running_head(line: str, heads: frozenset[str]) -> bool:
    return _bare(line) in heads or bool(_PAGE_NUMBER.fullmatch(line.strip()))


def clean(text: str, heads: frozenset[str]) -> str:
    """`text` without those of `heads` and page numbers; a sentence that they parted is whole again."""
    kept = [line for line in text.split("\n") if not (line.strip() and is_running_head(line, heads))]
    return formatted("\n".join(kept))


def _bare(line: str) -> str:
    return _SPACE.sub("", _PAGE_NUMBER_BESIDE.sub("", line.strip()))
