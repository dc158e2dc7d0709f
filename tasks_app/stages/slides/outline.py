"""The stage that plans a deck: so many slides, what each is to say, and in which form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import PermanentError
from tasks_app.models import SlideDeck
from tasks_app.prompts import Data
from tasks_app.providers.endpoint import Endpoint, chat_model
from tasks_app.providers.llm import ChatModel
from tasks_app.providers.structured import Structured, ask
from tasks_app.providers.summariser import configured
from tasks_app.registry import Skipped, Stage, StageFacts, Work
from tasks_app.stages.common.prompts import messages, prompt_named
from tasks_app.stages.common.provider_calls import side_by_side
from tasks_app.stages.documents.summarise import condensed
from tasks_app.stages.slides import wish
from tasks_app.stages.slides.material import material_of
from tasks_app.text.decks import extracts
from tasks_app.text.decks.deck import Outline, Remark
from tasks_app.text.decks.material import Material
from tasks_app.text.japanese.cleaning import readable

PROMPT = "slides/outline"

BY_STAFF = _("The outline was edited by staff and is taken as it is.")
REFINING = _("The slides that there are get refined; they keep their outline.")
EXTRACTED = _("Outline extracted automatically (no AI used)")
"""The label of decks that no model wrote."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """`coverage` counts the characters of the sources, of `characters`, that went into the outline."""

    outline: Outline
    coverage: int
    characters: int
    calls: int = 0
    seconds: float = 0.0
    remarks: list[Remark] = field(default_factory=list)


def outline() -> Stage:
    return Stage(name="outline", label=_("Outline"), inputs=_inputs, run=_run, save=_save)


def _inputs(facts: StageFacts) -> Mapping[str, Any]:
    deck: SlideDeck = facts.subject
    if refinement := wish.refinement(facts):
        return {"base": refinement.base}
    if deck.outline_edited:
        return {"edited": wish.digest(deck.outline)}
    reader = configured()
    return {
        **wish.writer(),
        "material": deck.material_digest(),
        "slides": deck.target_slides,
        "key_points": deck.key_points,
        "style": deck.style,
        "prompt": prompt_named(PROMPT).version,
        "read_by": [reader.provider, reader.model],
        "characters": settings.SLIDES_OUTLINE_CHARACTERS,
    }


def _run(work: Work) -> Planned | Skipped:
    deck: SlideDeck = work.subject
    if wish.refinement(work):
        return Skipped(reason=REFINING)
    if deck.outline_edited:
        return Skipped(reason=BY_STAFF)
    material = material_of(deck)
    endpoint = chat_model()
    return _extracted(deck, material) if endpoint is None else _by_model(work, deck, material, endpoint)


def _extracted(deck: SlideDeck, material: Material) -> Planned:
    slides = extracts.outline(material, deck.title, deck.target_slides, str(EXTRACTED))
    characters = len(material.whole)
    return _judged(Outline(slides=slides), deck.target_slides, coverage=characters, characters=characters)


def _by_model(work: Work, deck: SlideDeck, material: Material, endpoint: Endpoint) -> Planned:
    read = condensed(work, material.whole, settings.SLIDES_OUTLINE_CHARACTERS)
    told = prompt_named(PROMPT).render(
        slides=deck.target_slides,
        title=" ".join(deck.title.split()),
        style=wish.amount(deck.style),
        key_points=readable(deck.key_points),
        document=Data(read.summary),
    )
    asked = partial(
        ask, ChatModel(endpoint=endpoint), messages(told), Outline, partial(_objection, wanted=deck.target_slides)
    )
    answers: dict[str, Structured[Outline]] = dict(side_by_side(work, endpoint, {PROMPT: asked}, 1))
    answer = answers[PROMPT]
    work.spent(answer.usage)
    planned = _judged(answer.value, deck.target_slides, coverage=read.coverage, characters=len(material.whole))
    if len(planned.outline.slides) * 2 < deck.target_slides:
        raise PermanentError(
            "outline_too_short",
            _("The model planned %(found)d slides where %(wanted)d were asked for, even when told. Use another model."),
            found=len(planned.outline.slides),
            wanted=deck.target_slides,
        )
    return Planned(
        outline=planned.outline,
        coverage=planned.coverage,
        characters=planned.characters,
        calls=read.calls + 1,
        seconds=read.seconds + answer.seconds,
        remarks=planned.remarks,
    )


def _objection(found: Outline, *, wanted: int) -> str:
    """In words for the model."""
    numbers = [slide.number for slide in found.slides]
    faults = []
    if len(numbers) != wanted:
        faults.append(f"There must be exactly {wanted} slides; there were {len(numbers)}.")
    if any(numbers) and numbers != list(range(1, len(numbers) + 1)):
        faults.append("The slides must be numbered 1, 2, 3 and so on, each number once and in order.")
    return "\n".join(faults)


def _judged(found: Outline, wanted: int, *, coverage: int, characters: int) -> Planned:
    """Numbered by us; another number of slides than asked for is told."""
    count = len(found.slides)
    told = [Remark(code="other_number", details={"wanted": wanted, "found": count})] if count != wanted else []
    return Planned(outline=found.numbered(), coverage=coverage, characters=characters, remarks=told)


def _save(work: Work, planned: Planned) -> Mapping[str, Any]:
    """Unless staff changed the outline meanwhile."""
    who = wish.writer()
    SlideDeck.objects.filter(pk=work.subject.pk, outline_edited=False).update(
        outline=planned.outline.model_dump(mode="json")["slides"],
        outlined_by=who["provider"],
        remarks=[remark.model_dump(mode="json") for remark in planned.remarks],
        coverage=planned.coverage,
        source_characters=planned.characters,
    )
    return {
        "slides": len(planned.outline.slides),
        "coverage": planned.coverage,
        "characters": planned.characters,
        **who,
        "calls": planned.calls,
        "call_seconds": round(planned.seconds, 2),
    }
