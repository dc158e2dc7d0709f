"""On which page something stands."""

from bisect import bisect_right
from collections.abc import Sequence


def pages_of(pages: Sequence[Sequence[int]], offsets: Sequence[int]) -> list[int | None]:
    """The number of the page that each offset is on; `pages` as in `extraction.result.Extracted`."""
    starts = [start for _number, start, _end in pages]
    found = [bisect_right(starts, offset) - 1 for offset in offsets]
    return [pages[at][0] if at >= 0 else None for at in found]
