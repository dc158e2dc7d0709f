"""Precision and recall of each rule over labelled sentences.

The set is one file per rule, `<rule id>.txt`: a line `+ text` must be found fault with by this rule, a line `- text`
must not; `\\n` stands for a line end, and `! term => correct` or `! term` puts a term into the glossary.
"""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from benchmarks.support.report import Aim, Report
from tasks_app.text.check.rule import Rule, Setting, Severity, Term
from tasks_app.text.check.rules import RULES
from tasks_app.text.japanese.morphology import Analysed

DATA = Path(settings.BASE_DIR) / "tests" / "unit" / "text" / "check" / "rules" / "labelled"
MIN_PRECISION = 0.9
"""A rule below this may only inform."""


@dataclass(frozen=True, kw_only=True)
class Labelled:
    faulty: list[str]
    sound: list[str]
    setting: Setting


@dataclass(frozen=True, kw_only=True)
class Score:
    """`missed` are faulty texts nothing was said about, `false` sound ones with a finding."""

    rule: Rule
    faulty: int
    sound: int
    missed: list[str]
    false: list[str]

    @property
    def precision(self) -> float:
        found = self.faulty - len(self.missed)
        return found / (found + len(self.false)) if found else 0.0

    @property
    def recall(self) -> float:
        return (self.faulty - len(self.missed)) / self.faulty


def labelled(path: Path) -> Labelled:
    """Raises ValueError on a line of no known kind."""
    by_sign: dict[str, list[str]] = {"+": [], "-": [], "!": []}
    for line in path.read_text("utf-8").splitlines():
        sign, _space, text = line.partition(" ")
        if sign not in by_sign:
            raise ValueError(f"{path.name}: a line must begin with +, - or !")
        by_sign[sign].append(text.replace("\\n", "\n"))
    terms = (term.partition(" => ") for term in by_sign["!"])
    setting = Setting(terms=tuple(Term(term, correct) for term, _arrow, correct in terms))
    return Labelled(faulty=by_sign["+"], sound=by_sign["-"], setting=setting)


def score(rule: Rule, data: Labelled) -> Score:
    def objects(text: str) -> bool:
        return any(rule.find(Analysed(text), data.setting))

    return Score(
        rule=rule,
        faulty=len(data.faulty),
        sound=len(data.sound),
        missed=[text for text in data.faulty if not objects(text)],
        false=[text for text in data.sound if objects(text)],
    )


def run(folder: Path) -> Report:
    """Raises FileNotFoundError where a rule has no file in `folder`."""
    scores = [score(rule, labelled(folder / f"{rule.id}.txt")) for rule in RULES]
    return Report(
        bench="check",
        aims=[_aim(one) for one in scores],
        rows={
            one.rule.id: {
                "severity": one.rule.severity.value,
                "faulty": one.faulty,
                "sound": one.sound,
                "precision": round(one.precision, 3),
                "recall": round(one.recall, 3),
                "missed": len(one.missed),
                "false": len(one.false),
            }
            for one in scores
        },
    )


def _aim(one: Score) -> Aim:
    holds = one.precision >= MIN_PRECISION or one.rule.severity is Severity.INFO
    aim = f">= {MIN_PRECISION}, or info only"
    return Aim(what=f"precision of {one.rule.id}", aim=aim, value=round(one.precision, 3), holds=holds)
