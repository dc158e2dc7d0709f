"""The stage that makes a transcript readable: by the chat model piece by piece, or by rules where there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import PermanentError, TransientError
from tasks_app.models import Document, Line
from tasks_app.prompts import Data, Prompt
from tasks_app.providers.endpoint import Endpoint, chat_model
from tasks_app.providers.llm import ChatModel, Completion
from tasks_app.registry import Stage, StageContext, StageFacts, Usage
from tasks_app.stages.common.document_access import text_digest, text_of
from tasks_app.stages.common.halving import halving
from tasks_app.stages.common.prompts import messages, prompt_named
from tasks_app.stages.common.resumable_map import PartRequest, ResumableMap
from tasks_app.text.documents import chunking
from tasks_app.text.documents.formatting import formatted
from tasks_app.text.speech.cues import paragraphs
from tasks_app.text.speech.likeness import keeps_words

PROMPT = "transcription/format"
RULES, MODEL = "rules", "model"
"""Who formatted, as the figures of the stage say."""


@dataclass(frozen=True, kw_only=True)
class Formatted:
    text: str
    provider: str
    model: str = ""
    pieces: int = 1


def format_transcript() -> Stage:
    return Stage(name="format", label=_("Format"), inputs=_inputs, run=_run, save=_save)


def _inputs(facts: StageFacts) -> Mapping[str, Any]:
    endpoint = chat_model()
    found: dict[str, Any] = {"text": text_digest(facts.subject.document_id)}
    if endpoint is None:
        return {**found, "provider": RULES}
    return {
        **found,
        "provider": MODEL,
        "model": endpoint.model,
        "prompt": prompt_named(PROMPT).version,
        "window": settings.FORMAT_WINDOW_CHARACTERS,
    }


def _run(context: StageContext) -> Formatted:
    endpoint = chat_model()
    text = text_of(context.subject.document_id)
    if endpoint is not None:
        return _by_model(context, endpoint, text)
    cues = [line.cue for line in Line.objects.filter(transcription=context.subject)]
    return Formatted(text=paragraphs(cues) if cues else formatted(text), provider=RULES)


def _by_model(context: StageContext, endpoint: Endpoint, text: str) -> Formatted:
    """Raises TransientError where the model changed words in a piece; the other pieces are kept."""
    spans = chunking.cut(text, settings.FORMAT_WINDOW_CHARACTERS)
    pieces = [piece for start, end in spans if (piece := text[start:end]).strip()]
    prompt = prompt_named(PROMPT)
    parts = ResumableMap(context, endpoint, settings.PROVIDER_CALLS_PER_JOB)
    written = parts.run([_request(endpoint, prompt, piece) for piece in pieces])
    if changed := written.count(None):
        raise TransientError(
            "format_changed_words",
            _(
                "The model %(model)s changed or left out words in %(count)d of %(pieces)d pieces. It is retried "
                "automatically; if that does not help, use another model. The recognised text is kept."
            ),
            model=endpoint.model,
            count=changed,
            pieces=len(pieces),
        )
    return Formatted(text="\n".join(written), provider=MODEL, model=endpoint.model, pieces=len(pieces))


def _request(endpoint: Endpoint, prompt: Prompt, piece: str) -> PartRequest[Completion]:
    def asked(part: str) -> Completion:
        return ChatModel(endpoint=endpoint).complete(messages(prompt.render(transcript=Data(part))))

    return PartRequest(
        facts=prompt.render(transcript=Data(piece)).digest,
        call=partial(halving, asked, _joined, piece, setting="FORMAT_WINDOW_CHARACTERS"),
        keep=lambda completion: completion.text.strip() if keeps_words(piece, completion.text) else None,
    )


def _joined(parts: Sequence[Completion], spent: Usage) -> Completion:
    return replace(
        parts[0],
        text="\n".join(part.text.strip() for part in parts),
        usage=sum((part.usage for part in parts), spent),
        seconds=sum(part.seconds for part in parts),
    )


def _save(context: StageContext, result: Formatted) -> Mapping[str, Any]:
    if not result.text.strip():
        raise PermanentError("format_empty", _("The formatted text is empty. Try another model."))
    Document.objects.filter(pk=context.subject.document_id).update(formatted_text=result.text)
    figures = {"characters": len(result.text), "pieces": result.pieces, "provider": result.provider}
    return {**figures, "model": result.model} if result.model else figures
