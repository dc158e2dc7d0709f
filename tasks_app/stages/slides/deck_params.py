"""What a job about a deck was asked for, read from its parameters, and who writes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from tasks_app.models.content.slide_deck import SlideStyle
from tasks_app.providers.endpoint import chat_model
from tasks_app.providers.summariser import MODEL, Extractive
from tasks_app.registry import StageFacts

UNTIL, OUTLINE = "until", "outline"
INSTRUCTION, ONLY, BASE = "instruction", "slides", "base"


@dataclass(frozen=True, kw_only=True)
class Refinement:
    """An instruction for the slides numbered in `only` (all where it is empty) of the version `base`."""

    instruction: str
    only: tuple[int, ...]
    base: int


def outline_only(facts: StageFacts) -> bool:
    return facts.params.get(UNTIL) == OUTLINE


def refinement(facts: StageFacts) -> Refinement | None:
    if INSTRUCTION not in facts.params:
        return None
    only = tuple(int(number) for number in facts.params.get(ONLY, ()))
    return Refinement(instruction=str(facts.params[INSTRUCTION]), only=only, base=int(facts.params[BASE]))


def writer() -> Mapping[str, str]:
    """Who writes, as it becomes part of checkpoint keys."""
    endpoint = chat_model()
    if endpoint is None:
        return {"provider": Extractive().provider, "model": ""}
    return {"provider": MODEL, "model": endpoint.model}


def amount(style: str) -> str:
    """The instruction to a model about how much to write, in the language of the project."""
    return {
        SlideStyle.CONCISE.value: _("three short bullets at most on each slide"),
        SlideStyle.STANDARD.value: _("three to five bullets on each slide"),
        SlideStyle.DETAILED.value: _("up to seven full sentences on each slide"),
    }[style]


def digest(data: Any) -> str:
    return sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
