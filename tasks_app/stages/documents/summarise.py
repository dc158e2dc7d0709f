"""The stage that sums a text up: each window of it on its own, then what came out of them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import PermanentError
from tasks_app.models import Document
from tasks_app.prompts import Data, Prompt, RenderedPrompt
from tasks_app.providers.summariser import Summariser, Summary, configured
from tasks_app.registry import Stage, StageContext, StageFacts, Usage
from tasks_app.stages.common.document_access import DocumentAccessor, own_document, shown_text_of, text_digest
from tasks_app.stages.common.halving import halving
from tasks_app.stages.common.prompts import messages, prompt_named
from tasks_app.stages.common.resumable_map import PartRequest, ResumableMap
from tasks_app.text.documents import chunking

SHARE_OF_WINDOW = 3
"""A window's summary has at most a third of its length, so that every round shortens the text."""

SUMMARY_TOO_LONG = _("The summaries of the parts are longer than the parts themselves. Try another model.")


@dataclass(frozen=True, kw_only=True)
class WrittenSummary:
    """`coverage` counts the characters of the text that went into the summary, in so many `windows`.

    `calls` and `seconds` are those of this attempt: what earlier ones had finished was not asked for again.
    """

    summary: str
    provider: str
    model: str
    coverage: int
    windows: int
    calls: int
    seconds: float


def summarise(place: DocumentAccessor = own_document, prompt: str = "source/summarise") -> Stage:
    """`place` locates a subject's text; `prompt` is the name of the prompt for the model."""

    def inputs(facts: StageFacts) -> Mapping[str, Any]:
        writer = configured()
        return {
            "text": text_digest(place(facts.subject)),
            "provider": writer.provider,
            "model": writer.model,
            "prompt": prompt_named(prompt).version,
            "window": settings.SUMMARY_WINDOW_CHARACTERS,
            "characters": settings.SUMMARY_CHARACTERS,
        }

    def run(context: StageContext) -> WrittenSummary:
        text = shown_text_of(place(context.subject))
        return MapReduceSummary(context, configured(), prompt_named(prompt)).summary_of(text)

    def save(context: StageContext, written: WrittenSummary) -> Mapping[str, Any]:
        Document.objects.filter(pk=place(context.subject)).update(
            summary=written.summary,
            summary_provider=written.provider,
            summary_model=written.model[: Document._meta.get_field("summary_model").max_length],
            summary_coverage=written.coverage,
        )
        return {
            "characters": len(written.summary),
            "coverage": written.coverage,
            "windows": written.windows,
            "provider": written.provider,
            "model": written.model,
            "calls": written.calls,
            "call_seconds": round(written.seconds, 2),
        }

    return Stage(name="summarise", label=_("Summarise"), inputs=inputs, run=run, save=save)


def map_reduce(context: StageContext, text: str, characters: int, prompt: str = "source/summarise") -> WrittenSummary:
    """What can be read in place of a text that is too long to be read at once: at most so many characters.

    Pieces are parts of the running stage. Raises what summarising raises.
    """
    return MapReduceSummary(context, configured(), prompt_named(prompt)).reduced(text, characters)


class MapReduceSummary:
    """Summaries of windows, then of those summaries, until one window holds all of it.

    Pieces that earlier attempts finished are used again; those kept under another `edition` are not.
    """

    def __init__(self, context: StageContext, writer: Summariser, prompt: Prompt, edition: str = "") -> None:
        self.writer = writer
        self.prompt = prompt
        self.edition = edition
        self.parts = ResumableMap(context, writer.endpoint, writer.calls)
        self.characters = settings.SUMMARY_CHARACTERS
        self.window = settings.SUMMARY_WINDOW_CHARACTERS

    def summary_of(self, text: str) -> WrittenSummary:
        windows = self._windows(text)
        round_ = windows
        while len(round_) > 1:
            round_ = self._windows(self._shorter(round_))
        return self._written("".join(self._summaries(round_, self.characters)), windows)

    def reduced(self, text: str, characters: int) -> WrittenSummary:
        """The text itself if it is short enough, else summaries of its windows, in order, until they are."""
        windows = self._windows(text)
        round_ = windows
        while sum(map(len, round_)) > characters:
            round_ = self._windows(self._shorter(round_))
        return self._written("".join(round_), windows)

    def _shorter(self, windows: Sequence[str]) -> str:
        shorter = "\n".join(self._summaries(windows, min(self.characters, self.window // SHARE_OF_WINDOW)))
        if len(shorter) >= sum(map(len, windows)):
            raise PermanentError("summary_too_long", SUMMARY_TOO_LONG)
        return shorter

    def _written(self, summary: str, windows: Sequence[str]) -> WrittenSummary:
        if not summary:
            raise PermanentError("summary_empty", _("The summary is empty. Try another model."))
        return WrittenSummary(
            summary=summary,
            provider=self.writer.provider,
            model=self.writer.model,
            coverage=sum(map(len, windows)),
            windows=len(windows),
            calls=self.parts.calls,
            seconds=self.parts.seconds,
        )

    def _windows(self, text: str) -> list[str]:
        pieces = (text[start:end] for start, end in chunking.cut(text, self.window))
        return [piece for piece in pieces if piece.strip()]

    def _summaries(self, windows: Sequence[str], characters: int) -> list[str]:
        """Of each window its own; blank ones left out."""
        return [summary for summary in self.parts.run([self._request(one, characters) for one in windows]) if summary]

    def _request(self, window: str, characters: int) -> PartRequest[Summary]:
        def told(text: str) -> RenderedPrompt:
            return self.prompt.render(document=Data(text), characters=characters)

        def asked(text: str) -> Summary:
            return self.writer.summarise(text, characters=characters, messages=messages(told(text)))

        return PartRequest(
            facts=[self.writer.provider, self.writer.model, told(window).digest, self.edition],
            call=partial(halving, asked, _joined, window, setting="SUMMARY_WINDOW_CHARACTERS"),
            keep=lambda summary: summary.text.strip(),
        )


def _joined(parts: Sequence[Summary], spent: Usage) -> Summary:
    return Summary(
        text="\n".join(part.text.strip() for part in parts),
        usage=sum((part.usage for part in parts), spent),
        seconds=sum(part.seconds for part in parts),
    )
