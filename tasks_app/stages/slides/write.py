"""The stage that writes the slides of an outline side by side, or rewrites those that an instruction names."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from tasks_app.errors import PermanentError
from tasks_app.models import SlideDeck, SlideVersion
from tasks_app.prompts import Data, Prompt, RenderedPrompt
from tasks_app.providers.endpoint import Endpoint, chat_model
from tasks_app.providers.structured import Structured
from tasks_app.registry import Skipped, Stage, StageContext, StageFacts
from tasks_app.stages.common.halving import MIN_CHARACTERS, shrinking
from tasks_app.stages.common.prompts import prompt_named, structured_request
from tasks_app.stages.common.resumable_map import PartRequest, ResumableMap
from tasks_app.stages.slides import deck_params
from tasks_app.stages.slides.deck_params import Refinement
from tasks_app.stages.slides.load_sources import material_of
from tasks_app.text.decks.checking import checked, planned_content
from tasks_app.text.decks.deck import WITHOUT_CONTENT, Content, Layout, Outline, OutlineSlide, Slide, Slides
from tasks_app.text.decks.deck_sources import DeckSources
from tasks_app.text.decks.numerals import numbers
from tasks_app.text.japanese.cleaning import readable

PROMPT, REFINE_PROMPT = "slides/write", "slides/refine"
OUTLINE_ONLY = _("Only the outline was requested.")

PASSAGE_CHARACTERS = 4000
"""How much of the sources a model is given to write one slide from: some two pages, of which a slide says a tenth."""

SHOWN_TO_MODEL = {"number", "citations", "remarks", "evidence"}
"""What of a slide a model that refines it has no use for."""


class Revised(Content):
    """A rewritten slide, whose form may be another."""

    layout: Layout


@dataclass(frozen=True, kw_only=True)
class WrittenSlides:
    """`calls` and `seconds` are those of this attempt."""

    slides: list[Slide]
    calls: int = 0
    seconds: float = 0.0


def write() -> Stage:
    return Stage(name="write", label=_("Write slides"), inputs=_inputs, run=_run, save=_save)


def _inputs(facts: StageFacts) -> Mapping[str, Any]:
    deck: SlideDeck = facts.subject
    if deck_params.outline_only(facts):
        return {deck_params.UNTIL: deck_params.OUTLINE}
    shared = {**deck_params.writer(), "material": deck.material_digest(), "passages": PASSAGE_CHARACTERS}
    if refinement := deck_params.refinement(facts):
        asked = [refinement.base, refinement.instruction, list(refinement.only)]
        return {**shared, "refine": asked, "prompt": prompt_named(REFINE_PROMPT).version}
    return {
        **shared,
        "outline": deck_params.digest(deck.outline),
        "style": deck.style,
        "key_points": deck.key_points,
        "prompt": prompt_named(PROMPT).version,
    }


def _run(context: StageContext) -> WrittenSlides | Skipped:
    if deck_params.outline_only(context):
        return Skipped(reason=OUTLINE_ONLY)
    writing = _Writing(context, chat_model())
    refinement = deck_params.refinement(context)
    return writing.refined(refinement) if refinement else writing.written()


def _save(context: StageContext, written: WrittenSlides) -> Mapping[str, Any]:
    who = deck_params.writer()
    slides = Slides(slides=written.slides).model_dump(mode="json")["slides"]
    limit = SlideDeck._meta.get_field("model").max_length
    SlideDeck.objects.filter(pk=context.subject.pk).update(
        slides=slides, written_by=who["provider"], model=who["model"][:limit]
    )
    return {
        "slides": len(slides),
        "citations": sum(len(slide.citations) for slide in written.slides),
        "remarks": sum(len(slide.remarks) for slide in written.slides),
        **who,
        "calls": written.calls,
        "call_seconds": round(written.seconds, 2),
    }


class _Writing:
    """Slides by a model, each kept as a part; without one, what the outline says."""

    def __init__(self, context: StageContext, endpoint: Endpoint | None) -> None:
        self.deck: SlideDeck = context.subject
        self.endpoint = endpoint
        self.material: DeckSources = material_of(self.deck)
        self.known = numbers(self.material.whole)
        self.parts = ResumableMap(context, endpoint, settings.PROVIDER_CALLS_PER_JOB)

    def written(self) -> WrittenSlides:
        planned = Outline.model_validate({"slides": self.deck.outline}).numbered().slides
        prompt = prompt_named(PROMPT)
        told = {slide.number: partial(self._told, prompt, slide) for slide in planned if self._needs_writing(slide)}
        contents = self._asked(told, Content) if self.endpoint else {}
        slides = [self._finished(slide, contents.get(slide.number) or planned_content(slide)) for slide in planned]
        return WrittenSlides(slides=slides, calls=self.parts.calls, seconds=self.parts.seconds)

    def refined(self, wanted: Refinement) -> WrittenSlides:
        """Slides that were not named stay as they are."""
        if self.endpoint is None:
            raise PermanentError(
                "refine_without_model",
                _("Refining slides requires a model, and none is configured. Edit the outline, or configure a model."),
            )
        base = self._base(wanted.base)
        named = [slide for slide in base if not wanted.only or slide.number in wanted.only]
        if not named:
            raise PermanentError("no_such_slide", _("Version %(version)d has no such slide."), version=wanted.base)
        prompt = prompt_named(REFINE_PROMPT)
        told = {slide.number: partial(self._told_again, prompt, slide, wanted.instruction) for slide in named}
        contents = self._asked(told, Revised)
        slides = [self._revised(slide, contents[slide.number]) if slide.number in contents else slide for slide in base]
        return WrittenSlides(slides=slides, calls=self.parts.calls, seconds=self.parts.seconds)

    def _needs_writing(self, slide: OutlineSlide) -> bool:
        return self.endpoint is not None and slide.layout not in WITHOUT_CONTENT

    def _finished(self, planned: OutlineSlide, content: Content) -> Slide:
        return checked(content, planned.number, planned.layout, planned.points, self.material, self.known)

    def _revised(self, slide: Slide, revised: Revised) -> Slide:
        return checked(revised, slide.number, revised.layout, slide.bullets, self.material, self.known)

    def _base(self, number: int) -> Sequence[Slide]:
        kept = SlideVersion.objects.filter(deck=self.deck, number=number).values_list("slides", flat=True).first()
        if kept is None:
            raise PermanentError(
                "version_gone", _("Version %(version)d, which was to be refined, no longer exists."), version=number
            )
        return Slides.model_validate({"slides": kept}).slides

    def _told(self, prompt: Prompt, slide: OutlineSlide, characters: int) -> RenderedPrompt:
        plan = "\n".join((slide.title, *slide.points))
        return prompt.render(
            title=" ".join(self.deck.title.split()),
            layout=slide.layout.value,
            style=deck_params.amount(self.deck.style),
            plan=Data(plan),
            key_points=readable(self.deck.key_points),
            document=Data(self.material.about(plan, characters)),
        )

    def _told_again(self, prompt: Prompt, slide: Slide, instruction: str, characters: int) -> RenderedPrompt:
        shown = json.dumps(slide.model_dump(mode="json", exclude=SHOWN_TO_MODEL), ensure_ascii=False)
        about = "\n".join((instruction, slide.title, *slide.bullets))
        return prompt.render(
            title=" ".join(self.deck.title.split()),
            instruction=readable(instruction),
            slide=Data(shown),
            document=Data(self.material.about(about, characters)),
        )

    def _asked(self, told: Mapping[int, Callable[[int], RenderedPrompt]], shape: type[Any]) -> dict[int, Any]:
        """By number of slide, what the model wrote; `told` renders a prompt with so many characters of the sources."""
        written = self.parts.run([self._request(one, shape, number) for number, one in told.items()])
        return {number: shape.model_validate(one) for number, one in zip(told, written, strict=True)}

    def _request(
        self, told: Callable[[int], RenderedPrompt], shape: type[Any], number: int
    ) -> PartRequest[Structured[BaseModel]]:
        endpoint = self.endpoint
        assert endpoint is not None

        def asked(characters: int) -> Structured[BaseModel]:
            return structured_request(endpoint, told(characters), shape, number).call()

        return replace(
            structured_request(endpoint, told(PASSAGE_CHARACTERS), shape, number),
            call=partial(shrinking, asked, PASSAGE_CHARACTERS, MIN_CHARACTERS),
        )
