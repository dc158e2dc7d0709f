"""The stage that makes a transcript readable: by the chat model piece by piece, or by rules where there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import PermanentError, TransientError
from tasks_app.models import Document, Line
from tasks_app.prompts import Data, Prompt
from tasks_app.providers.endpoint import Endpoint, chat_model
from tasks_app.providers.llm import ChatModel
from tasks_app.registry import Stage, Work
from tasks_app.stages.calls import side_by_side
from tasks_app.stages.place import text_digest, text_of
from tasks_app.stages.prompting import messages, prompt_named
from tasks_app.stages.transcript.fetch import digest_of
from tasks_app.text import chunking
from tasks_app.text.formatting import formatted
from tasks_app.text.speech.cues import Cue, paragraphs
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


def _inputs(work: Work) -> Mapping[str, Any]:
    endpoint = chat_model()
    found: dict[str, Any] = {"text": text_digest(work.subject.document_id)}
    if endpoint is None:
        return {**found, "provider": RULES}
    return {
        **found,
        "provider": MODEL,
        "model": endpoint.model,
        "prompt": prompt_named(PROMPT).version,
        "window": settings.FORMAT_WINDOW_CHARACTERS,
    }


def _run(work: Work) -> Formatted:
    endpoint = chat_model()
    text = text_of(work.subject.document_id)
    if endpoint is not None:
        return _Formatter(work, endpoint, prompt_named(PROMPT)).formatted(text)
    cues = [
        Cue(start=line.start, end=line.end, text=line.text) for line in Line.objects.filter(transcription=work.subject)
    ]
    return Formatted(text=paragraphs(cues) if cues else formatted(text), provider=RULES)


class _Formatter:
    """The calls of one attempt; pieces that earlier ones had finished are not asked for again."""

    def __init__(self, work: Work, endpoint: Endpoint, prompt: Prompt) -> None:
        self.work = work
        self.endpoint = endpoint
        self.prompt = prompt

    def formatted(self, text: str) -> Formatted:
        spans = chunking.cut(text, settings.FORMAT_WINDOW_CHARACTERS)
        pieces = [piece for start, end in spans if (piece := text[start:end]).strip()]
        written = self._written(pieces)
        return Formatted(text="\n".join(written), provider=MODEL, model=self.endpoint.model, pieces=len(pieces))

    def _written(self, pieces: Sequence[str]) -> list[str]:
        keys = {
            digest_of(number, piece, self.endpoint.model, self.prompt.version): piece
            for number, piece in enumerate(pieces)
        }
        kept = self.work.parts()
        done = {key: str(kept[key]["text"]) for key in keys if key in kept}
        calls = {
            key: partial(ChatModel(endpoint=self.endpoint).complete, self._messages(piece))
            for key, piece in keys.items()
            if key not in done
        }
        changed = 0
        self.work.progress(len(done), len(keys))
        for key, completion in side_by_side(self.work, self.endpoint, calls, settings.PROVIDER_CALLS_PER_JOB):
            self.work.spent(completion.usage)
            if not keeps_words(keys[key], completion.text):
                changed += 1
                continue
            done[key] = completion.text.strip()
            self.work.part(key, {"text": done[key]})
            self.work.progress(len(done), len(keys))
        if changed:
            raise TransientError(
                "format_changed_words",
                _(
                    "The model %(model)s changed or left out words in %(count)d of %(pieces)d pieces. It is tried"
                    " again; if that does not help, use another model. The text as it was recognised is kept."
                ),
                model=self.endpoint.model,
                count=changed,
                pieces=len(keys),
            )
        return [done[key] for key in keys]

    def _messages(self, piece: str) -> Any:
        return messages(self.prompt.render(transcript=Data(piece)))


def _save(work: Work, result: Formatted) -> Mapping[str, Any]:
    if not result.text.strip():
        raise PermanentError("format_empty", _("The formatted text came out empty. Try another model."))
    Document.objects.filter(pk=work.subject.document_id).update(formatted_text=result.text)
    figures = {"characters": len(result.text), "pieces": result.pieces, "provider": result.provider}
    return {**figures, "model": result.model} if result.model else figures
