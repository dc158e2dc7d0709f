"""An answer's markdown as HTML that can do no harm: no markup of its own, no pictures, nothing fetched."""

import re

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from markdown_it import MarkdownIt

from tasks_app.models import ChatMessage
from tasks_app.text.japanese.cleaning import readable

TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong", "table",
    "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
"""Also what markdown makes of an answer, but for pictures; first and second headings belong to the page."""

_MARKER = re.compile(r"\[(\d{1,4}|\?)\]")
_SIGN = re.compile("\ue000(\\d{1,4}|\\?)\ue001")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_HEADING = re.compile(r"^(#{1,6})(?=\s)", re.MULTILINE)

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def answer_html(message: ChatMessage) -> SafeString:
    """With its markers as links to the list of citations beside it."""
    text = _HEADING.sub(lambda found: "###" + found[1][3:], _PRIVATE.sub("", readable(message.content)))
    html = nh3.clean(
        _markdown.render(_MARKER.sub("\ue000\\1\ue001", text)),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
    )
    known = {citation["number"] for citation in message.citations}
    return mark_safe(_SIGN.sub(lambda found: _marker(message, found[1], known), html))  # noqa: S308 - cleaned above


def _marker(message: ChatMessage, number: str, known: set[int]) -> str:
    if number.isdigit() and int(number) in known:
        return format_html('<a class="cite" href="#cite-{}-{}">[{}]</a>', message.pk, number, number)
    if number == "?":
        return format_html('<span class="unverified">{}</span>', gettext("(not supported by the sources)"))
    return f"[{number}]"
