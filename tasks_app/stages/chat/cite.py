"""The stage that checks an answer's citations against the sources, keeps those that hold and counts the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.models import ChatMessage
from tasks_app.models.content.base.document import titles
from tasks_app.registry import Stage, StageContext, StageFacts
from tasks_app.stages.chat import passages
from tasks_app.stages.chat.long_sources import NOTHING
from tasks_app.text.answers.citations import Citation, Cited, cite
from tasks_app.text.answers.grounding import SUPPORTED

QUOTE_CHARACTERS = 300


@dataclass(frozen=True, kw_only=True)
class Checked:
    cited: Cited
    citations: list[dict[str, Any]]


def cite_sources() -> Stage:
    return Stage(name="cite", label=_("Checking the citations"), inputs=_inputs, run=_run, save=_save)


def _inputs(facts: StageFacts) -> Mapping[str, Any]:
    message = facts.subject
    return {
        "draft": sha256(message.draft.encode()).hexdigest(),
        "passages": sha256(repr(message.passages).encode()).hexdigest(),
        "threshold": SUPPORTED,
    }


def _run(context: StageContext) -> Checked:
    """The passages are read again: one whose source was deleted or changed meanwhile supports nothing."""
    message = context.subject
    if not message.draft or any(word in message.draft[: 2 * len(word)] for word in NOTHING.values()):
        return Checked(cited=Cited(), citations=[])
    found = passages.texts(message)
    cited = cite(message.draft, passages.numbered(found))
    return Checked(cited=cited, citations=_described(message, cited.citations, found))


def _save(context: StageContext, checked: Checked) -> Mapping[str, Any]:
    grounded = bool(checked.citations)
    ChatMessage.objects.filter(pk=context.subject.pk).update(
        content=checked.cited.text if grounded else _nothing(), citations=checked.citations, grounded=grounded
    )
    return {
        "citations": len(checked.citations),
        "citations_dropped": checked.cited.dropped,
        "sentences_uncited": checked.cited.uncited,
    }


def _nothing() -> str:
    """In the language of the project, which is that of the workers."""
    return gettext("No evidence: nothing in the sources answers this question.")


def _described(message: ChatMessage, citations: list[Citation], found: Mapping[int, str]) -> list[dict[str, Any]]:
    spans = {span.number: span for span in passages.spans_of(message)}
    named = titles({UUID(span.document) for span in spans.values()})
    return [
        {
            "number": one.number,
            "document": spans[one.passage].document,
            "digest": spans[one.passage].digest,
            "title": named.get(UUID(spans[one.passage].document), ""),
            "page": spans[one.passage].page,
            "start": spans[one.passage].start + one.start,
            "end": spans[one.passage].start + one.end,
            "quote": found[one.passage][one.start : one.end][:QUOTE_CHARACTERS],
            "share": one.share,
        }
        for one in citations
    ]
