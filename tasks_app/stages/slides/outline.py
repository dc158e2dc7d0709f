"""The stage that plans a deck: so many slides, what each is to say, and in which form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import PermanentError
from tasks_app.models import SlideDeck
from tasks_app.prompts import Data
from tasks_app.providers.endpoint import Endpoint, chat_model
from tasks_app.providers.llm import ChatModel
from tasks_app.providers.structured import Structured, ask
from tasks_app.providers.summariser import configured
from tasks_app.registry import Skipped, Stage, StageContext, StageFacts
from tasks_app.stages.common.halving import MIN_CHARACTERS, shrinking
from tasks_app.stages.common.prompts import messages, prompt_named
from tasks_app.stages.common.provider_calls import run_concurrently
from tasks_app.stages.documents.summarise import map_reduce
from tasks_app.stages.slides import deck_params
from tasks_app.stages.slides.load_sources import material_of
from tasks_app.text.decks import extracts
from tasks_app.text.decks.deck import Outline, Remark
from tasks_app.text.decks.deck_sources import DeckSources
from tasks_app.text.japanese.cleaning import readable

PROMPT = "slides/outline"

BY_STAFF = _("The outline was edited by staff and is used as it is.")
REFINING = _("The existing slides are refined; their outline is kept.")
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
    if refinement := deck_params.refinement(facts):
        return {"base": refinement.base}
    if deck.outline_edited:
        return {"edited": deck_params.digest(deck.outline)}
    reader = configured()
    return {
        **deck_params.writer(),
        "material": deck.material_digest(),
        "slides": deck.target_slides,
        "key_points": deck.key_points,
        "style": deck.style,
        "prompt": prompt_named(PROMPT).version,
        "read_by": [reader.provider, reader.model],
        "characters": settings.SLIDES_OUTLINE_CHARACTERS,
    }


def _run(context: StageContext) -> Planned | Skipped:
    deck: SlideDeck = context.subject
    if deck_params.refinement(context):
        return Skipped(reason=REFINING)
    if deck.outline_edited:
        return Skipped(reason=BY_STAFF)
    material = material_of(deck)
    endpoint = chat_model()
    if endpoint is None:
        return _extracted(deck, material)
    return shrinking(
        partial(_by_model, context, deck, material, endpoint),
        settings.SLIDES_OUTLINE_CHARACTERS,
        MIN_CHARACTERS,
        setting="SLIDES_OUTLINE_CHARACTERS",
    )


def _extracted(deck: SlideDeck, material: DeckSources) -> Planned:
    with translation.override("ja" if extracts.is_japanese(material) else "en"):
        slides = extracts.outline(material, deck.title, deck.target_slides, str(EXTRACTED))
    characters = len(material.whole)
    return _judged(Outline(slides=slides), deck.target_slides, coverage=characters, characters=characters)


def _by_model(
    context: StageContext, deck: SlideDeck, material: DeckSources, endpoint: Endpoint, characters: int
) -> Planned:
    read = map_reduce(context, material.whole, characters)
    told = prompt_named(PROMPT).render(
        slides=deck.target_slides,
        title=" ".join(deck.title.split()),
        style=deck_params.amount(deck.style),
        key_points=readable(deck.key_points),
        document=Data(read.summary),
    )
    asked = partial(
        ask, ChatModel(endpoint=endpoint), messages(told), Outline, partial(_objection, wanted=deck.target_slides)
    )
    answers: dict[str, Structured[Outline]] = dict(run_concurrently(context, endpoint, {PROMPT: asked}, 1))
    answer = answers[PROMPT]
    context.record_usage(answer.usage)
    planned = _judged(answer.value, deck.target_slides, coverage=read.coverage, characters=len(material.whole))
    if len(planned.outline.slides) * 2 < deck.target_slides:
        raise PermanentError(
            "outline_too_short",
            _("The model planned %(found)d slides instead of %(wanted)d, even after a reminder. Use another model."),
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
    """The outline with numbered slides; a remark reports a number of slides other than the wanted one."""
    count = len(found.slides)
    told = [Remark(code="other_number", details={"wanted": wanted, "found": count})] if count != wanted else []
    return Planned(outline=found.numbered(), coverage=coverage, characters=characters, remarks=told)


def _save(context: StageContext, planned: Planned) -> Mapping[str, Any]:
    """Unless staff changed the outline meanwhile."""
    who = deck_params.writer()
    SlideDeck.objects.filter(pk=context.subject.pk, outline_edited=False).update(
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
