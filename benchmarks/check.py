"""Precision and recall of each rule over labelled sentences.

The set is one file per rule, `<rule id>.txt`: a line `+ text` must be found fault with by this rule, a line `- text`
must not; `\\n` stands for a line end, and `! term => correct` or `! term` puts a term into the glossary. A folder
`documents` beside them may hold real documents as .txt: what all rules but those on length find there is counted for
each thousand sentences.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from benchmarks.support.report import Aim, Report
from tasks_app.text.check.rule import Rule, Setting, Severity, Term
from tasks_app.text.check.rules import RULES
from tasks_app.text.japanese.morphology import Analysed

DATA = Path(settings.BASE_DIR) / "tests" / "unit" / "text" / "check" / "rules" / "labelled"
MAX_FINDINGS = 25
"""For each thousand sentences of real official text."""

OF_LENGTH = frozenset({"sentence_length", "commas"})
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
    """Raises FileNotFoundError where a rule has no file in `folder`, unless that has real documents alone."""
    documents = sorted((folder / "documents").glob("*.txt"))
    labelled_files = any(folder.glob("*.txt"))
    scores = [score(rule, labelled(folder / f"{rule.id}.txt")) for rule in RULES if labelled_files or not documents]
    aims, rows = [_aim(one) for one in scores], {one.rule.id: _row(one) for one in scores}
    if documents:
        found = _found_in([path.read_text("utf-8") for path in documents])
        rows["real documents"] = dict(found)
        aims.append(_density(found))
    return Report(bench="check", aims=aims, rows=rows)


def _row(one: Score) -> dict[str, object]:
    return {
        "severity": one.rule.severity.value,
        "faulty": one.faulty,
        "sound": one.sound,
        "precision": round(one.precision, 3),
        "recall": round(one.recall, 3),
        "missed": len(one.missed),
        "false": len(one.false),
    }


def _found_in(texts: list[str]) -> Counter[str]:
    """By rule, and `sentences`: those that end in 。"""
    counts: Counter[str] = Counter()
    for text in texts:
        analysed = Analysed(text)
        counts["sentences"] += sum(text[sentence.end - 1] == "。" for sentence in analysed.sentences)
        for rule in RULES:
            counts[rule.id] += sum(1 for _hit in rule.find(analysed, Setting()))
    return counts


def _density(found: Counter[str]) -> Aim:
    findings = sum(count for name, count in found.items() if name != "sentences" and name not in OF_LENGTH)
    density = round(1000 * findings / max(1, found["sentences"]), 1)
    return Aim(
        what="findings for each thousand real sentences, without those on length",
        aim=f"<= {MAX_FINDINGS}",
        value=density,
        holds=density <= MAX_FINDINGS,
    )


def _aim(one: Score) -> Aim:
    holds = one.precision >= MIN_PRECISION or one.rule.severity is Severity.INFO
    aim = f">= {MIN_PRECISION}, or info only"
    return Aim(what=f"precision of {one.rule.id}", aim=aim, value=round(one.precision, 3), holds=holds)
