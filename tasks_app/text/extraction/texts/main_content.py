"""The article of a web page without its menus.

What the page itself calls a menu goes first, by its elements and names. Then trafilatura chooses among the lines that
are left (decision 0056).
"""

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import groupby

from lxml import html

from tasks_app.text.extraction.common.lines import BODY, ExtractedLine

MENU_TAGS = frozenset(("nav", "aside", "footer", "header", "menu", "dialog"))
MENU_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "dialog", "alertdialog")
)
NAMED_TAGS = frozenset(("div", "ul", "ol", "section", "p", "table", "dl", "td"))
MENU_NAMES = re.compile(
    r"(?:^|[-_ ])(?:"
    r"(?:g|l|global|local|side|sub|main|site|foot|footer|head|header|top|page|utility)?[-_]?(?:menu|navi|nav|navigation)"
    r"|bread-?crumbs?|topic-?path|pankuzu|panlist|side-?(?:bar|column)?|foot(?:er)?|masthead|head(?:er)?|shar(?:e|ing)|social"
    r"|sns|related|recommend\w*|comments?|cookies?|promo|advert\w*|ads?|banner|skip(?:-?link)?|site-?map|search|pager"
    r"|pagination|newsletter|subscribe|popular|ranking|widget|toolbar|modal|popup|login|copyright"
    r")(?:$|[-_ \d]|s\b)",
    re.IGNORECASE,
)
"""What pages call their menus, in classes and ids."""

MAX_SHARE = 0.3
"""An element with more of the page's words outside links than this is no menu, whatever it is called."""

MAX_NAMED = 400
"""Characters outside links of what is a menu by its name alone."""

MIN_ARTICLE = 0.25
"""With less of the words outside links chosen than this, the page is no article, and all is kept."""

TELLING = 3
"""Shorter lines stay where what stands around them does."""

DOCUMENTS = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|csv|zip|txt|rtf|odt|ods)(?:[?#].*)?$", re.IGNORECASE)

_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, kw_only=True)
class PageLine(ExtractedLine):
    """`marker` is the number of a list's item, `alternatives` what stands for pictures: both are part of `text`.

    `links` counts the characters of the line inside links; `offers` says that one of them leads to a document.
    """

    marker: str = ""
    alternatives: tuple[str, ...] = ()
    links: int = 0
    offers: bool = False


def without_menus(page: html.HtmlElement) -> int:
    """Remove what the page calls its menus. How many there were."""
    body = page.find("body")
    body = page if body is None else body
    total = max(1, _words(body))
    kept = _around_article(body)
    removed = 0
    for element in list(body.iter()):
        if element is body or element in kept or not _is_called_menu(element) or body not in element.iterancestors():
            continue
        if _is_small(element, total):
            removed += bool(element.text_content().strip())
            element.drop_tree()
    return removed


def article(lines: Sequence[PageLine], page: html.HtmlElement) -> tuple[list[PageLine], int]:
    """The lines that belong to the article, and how many groups of others there were."""
    chosen = _chosen(page)
    if not chosen:
        return list(lines), 0
    first = next((line for line in lines if line.level == 1), None)
    votes = [line is first or _vote(line, chosen) for line in lines]
    decided = _settled(votes)
    outside = [_outside_links(line) for line in lines]
    taken = sum(length for length, keep in zip(outside, decided, strict=True) if keep)
    if taken < MIN_ARTICLE * sum(outside):
        return list(lines), 0
    left_out = sum(not keep for keep, _group in groupby(decided))
    return [line for line, keep in zip(lines, decided, strict=True) if keep], left_out


def _chosen(page: html.HtmlElement) -> str:
    """The letters of what trafilatura takes for the article."""
    from trafilatura import extract  # takes long to load

    return _letters(extract(deepcopy(page), fast=True, include_comments=False) or "")


def _vote(line: PageLine, chosen: str) -> bool | None:
    """Whether a line is in the article; None where it says too little."""
    if line.offers or (line.is_row and 2 * line.links < len(line.text)):
        return True
    text = line.text.removeprefix(line.marker)
    for alternative in line.alternatives:
        text = text.replace(alternative, "", 1)
    letters = _letters(text)
    return letters in chosen if len(letters) > TELLING else None


def _settled(votes: Sequence[bool | None]) -> list[bool]:
    """A line that says too little follows its neighbours: it stays unless one of them goes."""
    before = _carried(votes)
    after = _carried(votes[::-1])[::-1]
    return [
        bool(vote) if vote is not None else earlier is not False and later is not False
        for vote, earlier, later in zip(votes, before, after, strict=True)
    ]


def _carried(votes: Sequence[bool | None]) -> list[bool | None]:
    """Each vote, or else the last one before it."""
    last: bool | None = None
    carried = []
    for vote in votes:
        last = last if vote is None else vote
        carried.append(last)
    return carried


def _outside_links(line: PageLine) -> int:
    return max(0, len(line.text) - line.links) if line.level >= BODY else 0


def _letters(text: str) -> str:
    return _NO_WORD.sub("", text)


def _around_article(body: html.HtmlElement) -> set[html.HtmlElement]:
    """What the article lies in."""
    found: set[html.HtmlElement] = set()
    for element in (*list(body.iter("h1"))[:1], *body.iter("main"), *body.xpath(".//*[@role='main']")):
        found |= {element, *element.iterancestors()}
    return found


def _is_called_menu(element: html.HtmlElement) -> bool:
    if element.tag == "header" and next(element.iterancestors("article", "main"), None) is not None:
        return False
    return _is_menu_by_kind(element) or (element.tag in NAMED_TAGS and bool(MENU_NAMES.search(_names(element))))


def _is_menu_by_kind(element: html.HtmlElement) -> bool:
    return element.tag in MENU_TAGS or element.get("role", "").lower() in MENU_ROLES


def _names(element: html.HtmlElement) -> str:
    return f"{element.get('id', '')} {element.get('class', '')}"


def _is_small(element: html.HtmlElement, total: int) -> bool:
    words = _words(element)
    return words <= MAX_SHARE * total and (_is_menu_by_kind(element) or words <= MAX_NAMED)


def _words(element: html.HtmlElement) -> int:
    """Characters outside links."""
    return _length(element) - sum(_length(link) for link in element.iter("a"))


def _length(element: html.HtmlElement) -> int:
    return len("".join(element.text_content().split()))
