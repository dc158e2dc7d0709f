"""What a deck is: its outline, its slides, and where each slide's content is in the sources.

All text in it is plain: markup that models like to write is taken out where the text comes in.
"""

import html
import re
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tasks_app.text.japanese.cleaning import readable

MAX_SLIDES = 60
MAX_BULLETS = 12
MAX_COLUMNS, MAX_ROWS = 8, 20
MAX_SERIES, MAX_CATEGORIES = 6, 24

_SCRIPT = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(?:br|/p|/li)\s*/?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|body|button|code|div|em|font|form|h[1-6]|head|hr|html|i|iframe|img|input|li|link|mark"
    r"|meta|object|ol|p|pre|s|script|small|span|strong|style|sub|sup|svg|table|tbody|td|th|thead|tr|u|ul|video)\b[^<>]*>",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^(?:[-*•・●○▪‣–]|\d{1,2}[.)])[ \t　]+")
_EMPHASIS = re.compile(r"\*\*(.+?)\*\*|__(.+?)__|`(.+?)`")


def plain(text: object) -> object:
    """A text on one line without HTML, Markdown emphasis or a bullet of its own; what is no text stays as it is."""
    if not isinstance(text, str):
        return text
    bare = _TAG.sub("", _BREAK.sub(" ", _SCRIPT.sub("", text)))
    bare = _TAG.sub("", _SCRIPT.sub("", html.unescape(bare)))
    bare = _EMPHASIS.sub(lambda found: next(filter(None, found.groups())), bare)
    return _BULLET.sub("", " ".join(readable(bare).split()))


def _filled(texts: object) -> object:
    """Without the blank ones."""
    return [text for text in texts if plain(text)] if isinstance(texts, list) else texts


Title = Annotated[str, BeforeValidator(plain), Field(min_length=1, max_length=200)]
Line = Annotated[str, BeforeValidator(plain), Field(max_length=1000)]
Lines = Annotated[list[Line], BeforeValidator(_filled), Field(max_length=MAX_BULLETS)]
Notes = Annotated[str, Field(max_length=5000)]


class Layout(StrEnum):
    TITLE = "title"
    SECTION = "section"
    BULLETS = "bullets"
    TWO_COLUMNS = "two_columns"
    TABLE = "table"
    CHART = "chart"
    QUOTE = "quote"
    CLOSING = "closing"


WITHOUT_CONTENT = (Layout.TITLE, Layout.SECTION)
"""Layouts whose slides say nothing that the outline does not say."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


class OutlineSlide(_Part):
    """`points` tell what the slide is to say; a title's or section's first point is its subtitle."""

    number: int = 0
    layout: Layout = Layout.BULLETS
    title: Title
    points: Lines = []


class Outline(_Part):
    slides: list[OutlineSlide] = Field(min_length=1, max_length=MAX_SLIDES)

    def numbered(self) -> "Outline":
        """Numbers as the slides stand, whatever was written."""
        return Outline(slides=[slide.model_copy(update={"number": n}) for n, slide in enumerate(self.slides, start=1)])


class Table(_Part):
    """Every row has as many cells as the header."""

    header: list[Line] = Field(min_length=1, max_length=MAX_COLUMNS)
    rows: list[list[Line]] = Field(min_length=1, max_length=MAX_ROWS)

    def even(self) -> "Table":
        """Rows filled up or cut to the width of the header."""
        width = len(self.header)
        return Table(header=self.header, rows=[[*row, *[""] * width][:width] for row in self.rows])


class Series(_Part):
    name: Line
    values: list[float] = Field(min_length=1, max_length=MAX_CATEGORIES)


class ChartKind(StrEnum):
    COLUMN = "column"
    BAR = "bar"
    LINE = "line"
    PIE = "pie"


class Chart(_Part):
    """Each series has one value for each category."""

    kind: ChartKind = ChartKind.COLUMN
    unit: Line = ""
    categories: list[Line] = Field(min_length=1, max_length=MAX_CATEGORIES)
    series: list[Series] = Field(min_length=1, max_length=MAX_SERIES)

    @property
    def is_even(self) -> bool:
        return all(len(one.values) == len(self.categories) for one in self.series)


class Content(_Part):
    """What is written for one slide; which fields count depends on its layout. `evidence` quotes the source."""

    title: Title
    subtitle: Line = ""
    bullets: Lines = []
    right_bullets: Lines = []
    left_title: Line = ""
    right_title: Line = ""
    quote: Line = ""
    attribution: Line = ""
    table: Table | None = None
    chart: Chart | None = None
    speaker_notes: Notes = ""
    evidence: list[str] = Field(default=[], max_length=20)


class SlideCitation(_Part):
    """Where a quote stands: `start` and `end` are characters of the text of the source called `source`."""

    source: str
    page: int | None = None
    start: int
    end: int
    quote: str

    @property
    def place(self) -> str:
        return f"{self.source} p.{self.page}" if self.page else self.source


class Remark(_Part):
    """Something staff are to know; `code` is stable snake_case. `slide` 0 is the deck."""

    slide: int = 0
    code: str
    details: dict[str, str | int] = {}


class Slide(Content):
    """A finished slide. `citations` were verified against the sources."""

    number: int
    layout: Layout
    citations: list[SlideCitation] = []
    remarks: list[Remark] = []


class Slides(_Part):
    slides: list[Slide] = Field(min_length=1, max_length=MAX_SLIDES)
