"""The sources of a deck: found again in them is what a slide quotes, and what belongs to a slide is picked out."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tasks_app.text.decks.deck import SlideCitation
from tasks_app.text.documents import chunking
from tasks_app.text.japanese.bigrams import lexemes
from tasks_app.text.japanese.folding import NO_WORD, Folded, fold

PASSAGE_CHARACTERS = 600
MIN_QUOTE_LENGTH = 6
"""Letters and digits; less is found anywhere and proves nothing."""


@dataclass(frozen=True, kw_only=True)
class DeckSource:
    """One source: what it is called, its text, its pages (number, start, end) and headings (start, level, title)."""

    name: str
    text: str
    pages: Sequence[Sequence[int]] = ()
    headings: Sequence[tuple[int, int, str]] = ()

    @cached_property
    def _folded(self) -> Folded:
        """Letters and digits alone."""
        return Folded(self.text, ignored=NO_WORD)

    def cited(self, quote: str) -> SlideCitation | None:
        """Where the quote is, regardless of space, punctuation and forms of characters; None if it is not found."""
        if len(NO_WORD.sub("", fold(quote))) < MIN_QUOTE_LENGTH or not (place := self._folded.find(quote)):
            return None
        start, end = place
        return SlideCitation(
            source=self.name, page=self.page_at(start), start=start, end=end, quote=self.text[start:end]
        )

    def page_at(self, offset: int) -> int | None:
        found = bisect_right([start for _number, start, _end in self.pages], offset) - 1
        return int(self.pages[found][0]) if found >= 0 else None


@dataclass(frozen=True, kw_only=True)
class SourceExcerpt:
    """A piece of a source, with what it is made of."""

    text: str
    pairs: frozenset[str] = field(repr=False)


@dataclass(frozen=True)
class DeckSources:
    """All sources of a deck, in the order in which staff gave them."""

    texts: Sequence[DeckSource]

    @cached_property
    def whole(self) -> str:
        return "\n\n".join(one.text for one in self.texts)

    @cached_property
    def passages(self) -> list[SourceExcerpt]:
        return [
            SourceExcerpt(text=piece, pairs=frozenset(lexemes(piece)))
            for one in self.texts
            for start, end in chunking.cut(
                one.text, PASSAGE_CHARACTERS, [start for start, _level, _title in one.headings]
            )
            if (piece := one.text[start:end]).strip()
        ]

    def cited(self, quotes: Iterable[str]) -> tuple[list[SlideCitation], int]:
        """Where the quotes stand, each place once, and how many were not found in any source."""
        found: dict[tuple[str, int, int], SlideCitation] = {}
        lost = 0
        for quote in quotes:
            citation = next(filter(None, (one.cited(quote) for one in self.texts)), None)
            if citation is None:
                lost += 1
            else:
                found[citation.source, citation.start, citation.end] = citation
        return list(found.values()), lost

    def about(self, wanted: str, characters: int) -> str:
        """The passages that have most in common with `wanted`, up to about so many characters, in their order."""
        pairs = frozenset(lexemes(wanted))
        order = sorted(
            range(len(self.passages)), key=lambda number: (-len(pairs & self.passages[number].pairs), number)
        )
        chosen: list[int] = []
        left = characters
        for number in order:
            length = len(self.passages[number].text)
            if chosen and length > left:
                break
            chosen.append(number)
            left -= length
        return "\n".join(self.passages[number].text.strip() for number in sorted(chosen))
