"""How the time of every function over text grows with the text, on texts that are made to be slow.

A function whose time grows faster than its text can be hung by anyone who writes the text. Only the exponent is judged,
never seconds: it is the same on every machine.
"""

import csv
import importlib
import inspect
import pkgutil
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import log
from time import process_time
from typing import Any

from django.core.exceptions import ValidationError

import tasks_app.text
from benchmarks.support.report import Aim, Report
from tasks_app.text.check.rule import Setting
from tasks_app.text.check.rules import RULES
from tasks_app.text.documents.difference import difference
from tasks_app.text.japanese.morphology import Analysed

MAX_EXPONENT = 1.3
"""1 is time that grows as its text does; sorting and a busy machine add some."""

FIRST, STEP, LAST = 250, 4, 1_000_000
"""Characters: where a measurement starts, by how much the text grows, and where it ends at the latest."""

ENOUGH_SECONDS = 0.25
"""Of one call, after which its growth is seen."""

SEEN_SECONDS = 0.02
"""Shorter calls tell nothing about growth."""

REPEATED = (
    *" \n\u3000aA0あアー漢。、・…-=#*_`|>[]()（）「」【<{:;,./@&\\\"'○第",
    "[ ", "[1", "[1]", "[1, ", "[1 2", "（あ", "「あ", "1,", "1.", "第1", "a.", "a@", "<a ", "<!--", "&#",
    "http://", "あ 、", "○市長 ", "をを", "01:02 ", "００", "1\n", "- a\n", "# a\n", "|a|b", "あ\n", "\n\n", " \n",
    "\t ", "令和1年", "a b", "[a](b",
)  # fmt: skip
"""What the texts are made of, over and over: what expressions look for, and what they must give up on at the end."""


@dataclass(frozen=True)
class TextFunction:
    """A function over one text, by the name it is reported under."""

    name: str
    call: Callable[[str], Any]


def discovered() -> Iterator[TextFunction]:
    """Every public function of tasks_app.text that needs a text and nothing else."""
    for found in pkgutil.walk_packages(tasks_app.text.__path__, f"{tasks_app.text.__name__}."):
        if found.name.endswith("__main__"):
            continue
        module = importlib.import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == found.name and _is_public(name) and _takes_a_text(function):
                yield TextFunction(f"{found.name.removeprefix('tasks_app.text.')}.{name}", function)


def _is_public(name: str) -> bool:
    """A `main` belongs to a process of its own."""
    return not name.startswith("_") and name != "main"


def _takes_a_text(function: Callable[..., Any]) -> bool:
    parameters = list(inspect.signature(function).parameters.values())
    required = [one for one in parameters[1:] if one.default is inspect.Parameter.empty]
    return bool(parameters) and parameters[0].annotation is str and not required


def named() -> Iterator[TextFunction]:
    """Functions that need more than a text."""
    yield TextFunction("difference, other text", lambda text: difference(text, text[::-1]))
    yield TextFunction("difference, changed sentences", lambda text: difference(text, text.replace(text[:1], "b。")))
    for rule in RULES:
        yield TextFunction(f"rule {rule.id}", lambda text, rule=rule: rule.find(Analysed(text), Setting()))  # type: ignore[misc]


def growth(subject: TextFunction, repeated: str) -> tuple[float, int]:
    """(exponent, characters at which it was seen); the exponent is 0 where all calls are too short to tell."""
    times: list[tuple[int, float]] = []
    size = FIRST
    while size <= LAST:
        text = (repeated * (size // len(repeated) + 1))[:size]
        times.append((size, _seconds(subject.call, text)))
        if times[-1][1] > ENOUGH_SECONDS:
            break
        size *= STEP
    exponents = [
        (log(later / earlier) / log(large / small), large)
        for (small, earlier), (large, later) in pairwise(times)
        if later > SEEN_SECONDS
    ]
    return exponents[-1] if exponents else (0.0, size)


def _seconds(call: Callable[[str], Any], text: str) -> float:
    """What a function refuses takes its time too."""
    started = process_time()
    try:
        made = call(text)
        if isinstance(made, Iterator):
            deque(made, maxlen=0)
    except (ValueError, LookupError, RecursionError, csv.Error, ValidationError):
        pass
    return max(process_time() - started, 1e-9)


def run(say: Callable[[str], object]) -> Report:
    """Each function on each text; what seems to grow too fast is measured twice more, and the least counts."""
    rows: dict[str, dict[str, Any]] = {}
    for subject in (*discovered(), *named()):
        worst, at, text = 0.0, 0, ""
        for repeated in REPEATED:
            exponent, size = growth(subject, repeated)
            if exponent > MAX_EXPONENT:
                exponent, size = min((exponent, size), growth(subject, repeated), growth(subject, repeated))
            if exponent > worst:
                worst, at, text = exponent, size, repeated
        rows[subject.name] = {"exponent": worst, "characters": at, "text": repr(text)}
        say(f"{subject.name}: {worst:.2f} at {at} characters of {text!r}")
    aims = [
        Aim(what=name, aim=f"<= {MAX_EXPONENT}", value=row["exponent"], holds=row["exponent"] <= MAX_EXPONENT)
        for name, row in rows.items()
    ]
    return Report(bench="growth", aims=aims, rows=rows)
