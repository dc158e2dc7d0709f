"""The stage that sums a text up: each window of it on its own, then what came out of them together."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import PermanentError
from tasks_app.models import Document
from tasks_app.providers.summariser import Summariser, configured
from tasks_app.registry import Stage, Work
from tasks_app.stages.place import Place, own_document, text_digest, text_of
from tasks_app.text import chunking

SHARE_OF_WINDOW = 3
"""A window's summary has at most a third of its length, so that every round shortens the text."""


@dataclass(frozen=True)
class Written:
    """`coverage` counts the characters of the text that went into the summary, in so many `windows`."""

    summary: str
    provider: str
    model: str
    coverage: int
    windows: int


def summarise(place: Place = own_document, instructions: str = "") -> Stage:
    """`place` tells where a subject's text is; `instructions` tell a model what matters."""

    def inputs(work: Work) -> Mapping[str, Any]:
        writer = configured()
        return {
            "text": text_digest(place(work.subject)),
            "provider": writer.provider,
            "model": writer.model,
            "instructions": sha256(instructions.encode()).hexdigest(),
            "window": settings.SUMMARY_WINDOW_CHARACTERS,
            "characters": settings.SUMMARY_CHARACTERS,
        }

    def run(work: Work) -> Written:
        return _Rounds(work, configured(), instructions).summary_of(text_of(place(work.subject)))

    def save(work: Work, written: Written) -> Mapping[str, Any]:
        Document.objects.filter(pk=place(work.subject)).update(
            summary=written.summary,
            summary_provider=written.provider,
            summary_model=written.model,
            summary_coverage=written.coverage,
        )
        return {
            "characters": len(written.summary),
            "coverage": written.coverage,
            "windows": written.windows,
            "provider": written.provider,
        }

    return Stage(name="summarise", label=_("Summarise"), inputs=inputs, run=run, save=save)


class _Rounds:
    """Summaries of windows, then of those summaries, until one window holds all of it."""

    def __init__(self, work: Work, writer: Summariser, instructions: str) -> None:
        self.work = work
        self.writer = writer
        self.instructions = instructions
        self.kept = work.parts()
        self.characters = settings.SUMMARY_CHARACTERS
        self.window = settings.SUMMARY_WINDOW_CHARACTERS

    def summary_of(self, text: str) -> Written:
        windows = self._windows(text)
        round_ = windows
        while len(round_) > 1:
            shorter = "\n".join(self._summaries(round_))
            if len(shorter) >= sum(map(len, round_)):
                raise PermanentError(
                    "summary_too_long",
                    _("The summaries of the parts came out longer than the parts. Try another model."),
                )
            round_ = self._windows(shorter)
        summary = self._summary(round_[0], self.characters) if round_ else ""
        if not summary:
            raise PermanentError("summary_empty", _("The summary came out empty. Try another model."))
        return Written(summary, self.writer.provider, self.writer.model, sum(map(len, windows)), len(windows))

    def _windows(self, text: str) -> list[str]:
        pieces = (text[start:end] for start, end in chunking.cut(text, self.window))
        return [piece for piece in pieces if piece.strip()]

    def _summaries(self, windows: list[str]) -> list[str]:
        """Of each window its own; blank ones left out."""
        found = []
        for number, window in enumerate(windows):
            self.work.progress(number, len(windows))
            found.append(self._summary(window, min(self.characters, self.window // SHARE_OF_WINDOW)))
        return [summary for summary in found if summary]

    def _summary(self, window: str, characters: int) -> str:
        """Kept from an earlier attempt, or made now and kept."""
        key = self._key(window, characters)
        if key in self.kept:
            return str(self.kept[key]["summary"])
        self.work.check()
        made = self.writer.summarise(window, characters=characters, instructions=self.instructions)
        self.work.spent(made.usage)
        summary = made.text.strip()
        self.work.part(key, {"summary": summary})
        return summary

    def _key(self, window: str, characters: int) -> str:
        facts = (window, self.writer.provider, self.writer.model, self.instructions, str(characters))
        return sha256("\0".join(facts).encode()).hexdigest()
