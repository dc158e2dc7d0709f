"""The results of a meeting, for pages: each line with links to the passages of the text that support it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import TextField
from django.db.models.functions import Substr
from django.http import HttpRequest
from django.utils.translation import gettext

from tasks_app.admin.content.base.text_viewer import link
from tasks_app.models import Document, Proceedings
from tasks_app.stages.minutes.answers import DROPPED, LEFT_OUT
from tasks_app.text.minutes.speaker_labels import Speaker
from tasks_app.text.minutes.turns import Turn, shares

TURNS_PER_PAGE = 50
EXCERPT = 80
"""Characters of a speech in the list of turns."""

TEXT_READ = 200_000
"""Characters read for the excerpts of one page of turns, however long the speeches are."""


@dataclass(frozen=True, kw_only=True)
class ShownLine:
    text: str
    about: str
    who: str
    by_when: str
    links: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class ShownTurn:
    speaker: str
    excerpt: str
    link: str


def proceedings(request: HttpRequest, document_id: UUID, read_url: str) -> dict[str, Any]:
    """For console/content/minutes.html; empty where there are none. `turns` is the page asked for by ?turns=."""
    found = Proceedings.objects.filter(pk=document_id).first()
    if found is None:
        return {}
    digest = Document.objects.values_list("text_digest", flat=True).get(pk=document_id)
    spoken = [Turn(start, end, speech, Speaker(name, role)) for start, end, speech, name, role in found.turns]
    return {
        "proceedings": {
            name: _shown(getattr(found, name), read_url, digest)
            for name in ("overview", "decisions", "actions", "questions")
        },
        "dropped": [(count, gettext(DROPPED[reason])) for reason, count in found.dropped.items() if reason in DROPPED],
        "left_out": [
            (count, gettext(LEFT_OUT[reason])) for reason, count in found.dropped.items() if reason in LEFT_OUT
        ],
        "shares": shares(spoken),
        "turns": _turns(request.GET.get("turns", "1"), document_id, spoken, read_url, digest),
    }


def _shown(lines: Iterable[Mapping[str, Any]], read_url: str, digest: str) -> list[ShownLine]:
    return [
        ShownLine(
            text=line["text"],
            about=line.get("about", ""),
            who=line.get("who", ""),
            by_when=line.get("by_when", ""),
            links=[link(read_url, start, end, digest) for start, end in line["spans"]],
        )
        for line in lines
    ]


def _turns(number: str, document_id: UUID, spoken: Sequence[Turn], read_url: str, digest: str) -> Page[ShownTurn]:
    """Only the speeches of one page are read."""
    page = Paginator(spoken, TURNS_PER_PAGE).get_page(number)
    own: Sequence[Turn] = list(page.object_list)
    first = own[0].start if own else 0
    read = Substr("text", first + 1, TEXT_READ, output_field=TextField())
    text = Document.objects.values_list(read, flat=True).get(pk=document_id) if own else ""
    shown = [
        ShownTurn(
            speaker=turn.speaker.label,
            excerpt=_excerpt(text[turn.speech - first : turn.end - first]),
            link=link(read_url, turn.start, turn.end, digest),
        )
        for turn in own
    ]
    return Page(shown, page.number, page.paginator)  # type: ignore[arg-type]


def _excerpt(speech: str) -> str:
    bare = " ".join(speech[: 2 * EXCERPT].split())
    return bare if len(bare) <= EXCERPT else f"{bare[:EXCERPT]}…"
