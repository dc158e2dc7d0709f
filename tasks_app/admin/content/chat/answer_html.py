"""An answer's Markdown as HTML, its verified markers as links."""

import re
from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from tasks_app.admin.common.safe_markdown import cleaned, parser, prepared
from tasks_app.models import ChatMessage

CITE, SECRET = "cite", "secret"
"""The name of our rule, and of what its renderer is given."""

_MARKER = re.compile(r"\[(\d{1,4}|\?)\]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")


def answer_html(message: ChatMessage) -> SafeString:
    """With its markers as links to the list of citations beside it."""
    text = prepared(_PRIVATE.sub("", message.content))
    secret = token_hex()
    html = cleaned(_markdown.render(text, {SECRET: secret}))
    known = {citation["number"] for citation in message.citations}
    signs = re.compile(rf"{secret}:(\d+|\?);")
    marked = signs.sub(lambda found: _marker(message, found[1], known), html)
    return mark_safe(marked)  # noqa: S308  # nosec B308 B703 - cleaned above


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


_markdown = parser()
_markdown.inline.ruler.before("link", CITE, _find_marker)
_markdown.add_render_rule(CITE, _render_marker)


def _marker(message: ChatMessage, number: str, known: set[int]) -> str:
    if number.isdigit() and int(number) in known:
        return format_html('<a class="cite" href="#cite-{}-{}">[{}]</a>', message.pk, number, number)
    if number == "?":
        return format_html('<span class="unverified">{}</span>', gettext("(not supported by the sources)"))
    return f"[{number}]"
