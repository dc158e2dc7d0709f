"""An answer's markdown as HTML that can do no harm: no markup of its own, no pictures, nothing fetched."""

import re
from collections.abc import Sequence
from secrets import token_hex
from typing import Any

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from tasks_app.models import ChatMessage
from tasks_app.text.japanese.cleaning import readable

TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong", "table",
    "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
"""Also what markdown makes of an answer, but for pictures; first and second headings belong to the page."""

CITE, SECRET = "cite", "secret"
"""The name of our rule, and of what its renderer is given."""

_MARKER = re.compile(r"\[(\d{1,4}|\?)\]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_HEADING = re.compile(r"^(#{1,6})(?=\s)", re.MULTILINE)


def answer_html(message: ChatMessage) -> SafeString:
    """With its markers as links to the list of citations beside it."""
    text = _HEADING.sub(lambda found: "###" + found[1][3:], _PRIVATE.sub("", readable(message.content)))
    secret = token_hex()
    html = nh3.clean(
        _markdown.render(text, {SECRET: secret}),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    )
    known = {citation["number"] for citation in message.citations}
    signs = re.compile(rf"{secret}:(\d+|\?);")
    return mark_safe(signs.sub(lambda found: _marker(message, found[1], known), html))  # noqa: S308 - cleaned above


def _find_marker(state: StateInline, silent: bool) -> bool:
    """A rule of the markdown parser: only a marker of the text itself becomes one, never a reference to its
    characters."""
    found = _MARKER.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push(CITE, "", 0).content = found[1]
    state.pos = found.end()
    return True


def _render_marker(_renderer: object, tokens: Sequence[Token], index: int, _options: object, env: Any) -> str:
    """What no model can write, as the secret is new for every page: it stands for the link while HTML is cleaned."""
    return f"{env[SECRET]}:{tokens[index].content};"


_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
_markdown.inline.ruler.before("link", CITE, _find_marker)
_markdown.add_render_rule(CITE, _render_marker)


def _marker(message: ChatMessage, number: str, known: set[int]) -> str:
    if number.isdigit() and int(number) in known:
        return format_html('<a class="cite" href="#cite-{}-{}">[{}]</a>', message.pk, number, number)
    if number == "?":
        return format_html('<span class="unverified">{}</span>', gettext("(not supported by the sources)"))
    return f"[{number}]"
