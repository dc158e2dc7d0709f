"""The stage that sums minutes up: overview, decisions, action items and open questions, each with its places."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import PermanentError
from tasks_app.models import Document
from tasks_app.models import Proceedings as Stored
from tasks_app.providers.summariser import configured
from tasks_app.registry import Stage, StageContext, StageFacts
from tasks_app.stages.common.document_access import DocumentAccessor, own_document, shown_text_in_place, text_digest
from tasks_app.stages.common.prompts import prompt_named
from tasks_app.stages.minutes.by_model import MinutesReader
from tasks_app.text.minutes import proceedings_extraction
from tasks_app.text.minutes.not_understood import not_understood
from tasks_app.text.minutes.proceedings_extraction import ExtractedProceedings, ProceedingsItem
from tasks_app.text.minutes.turns import Turn, turns

OVERVIEW_PROMPT = "minute/overview"


@dataclass(frozen=True, kw_only=True)
class SummarisedMinutes:
    """`coverage` counts the characters that were read, in so many `windows`; `dropped` what was not supported.

    `left_out` counts by reason what of the text became no turn and no decision.
    """

    proceedings: ExtractedProceedings
    turns: Sequence[Turn]
    coverage: int
    windows: int = 1
    calls: int = 0
    seconds: float = 0.0
    dropped: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)


def summarise_proceedings(place: DocumentAccessor = own_document, prompt: str = "minute/summarise") -> Stage:
    """`place` locates a subject's text; `prompt` is the name of the prompt that is used for each window of it.

    What is found goes to the document's `models.Proceedings` and, as text, to its summary.
    """

    def inputs(facts: StageFacts) -> Mapping[str, Any]:
        writer = configured()
        return {
            "text": text_digest(place(facts.subject)),
            "provider": writer.provider,
            "model": writer.model,
            "prompts": [prompt_named(name).version for name in (prompt, OVERVIEW_PROMPT)],
            "window": settings.SUMMARY_WINDOW_CHARACTERS,
            "characters": settings.SUMMARY_CHARACTERS,
        }

    def run(context: StageContext) -> SummarisedMinutes:
        text = shown_text_in_place(place(context.subject))
        endpoint = configured().endpoint
        spoken = turns(text)
        if endpoint is None:
            return _chosen(text, spoken)
        reading = MinutesReader(context, endpoint, prompt_named(prompt), prompt_named(OVERVIEW_PROMPT))
        return SummarisedMinutes(
            proceedings=reading.proceedings_of(text, spoken),
            turns=spoken,
            coverage=reading.coverage,
            windows=reading.windows,
            calls=reading.parts.calls,
            seconds=reading.parts.seconds,
            dropped={reason: count for reason, count in reading.dropped.items() if count},
            left_out=not_understood(text, spoken),
        )

    def save(context: StageContext, found: SummarisedMinutes) -> Mapping[str, Any]:
        document_id = place(context.subject)
        writer = configured()
        summary = readable(found.proceedings)
        Document.objects.filter(pk=document_id).update(
            summary=summary,
            summary_provider=writer.provider,
            summary_model=writer.model[: Document._meta.get_field("summary_model").max_length],
            summary_coverage=found.coverage,
        )
        lines = asdict(found.proceedings)
        Stored.objects.update_or_create(
            document_id=document_id,
            defaults={
                **lines,
                "turns": [_row(turn) for turn in found.turns],
                "dropped": {**found.dropped, **found.left_out},
            },
        )
        return {
            "characters": len(summary),
            "coverage": found.coverage,
            **{name: len(kept) for name, kept in lines.items()},
            "turns": len(found.turns),
            "speakers": len({turn.speaker for turn in found.turns}),
            "windows": found.windows,
            "dropped": sum(found.dropped.values()),
            "provider": writer.provider,
            "model": writer.model,
            "calls": found.calls,
            "call_seconds": round(found.seconds, 2),
        }

    return Stage(name="summarise", label=_("Summarise"), inputs=inputs, run=run, save=save)


def readable(found: ExtractedProceedings) -> str:
    """As text in the project's language, for whatever shows or reads a summary."""
    with translation.override(settings.LANGUAGE_CODE):
        parts = (
            (gettext("Overview"), [line.text for line in found.overview]),
            (
                gettext("Decisions"),
                [f"{line.about}：{line.text}" if line.about else line.text for line in found.decisions],
            ),
            (gettext("Action items"), [_task(line) for line in found.actions]),
            (gettext("Open questions"), [line.text for line in found.questions]),
        )
    return "\n\n".join("\n".join((f"【{name}】", *(f"- {line}" for line in lines))) for name, lines in parts if lines)


def _chosen(text: str, spoken: Sequence[Turn]) -> SummarisedMinutes:
    found = proceedings_extraction.extract(text, spoken, settings.SUMMARY_CHARACTERS)
    if not any((found.overview, found.decisions, found.actions, found.questions)):
        raise PermanentError(
            "summary_empty", _("No sentences were found in the text. Add the full text of the minutes.")
        )
    return SummarisedMinutes(proceedings=found, turns=spoken, coverage=len(text), left_out=not_understood(text, spoken))


def _task(line: ProceedingsItem) -> str:
    facts = [
        f"{name}：{value}" for name, value in ((gettext("Who"), line.who), (gettext("By when"), line.by_when)) if value
    ]
    return f"{line.text}（{'、'.join(facts)}）" if facts else line.text


def _row(turn: Turn) -> list[Any]:
    return [turn.start, turn.end, turn.speech, turn.speaker.name, turn.speaker.role]
