"""Markdown of a model or a person as HTML that can do no harm: no markup of its own, no pictures, nothing fetched."""

import re
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from tasks_app.text.japanese.cleaning import readable

TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong", "table",
    "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
"""Also what Markdown becomes, but for pictures; first and second headings belong to the page."""

_HEADING = re.compile(r"^(#{1,6})(?=\s)", re.MULTILINE)


def parser(**options: Any) -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, **options}).enable("table")


_markdown = parser(breaks=True).disable("code")
"""Line ends are kept, as people see them in their text, and indented text is no program."""


def markdown(text: str) -> SafeString:
    """A summary as it was meant to look."""
    return mark_safe(cleaned(_markdown.render(prepared(text))))  # noqa: S308 - cleaned


def prepared(text: str) -> str:
    """Without unseen characters, and with headings below those of the page."""
    return _HEADING.sub(lambda found: "###" + found[1][3:], readable(text))


def cleaned(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    )
