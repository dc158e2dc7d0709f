"""Speakers, decisions, action items and open questions of minutes, compared with what a reader marked in them.

The folder has, for each text NAME.txt, one or both of these files (UTF-8, columns separated by a tab):

- NAME.turns.tsv, every turn: number of the line it begins on, name, role; one of the last two may be empty.
- NAME.items.tsv, every item: `decision`, `action` or `question`, words of its sentence, and for an action its deadline
  if the text has one. A text that has this file was read to its end: what is not in it is none. The first column may
  also be `any`: a sentence that may be listed or not.

It may also have labels.tsv, lines that begin with a speaker: the line (`\\n` is a line end), name and role. Both are
empty for a line that begins with none; `?` is not compared.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.support.report import Aim, Report
from tasks_app.text.japanese.folding import squeeze
from tasks_app.text.minutes.proceedings_extraction import ProceedingsItem, extract
from tasks_app.text.minutes.turns import turns

OVERVIEW_CHARACTERS = 500
SORTS = ("decision", "action", "question")
Opening = tuple[int, str, str]


@dataclass(kw_only=True)
class Counts:
    """`expected` by a reader, `found` by the project, `right` of both."""

    expected: int = 0
    found: int = 0
    right: int = 0

    def add(self, expected: int, found: int, right: int) -> None:
        self.expected, self.found, self.right = self.expected + expected, self.found + found, self.right + right

    @property
    def recall(self) -> float:
        return self.right / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    def row(self) -> dict[str, float]:
        return {
            "expected": self.expected,
            "found": self.found,
            "recall": round(self.recall, 3),
            "precision": round(self.precision, 3),
        }


def run(folder: Path) -> Report:
    """Raises FileNotFoundError where the folder has none of the files."""
    speakers, by_text = _speakers(folder)
    items, deadlines = _items(folder)
    labels = _labels(folder / "labels.tsv")
    if not (speakers.expected or labels or any(counts.expected for counts in items.values())):
        raise FileNotFoundError(f"{folder} has no *.turns.tsv, *.items.tsv or labels.tsv")
    rows: dict[str, dict[str, float]] = {
        "speakers": speakers.row(),
        **{name: counts.row() for name, counts in by_text.items()},
    }
    aims = _aims("speakers", speakers, recall=0.985, precision=0.996) if speakers.expected else []
    for sort, counts in items.items():
        if counts.expected or counts.found:
            rows[f"{sort}s"] = counts.row()
            aims += _aims(f"{sort}s", counts, recall=0.8, precision=0.9 if sort == "decision" else 0.8)
    if deadlines.expected or deadlines.found:
        rows["deadlines"] = deadlines.row()
        aims += _aims("deadlines", deadlines, recall=0.8, precision=0.8)
    if labels:
        rows["labels"] = {**labels}
    return Report(bench="minutes", aims=aims, rows=rows)


def _aims(what: str, counts: Counts, *, recall: float, precision: float) -> list[Aim]:
    return [
        Aim(what=f"{what}, recall", aim=f">= {recall}", value=round(counts.recall, 3), holds=counts.recall >= recall),
        Aim(
            what=f"{what}, precision",
            aim=f">= {precision}",
            value=round(counts.precision, 3),
            holds=counts.precision >= precision,
        ),
    ]


def _speakers(folder: Path) -> tuple[Counts, dict[str, Counts]]:
    """Of all texts, and of each with a mistake."""
    total, by_text = Counts(), {}
    for path in sorted(folder.glob("*.turns.tsv")):
        text = path.with_name(path.name.replace(".turns.tsv", ".txt")).read_text("utf-8")
        expected = {(int(line), _plain(name), _plain(role)) for line, name, role in _rows(path, 3)}
        found = set(_openings(text))
        counts = Counts(expected=len(expected), found=len(found), right=len(expected & found))
        total.add(counts.expected, counts.found, counts.right)
        if not counts.expected == counts.found == counts.right:
            by_text[path.name.removesuffix(".turns.tsv")] = counts
    return total, by_text


def _openings(text: str) -> Iterator[Opening]:
    for turn in turns(text):
        yield text.count("\n", 0, turn.start) + 1, _plain(turn.speaker.name), _plain(turn.speaker.role)


def _items(folder: Path) -> tuple[dict[str, Counts], Counts]:
    counts = {sort: Counts() for sort in SORTS}
    deadlines = Counts()
    for path in sorted(folder.glob("*.items.tsv")):
        text = path.with_name(path.name.replace(".items.tsv", ".txt")).read_text("utf-8")
        result = extract(text, turns(text), OVERVIEW_CHARACTERS)
        marked = [(sort, squeeze(words), squeeze(by_when)) for sort, words, by_when in _rows(path, 3)]
        found = {"decision": result.decisions, "action": result.actions, "question": result.questions}
        for sort in SORTS:
            counts[sort].add(*_compared(found[sort], marked, sort))
        deadlines.add(*_compared_deadlines(result.actions, marked))
    return counts, deadlines


def _compared(lines: Sequence[ProceedingsItem], marked: Sequence[tuple[str, str, str]], sort: str) -> Sequence[int]:
    """(expected, found, right) of one text; those that may be either count nowhere."""
    expected = Counter(words for kind, words, _by_when in marked if kind == sort)
    open_to_both = [words for kind, words, _by_when in marked if kind == "any"]
    found = [squeeze(line.text) for line in lines]
    right = sum(any(words in line for line in found) for words in expected)
    counted = [line for line in found if not any(words in line for words in open_to_both)]
    false = sum(not any(words in line for words in expected) for line in counted)
    return len(expected), right + false, right


def _compared_deadlines(lines: Sequence[ProceedingsItem], marked: Sequence[tuple[str, str, str]]) -> Sequence[int]:
    """Of the actions that were found and are ones."""
    expected = found = right = 0
    for line in lines:
        for sort, words, by_when in marked:
            if sort == "action" and words in squeeze(line.text):
                expected += bool(by_when)
                found += bool(line.by_when)
                right += bool(by_when) and by_when == squeeze(line.by_when)
    return expected, found, right


def _labels(path: Path) -> dict[str, int]:
    """How many lines there are, how many speakers were missed, and how many came out otherwise or are none."""
    if not path.exists():
        return {}
    rows = _rows(path, 3)
    missed = wrong = 0
    for line, name, role in rows:
        found = list(_openings(line.replace("\\n", "\n") + ("" if re.search("[。\\n]", line) else "\u3000始めます。")))
        named = bool(name or role)
        missed += named and not found
        wrong += bool(found) and not (named and _agrees(found[0], name, role))
    return {"expected": len(rows), "missed": missed, "wrong": wrong}


def _agrees(found: Opening, name: str, role: str) -> bool:
    """A role may be given in short: 課長 for 総務課長, 議員 for 3番."""
    return (name == "?" or found[1] == _plain(name)) and (
        role in ("?", "議員", "") or found[2].endswith(_plain(role)) or _plain(role).endswith(found[2])
    )


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _rows(path: Path, columns: int) -> list[list[str]]:
    """Raises ValueError on a line with too many columns; missing ones are empty."""
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line.strip()]
    if any(len(row) > columns for row in rows):
        raise ValueError(f"{path.name}: a line has more than {columns} columns")
    return [row + [""] * (columns - len(row)) for row in rows]
