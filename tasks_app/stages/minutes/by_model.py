"""A model reads minutes: window by window side by side, then the overviews of the windows together."""

from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from tasks_app.errors import PermanentError
from tasks_app.prompts import Data, Prompt, RenderedPrompt
from tasks_app.providers.endpoint import Endpoint
from tasks_app.registry import StageContext
from tasks_app.stages.common.prompts import window_request
from tasks_app.stages.common.resumable_map import ResumableMap
from tasks_app.stages.documents.summarise import SUMMARY_TOO_LONG
from tasks_app.stages.minutes.answers import Overview, WindowProceedings, condensed, verified
from tasks_app.text.documents import chunking
from tasks_app.text.japanese.folding import squeeze
from tasks_app.text.minutes.proceedings_extraction import ExtractedProceedings, ProceedingsItem
from tasks_app.text.minutes.quote_finder import Quotable
from tasks_app.text.minutes.turns import Turn

MAX_KEPT = 300
"""Lines kept of each sort: nobody reads more, and a page must hold them."""

SETTING = "SUMMARY_WINDOW_CHARACTERS"

Shape = TypeVar("Shape", bound=BaseModel)


class MinutesReader:
    """One text under the eyes of a model. Finished answers are kept as parts, before they are verified."""

    def __init__(
        self, context: StageContext, endpoint: Endpoint, window_prompt: Prompt, overview_prompt: Prompt
    ) -> None:
        self.endpoint = endpoint
        self.window_prompt = window_prompt
        self.overview_prompt = overview_prompt
        self.parts = ResumableMap(context, endpoint, settings.PROVIDER_CALLS_PER_JOB)
        self.characters = settings.SUMMARY_CHARACTERS
        self.window = settings.SUMMARY_WINDOW_CHARACTERS
        self.coverage = 0
        self.windows = 0
        self.dropped: Counter[str] = Counter()

    def proceedings_of(self, text: str, turns: Sequence[Turn]) -> ExtractedProceedings:
        """Raises PermanentError where nothing of what the model wrote could be verified."""
        windows = [span for span in chunking.cut(text, self.window) if text[slice(*span)].strip()]
        self.windows, self.coverage = len(windows), sum(end - start for start, end in windows)
        answers = self._answers(WindowProceedings, self.window_prompt, [text[start:end] for start, end in windows])
        found = [
            verified(answer, Quotable(text[start:end], start), turns, self.dropped)
            for answer, (start, end) in zip(answers, windows, strict=True)
        ]
        whole = ExtractedProceedings(
            overview=[line for one in found for line in one.overview],
            decisions=self._distinct([line for one in found for line in one.decisions]),
            actions=self._distinct([line for one in found for line in one.actions]),
            questions=self._distinct([line for one in found for line in one.questions]),
        )
        if not any((whole.overview, whole.decisions, whole.actions, whole.questions)):
            raise self._nothing_verified()
        overview = self._condensed(whole.overview) if len(windows) > 1 else whole.overview
        return ExtractedProceedings(
            overview=overview, decisions=whole.decisions, actions=whole.actions, questions=whole.questions
        )

    def _condensed(self, lines: Sequence[ProceedingsItem]) -> Sequence[ProceedingsItem]:
        """Rounds over as many lines as a window holds, until what is left is short enough."""
        while len(lines) > 1:
            batches = self._batches(lines)
            answers = self._answers(Overview, self.overview_prompt, [_numbered(batch) for batch in batches])
            shorter = [
                line
                for answer, batch in zip(answers, batches, strict=True)
                for line in condensed(answer, batch, self.dropped)
            ]
            if not shorter:
                raise self._nothing_verified()
            if len(batches) == 1:
                return shorter
            if _length(shorter) >= _length(lines):
                raise PermanentError("summary_too_long", SUMMARY_TOO_LONG)
            lines = shorter
        return lines

    def _batches(self, lines: Sequence[ProceedingsItem]) -> list[list[ProceedingsItem]]:
        batches: list[list[ProceedingsItem]] = [[]]
        for line in lines:
            if batches[-1] and _length([*batches[-1], line]) > self.window:
                batches.append([])
            batches[-1].append(line)
        return batches

    def _answers(self, shape: type[Shape], prompt: Prompt, texts: Sequence[str]) -> list[Shape]:
        """One for each text, in order."""

        def told(text: str) -> RenderedPrompt:
            return prompt.render(document=Data(text), characters=self.characters)

        answers = self.parts.run([window_request(self.endpoint, told, shape, text, setting=SETTING) for text in texts])
        return [shape.model_validate(answer) for answer in answers]

    def _distinct(self, lines: Sequence[ProceedingsItem]) -> list[ProceedingsItem]:
        """The first of those that say the same; no more than are kept."""
        distinct = list({squeeze(line.text): line for line in reversed(lines)}.values())[::-1]
        self.dropped["left_out"] += len(distinct[MAX_KEPT:])
        return distinct[:MAX_KEPT]

    def _nothing_verified(self) -> PermanentError:
        return PermanentError(
            "proceedings_unverified",
            _("Nothing the model %(model)s wrote about the meeting was found in the text. Use another model."),
            model=self.endpoint.model,
        )


def _numbered(lines: Sequence[ProceedingsItem]) -> str:
    return "\n".join(f"{number}: {line.text}" for number, line in enumerate(lines, start=1))


def _length(lines: Sequence[ProceedingsItem]) -> int:
    return len(_numbered(lines))
