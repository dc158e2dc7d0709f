"""What a rule is: a function from an analysed text to what it objects to."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tasks_app.text.japanese.morphology import Analysed


class Category(StrEnum):
    TYPO = "typo"
    GRAMMAR = "grammar"
    EXPRESSION = "expression"
    CONSISTENCY = "consistency"
    TERMINOLOGY = "terminology"
    HONORIFIC = "honorific"
    READABILITY = "readability"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Profile(StrEnum):
    """The type of a document, which decides what is expected of it."""

    OFFICIAL = "official"
    ASSEMBLY = "assembly"
    NOTICE = "notice"
    FREE = "free"


EVERY = frozenset(Profile)
GUIDED = frozenset({Profile.OFFICIAL, Profile.ASSEMBLY, Profile.NOTICE})


@dataclass(frozen=True, kw_only=True)
class RuleHit:
    """`text[start:end]` and what to write instead; empty where only a person can tell.

    `details` fill the placeholders of the explanation.
    """

    start: int
    end: int
    suggestion: str = ""
    details: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Term:
    """What staff want written `correct` instead of `term`; without `correct`, what must not be written at all."""

    term: str
    correct: str = ""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What rules receive besides the text."""

    profile: Profile = Profile.OFFICIAL
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`label` and `explanation` are message ids. `clause` is the section of 公用文作成の考え方 that it rests on.

    `any_language`: it needs no Japanese grammar and also speaks up about other texts.
    """

    id: str
    label: str
    explanation: str
    category: Category
    severity: Severity
    find: Callable[[Analysed, Setting], Iterable[RuleHit]]
    clause: str = ""
    profiles: frozenset[Profile] = EVERY
    any_language: bool = False


def gettext_noop(message: str) -> str:
    """A mark for translators. Django's own would bring Django here."""
    return message


SHOWN_OF_EACH = 2
"""Findings about one word that are shown: who knows of these looks for the others."""


def first_of_each(hits: Iterable[RuleHit]) -> Iterator[RuleHit]:
    """Without those that suggest what SHOWN_OF_EACH before them have suggested."""
    shown: Counter[str] = Counter()
    for hit in hits:
        shown[hit.suggestion] += 1
        if shown[hit.suggestion] <= SHOWN_OF_EACH:
            yield hit


def replaced(
    text: str, pattern: "re.Pattern[str]", replacement: str | Callable[["re.Match[str]"], str]
) -> Iterator[RuleHit]:
    """A finding for each match, to be written as `replacement` says."""
    for match in pattern.finditer(text):
        written = replacement(match) if callable(replacement) else match.expand(replacement)
        if written != match.group():
            yield RuleHit(start=match.start(), end=match.end(), suggestion=written)
