"""Where in a text a quotation stands."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tasks_app.text.japanese.folding import NOTHING, Folded

OVERLAP_SHARE = 0.5
"""Two spans speak of the same if they share at least this much of what both cover."""


@dataclass(frozen=True, kw_only=True)
class Span:
    start: int
    end: int

    def shared(self, other: "Span") -> float:
        """How much of what both cover they share, from 0 to 1."""
        common = min(self.end, other.end) - max(self.start, other.start)
        return max(0, common) / (max(self.end, other.end) - min(self.start, other.start))


def occurrences(text: str, quote: str) -> Iterator[int]:
    at = text.find(quote) if quote else -1
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)


def nearest(text: str, quote: str, window: Span, taken: Iterable[Span] = ()) -> Span | None:
    """The span of `quote` in `window`, else next to it; the first that is not `taken`. None if it is nowhere."""
    used = set(taken)
    spans = [Span(start=at, end=at + len(quote)) for at in occurrences(text, quote)] or _alike(text, quote, window)
    near = [span for span in spans if not _distance(span, window)] or spans
    free = [span for span in near if span not in used] or near
    return min(free, key=lambda span: (_distance(span, window), span.start), default=None)


def _alike(text: str, quote: str, window: Span) -> list[Span]:
    """In the window, where the quote is in other forms of its characters (〜 and ～, 髙 and 高)."""
    folded = Folded(text[window.start : window.end], window.start, NOTHING)
    found: list[Span] = []
    while place := folded.find(quote, after=found[-1].end if found else window.start):
        found.append(Span(start=place[0], end=place[1]))
    return found


def windows(length: int, size: int, overlap: int) -> list[Span]:
    """Spans of at most `size` that cover [0, length), each sharing `overlap` with the one before."""
    starts = range(0, max(1, length - overlap), size - overlap)
    return [Span(start=start, end=min(start + size, length)) for start in starts]


def same(span: Span, others: Sequence[Span]) -> bool:
    return any(span.shared(other) >= OVERLAP_SHARE for other in others)


def _distance(span: Span, window: Span) -> int:
    return max(window.start - span.start, span.end - window.end, 0)
