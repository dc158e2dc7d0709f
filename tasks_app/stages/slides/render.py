"""The stage that makes the PowerPoint file and, with it, a version of the deck."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.models import SlideDeck, SlideTemplate, SlideVersion
from tasks_app.models.content.slide_deck import deck_name
from tasks_app.registry import Skipped, Stage, StageContext, StageFacts
from tasks_app.stages.documents.confined_process import ConfinedProcess
from tasks_app.stages.slides import deck_params
from tasks_app.stages.slides.template import checked, refusal
from tasks_app.stages.slides.write import OUTLINE_ONLY
from tasks_app.text.decks.deck import Remark
from tasks_app.text.extraction.common.confined import INPUT, OUTPUT

PRINTING = "tasks_app.text.decks.pptx.printing"
RENDERER = 1
"""Raised when the same slides come out differently, so that a requeue renders them again."""


@dataclass(frozen=True, kw_only=True)
class DeckFile:
    """A .pptx; `pages` contains, for each page in it, which slide of the deck it shows."""

    content: bytes
    pages: list[int]
    remarks: list[Remark]


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A rendering and the token under which its file is stored."""

    token: UUID
    rendered: DeckFile
    size: int


def render_deck() -> Stage:
    return Stage(name="render", label=_("Create the PowerPoint file"), inputs=_inputs, run=_run, save=_save)


def _inputs(facts: StageFacts) -> Mapping[str, Any]:
    deck: SlideDeck = facts.subject
    if deck_params.outline_only(facts):
        return {deck_params.UNTIL: deck_params.OUTLINE}
    template = _chosen(deck)
    return {
        "slides": deck_params.digest(deck.slides),
        "template": template.content_digest if template else deck.template_title,
        "language": settings.LANGUAGE_CODE,
        "renderer": RENDERER,
    }


def _run(context: StageContext) -> Printed | Skipped:
    if deck_params.outline_only(context):
        return Skipped(reason=OUTLINE_ONLY)
    deck: SlideDeck = context.subject
    template = _template(deck, context)
    rendered = _rendered(deck, template, context)
    if template is None and deck.template_title:
        rendered.remarks.append(Remark(code="template_gone", details={"title": deck.template_title}))
    return Printed(token=_stored(context, rendered.content), rendered=rendered, size=len(rendered.content))


def _rendered(deck: SlideDeck, template: bytes | None, context: StageContext) -> DeckFile:
    """Made by a process of its own: only there a stranger's template is opened."""
    words = {"sources": gettext("Sources:"), "continued": gettext("(continued)"), "shortened": gettext("Full text:")}
    with TemporaryDirectory(prefix="notebookops-") as folder:
        if template is not None:
            (Path(folder) / INPUT).write_bytes(template)
        printing = ConfinedProcess(module=PRINTING, error=refusal, check=context.check)
        made = printing.ask(Path(folder), {"slides": deck.slides, "words": words})
        content = (Path(folder) / OUTPUT).read_bytes()
    remarks = [Remark.model_validate(remark) for remark in made["remarks"]]
    return DeckFile(content=content, pages=made["pages"], remarks=remarks)


def _chosen(deck: SlideDeck) -> SlideTemplate | None:
    """The template's row as it is now."""
    return SlideTemplate.objects.filter(pk=deck.template_id).first() if deck.template_id else None


def _template(deck: SlideDeck, context: StageContext) -> bytes | None:
    """What the chosen template holds; None where none was chosen, or where it was deleted meanwhile."""
    template = _chosen(deck)
    if template is None:
        return None
    try:
        with template.file.open("rb") as file:
            return checked(file, template.filename, context.check)
    except FileNotFoundError:
        if not SlideTemplate.objects.filter(pk=template.pk).exists():
            return None
        raise refusal("template_missing") from None


def _stored(context: StageContext, content: bytes) -> UUID:
    """Store the file under a new token; files of renderings that never became a version are removed.

    Only of those that were there before this one: keeping its own token proves that nobody has taken the job over, so
    none of them belongs to a later attempt.
    """
    formers = [UUID(key) for key in context.parts()]
    token = uuid4()
    context.part(str(token), {})
    for former in formers:
        if not SlideVersion.objects.filter(token=former).exists():
            default_storage.delete(deck_name(former))
    default_storage.save(deck_name(token), ContentFile(content))
    return token


def _save(context: StageContext, printed: Printed) -> Mapping[str, Any]:
    """The new version becomes the current one; the oldest beyond SLIDES_VERSIONS_KEPT go, with their files."""
    deck = SlideDeck.objects.get(pk=context.subject.pk)
    refinement = deck_params.refinement(context)
    newest = deck.versions.aggregate(number=Max("number"))["number"] or 0
    remarks = [*deck.remarks, *(remark for slide in deck.slides for remark in slide["remarks"])]
    version, _created = SlideVersion.objects.get_or_create(
        token=printed.token,
        defaults={
            "deck": deck,
            "number": newest + 1,
            "slides": deck.slides,
            "pages": printed.rendered.pages,
            "remarks": [*remarks, *(remark.model_dump(mode="json") for remark in printed.rendered.remarks)],
            "instruction": refinement.instruction if refinement else "",
            "written_by": deck.written_by,
            "model": deck.model,
            "coverage": deck.coverage,
            "source_characters": deck.source_characters,
            "file": deck_name(printed.token),
            "filename": f"{slugify(deck.title, allow_unicode=True)[:200] or 'slides'}.pptx",
        },
    )
    SlideDeck.objects.filter(pk=deck.pk).update(current=version)
    kept = list(deck.versions.values_list("pk", flat=True)[: settings.SLIDES_VERSIONS_KEPT])
    deck.versions.exclude(pk__in=[*kept, version.pk]).delete()
    return {"slides": len(deck.slides), "pages": len(printed.rendered.pages), "bytes": printed.size}
