"""The stage that makes one summary of an agenda item from those of its parts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import Message, PermanentError
from tasks_app.models import AgendaItem, AgendaMaterial, AgendaSummary, Document
from tasks_app.models.content.council import agenda_versions
from tasks_app.providers.summariser import configured
from tasks_app.registry import Stage, StageContext, StageFacts
from tasks_app.stages.agenda.fan_out import Child, missing
from tasks_app.stages.agenda.parts import parts_in_scope, scope
from tasks_app.stages.common.document_figures import CALL_FIGURE_LABELS
from tasks_app.stages.common.prompts import prompt_named
from tasks_app.stages.documents.summarise import MapReduceSummary, WrittenSummary

PROMPT = "agenda_content/combine"

FIGURE_LABELS: Mapping[str, Message] = {
    **CALL_FIGURE_LABELS,
    "characters": _("characters"),
    "coverage": _("characters read"),
    "missing": _("missing parts"),
    "parts": _("parts combined"),
    "summary_characters": _("characters of the summary"),
    "summary_coverage": _("characters summarised"),
    "summary_provider": _("summary method"),
    "version": _("version"),
}
"""Of this stage, of `fan_out` before it, and of `outputs_of`."""


@dataclass(frozen=True, kw_only=True)
class PartSummary:
    """What one part gives: its summary, which stands for so many characters of text."""

    heading: str
    summary: str
    coverage: int

    @property
    def text(self) -> str:
        return f"{self.heading}\n\n{self.summary}\n\n" if self.heading else f"{self.summary}\n\n"


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """The pieces there are, and for each part that gave none what `fan_out.missing` says."""

    pieces: Sequence[PartSummary]
    missing: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Combined:
    written: WrittenSummary
    gathered: Gathered


def once(facts: StageFacts) -> str:
    """For kinds that write only if something has changed."""
    return ""


def by_job(facts: StageFacts) -> str:
    """For kinds that write again each time somebody asks."""
    return str(facts.job_id)


def combine(edition: Callable[[StageFacts], str]) -> Stage:
    """`edition` distinguishes what is to be written again although nothing has changed."""

    def inputs(facts: StageFacts) -> Mapping[str, Any]:
        writer, gathered = configured(), _gather(facts)
        return {
            "of": scope(facts),
            "edition": edition(facts),
            "pieces": [sha256(piece.text.encode()).hexdigest() for piece in gathered.pieces],
            "missing": gathered.missing,
            "provider": writer.provider,
            "model": writer.model,
            "prompt": prompt_named(PROMPT).version,
            "window": settings.SUMMARY_WINDOW_CHARACTERS,
            "characters": settings.SUMMARY_CHARACTERS,
        }

    def run(context: StageContext) -> Combined:
        gathered = _gather(context)
        if not gathered.pieces:
            raise PermanentError(
                "no_part_worked",
                _(
                    "None of the %(parts)d parts could be processed. Check their jobs for the cause, fix it, then "
                    "requeue."
                ),
                parts=len(gathered.missing),
            )
        text = "".join(piece.text for piece in gathered.pieces)
        rounds = MapReduceSummary(context, configured(), prompt_named(PROMPT), edition(context))
        return Combined(written=rounds.summary_of(text), gathered=gathered)

    def save(context: StageContext, combined: Combined) -> Mapping[str, Any]:
        written, gathered = combined.written, combined.gathered
        coverage = sum(piece.coverage for piece in gathered.pieces)
        version = agenda_versions.keep_of_job(
            context.subject,
            scope(context),
            context.job_id,
            text=written.summary,
            provider=written.provider,
            model=written.model[: AgendaSummary._meta.get_field("model").max_length],
            coverage=coverage,
            figures={"parts": len(gathered.pieces), "missing": list(gathered.missing)},
        )
        return {
            "version": version.number,
            "parts": len(gathered.pieces),
            "missing": len(gathered.missing),
            "characters": len(written.summary),
            "coverage": coverage,
            "provider": written.provider,
            "model": written.model,
            "calls": written.calls,
            "call_seconds": round(written.seconds, 2),
        }

    return Stage(name="combine", label=_("Combine"), inputs=inputs, run=run, save=save)


def _gather(facts: StageFacts) -> Gathered:
    pieces, absent = [], []
    for part in parts_in_scope(facts):
        why = missing(part)
        if why is None:
            pieces.append(_piece(part))
        else:
            absent.append(why)
    return Gathered(pieces=pieces, missing=absent)


def _piece(part: Child) -> PartSummary:
    subject = part.subject
    assert isinstance(subject, (AgendaItem, AgendaMaterial))
    summary, coverage = Document.objects.values_list("summary", "summary_coverage").get(pk=subject.document_id)
    return PartSummary(heading=f"# {subject.title}", summary=summary, coverage=coverage)


def outputs_of(versions: QuerySet[AgendaSummary]) -> Mapping[str, int | str]:
    """Figures of the newest of these versions that a job wrote; none where there is none."""
    version = versions.filter(edited_at=None).order_by("-pk").first()
    if version is None:
        return {}
    figures: dict[str, int | str] = {
        "version": version.number,
        "parts": version.figures["parts"],
        "missing": len(version.figures["missing"]),
        "summary_characters": len(version.text),
        "summary_coverage": version.coverage,
        "summary_provider": version.provider,
    }
    return {name: value for name, value in figures.items() if value}
