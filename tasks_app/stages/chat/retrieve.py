"""The stage that looks for what a question is to be answered from."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import JobError, PermanentError
from tasks_app.models import ChatMessage, Document
from tasks_app.models.content.chat import MAX_QUESTION_LENGTH, ReadingMode
from tasks_app.providers.embeddings import Embedder, Vector
from tasks_app.providers.endpoint import PriorityClass, embeddings
from tasks_app.providers.provider_errors import BUSY
from tasks_app.registry import Stage, StageContext, StageFacts
from tasks_app.stages.chat import chunk_search, passages
from tasks_app.stages.chat.history import earlier_question
from tasks_app.stages.chat.passages import PassageSpan, scope_of
from tasks_app.stages.common.provider_health import note_failure
from tasks_app.text.japanese import bigrams

SIGNIFICANT = 4
"""A question with fewer telling pairs of characters (それはいつ？) is looked for together with the one before it."""


@dataclass(frozen=True, kw_only=True)
class RetrievedPassages:
    """`vectors` is whether nearness of meaning took part; `unread` counts documents of the scope without chunks."""

    spans: list[PassageSpan]
    chunks: int
    vectors: bool
    unread: int


def retrieve() -> Stage:
    return Stage(name="retrieve", label=_("Searching the sources"), inputs=_inputs, run=_run, save=_save)


def _inputs(facts: StageFacts) -> Mapping[str, Any]:
    message = facts.subject
    endpoint = embeddings()
    return {
        "question": facts.input_digest,
        "documents": _digest(scope_of(message)),
        "vectors": endpoint.model if endpoint else "",
        "passages": settings.CHAT_PASSAGES,
    }


def _run(context: StageContext) -> RetrievedPassages:
    message = context.subject
    question = message.question.content
    require_question(question)
    scope = scope_of(message)
    if message.documents and scope.count() != len(set(message.documents)):
        raise PermanentError(
            "chat_source_gone",
            _("Some of the selected sources can no longer be read in this chat. Choose again and ask again."),
        )
    chunks = chunk_search.count(scope)
    if not chunks:
        raise PermanentError(
            "chat_nothing_to_read",
            _(
                "There is nothing to search yet: no source here has been processed. Add sources, wait until they are "
                "processed, and ask again."
            ),
        )
    unread = scope.exclude(chunks__isnull=False).count()
    if message.reading == ReadingMode.FULL:
        return RetrievedPassages(
            spans=passages.separate(chunk_search.whole(scope)), chunks=chunks, vectors=False, unread=unread
        )
    sought = _sought(message)
    near = _vector(context, sought, scope)
    hits = chunk_search.search(scope, sought, most=settings.CHAT_PASSAGES, total=chunks, near=near)
    return RetrievedPassages(spans=passages.merged(hits), chunks=chunks, vectors=near is not None, unread=unread)


def _save(context: StageContext, found: RetrievedPassages) -> Mapping[str, Any]:
    ChatMessage.objects.filter(pk=context.subject.pk).update(
        passages=passages.stored(found.spans), found_in=found.chunks
    )
    return {
        "passages": len(found.spans),
        "chunks": found.chunks,
        "vectors": found.vectors,
        "sources_not_ready": found.unread,
    }


def require_question(question: str) -> None:
    """Raises PermanentError for one that is empty or too long."""
    if not question.strip():
        raise PermanentError("chat_question_empty", _("The question is empty. Ask again."))
    if len(question) > MAX_QUESTION_LENGTH:
        raise PermanentError(
            "chat_question_too_long",
            _("The question has %(length)d characters; the limit is %(limit)d. Ask a shorter question."),
            length=len(question),
            limit=MAX_QUESTION_LENGTH,
        )


def _sought(message: ChatMessage) -> str:
    question: str = message.question.content  # type: ignore[union-attr]
    telling = [pair for pair in bigrams.lexemes(question) if len(pair) > 1 and not bigrams.HIRAGANA.fullmatch(pair)]
    return question if len(telling) >= SIGNIFICANT else f"{question}\n{earlier_question(message)}".strip()


def _vector(context: StageContext, question: str, scope: QuerySet[Document]) -> Vector | None:
    """None where there is nothing to compare with, or the endpoint fails: words alone find most of it, in time."""
    endpoint = embeddings()
    if endpoint is None or not chunk_search.has_vectors(scope):
        return None
    try:
        made = Embedder(endpoint=endpoint, priority_class=PriorityClass.CHAT).embed([question])
    except JobError as error:
        if error.code != BUSY:
            note_failure(endpoint, error)
        return None
    context.record_usage(made.usage)
    return made.vectors[0]


def _digest(scope: QuerySet[Document]) -> str:
    rows = scope.order_by("pk").values_list("pk", "text_digest")
    return sha256("\0".join(f"{pk} {digest}" for pk, digest in rows).encode()).hexdigest()
