"""The rules that need no model, in the order in which they are shown."""

from collections.abc import Callable, Iterator

from tasks_app.text.check.rule import Category, Rule, RuleHit, Setting
from tasks_app.text.check.rules.grammar import (
    auxiliaries,
    doubled_honorific,
    doubled_particle,
    i_dropping,
    ra_dropping,
    sentence_length,
    style_mix,
    wordy,
)
from tasks_app.text.check.rules.notation import (
    brackets,
    comma_style,
    commas,
    eras,
    kana,
    names,
    numbers,
    okurigana,
    punctuation,
    spelling,
    terms,
    width,
)
from tasks_app.text.japanese.morphology import Analysed

RULES: tuple[Rule, ...] = (
    punctuation.RULE,
    brackets.RULE,
    comma_style.RULE,
    okurigana.RULE,
    ra_dropping.RULE,
    i_dropping.RULE,
    doubled_particle.RULE,
    doubled_honorific.RULE,
    wordy.RULE,
    numbers.RULE,
    auxiliaries.RULE,
    kana.RULE,
    eras.RULE,
    spelling.RULE,
    width.RULE,
    width.NUMBERS,
    style_mix.RULE,
    names.RULE,
    terms.TERMS,
    terms.FORBIDDEN,
    sentence_length.RULE,
    commas.RULE,
)

BY_ID = {rule.id: rule for rule in RULES}

VERSION = 2
"""Raised whenever any rule finds something else than before, so that checks are done again."""


def applicable(analysed: Analysed, setting: Setting, categories: frozenset[Category]) -> list[Rule]:
    """The rules that have a say about such a text."""
    return [
        rule
        for rule in RULES
        if rule.category in categories
        and setting.profile in rule.profiles
        and (rule.any_language or analysed.is_japanese)
    ]


def hits(
    analysed: Analysed,
    setting: Setting,
    categories: frozenset[Category],
    check: Callable[[], None] = lambda: None,
) -> Iterator[tuple[Rule, RuleHit]]:
    """What each rule objects to. `check` is called between them and may raise to give up."""
    for rule in applicable(analysed, setting, categories):
        check()
        for finding in rule.find(analysed, setting):
            yield rule, finding
