"""The pages under docs/decisions/: one template, numbered in order of date, all in the index, all references right."""

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support import tracked

FOLDER = tracked.ROOT / "docs" / "decisions"
PAGES = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")
HEADINGS = ["Context", "Decision", "Consequences"]
STATUS = re.compile(r"Accepted|Superseded by (\d{4})")
TITLE = re.compile(r"# (\d{4})\. (.+)")
ROW = re.compile(r"^\| \[(\d{4})\]\(([^)]+)\) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
PATH = re.compile(r"decisions/([\w-]+\.md)")
NUMBER = re.compile(r"\bdecisions?[ /](\d{3,4})\b", re.IGNORECASE)


def facts(page: Path) -> tuple[str, str, str, str, str]:
    """Its number, file name, title, status and date, as a row of the index holds them."""
    title, blank, status, day, *_rest = page.read_text("utf-8").splitlines()
    found = TITLE.fullmatch(title)
    assert found
    assert blank == ""
    number, name = found.groups()
    return number, page.name, name, status.removeprefix("- Status: "), day.removeprefix("- Date: ")


@pytest.mark.parametrize("decision", PAGES, ids=lambda path: path.stem)
def test_a_page_follows_the_template(decision: Path) -> None:
    number, name, title, status, _day = facts(decision)
    assert name.startswith(f"{number}-")
    assert title
    assert STATUS.fullmatch(status)
    parts = re.split(r"^## (.+)$", decision.read_text("utf-8"), flags=re.MULTILINE)
    assert parts[1::2] == HEADINGS
    assert all(text.strip() for text in parts[2::2])


def test_numbers_have_no_gap_and_follow_the_dates() -> None:
    found = [facts(page) for page in PAGES]
    assert [number for number, *_rest in found] == [f"{place:04d}" for place in range(1, len(PAGES) + 1)]
    days = [date.fromisoformat(day) for *_rest, day in found]
    assert all(earlier <= later for earlier, later in pairwise(days))


def test_the_index_lists_every_page_as_it_is() -> None:
    assert ROW.findall((FOLDER / "README.md").read_text("utf-8")) == [facts(page) for page in PAGES]


def test_references_to_decisions_lead_to_one() -> None:
    names = {page.name for page in PAGES} | {"README.md"}
    numbers = {page.name[:4] for page in PAGES}
    wrong = [
        f"{path.relative_to(tracked.ROOT)}: {reference}"
        for path in tracked.texts()
        for text in [path.read_text("utf-8")]
        for reference in {*PATH.findall(text)} - names | {*NUMBER.findall(text)} - numbers
    ]
    assert wrong == []


def test_a_superseded_decision_names_a_later_one() -> None:
    superseded = [(number, found) for number, _, _, status, _ in map(facts, PAGES) if (found := STATUS.search(status))]
    named = [(number, found[1]) for number, found in superseded if found[1]]
    assert [pair for pair in named if pair[1] <= pair[0] or pair[1] > facts(PAGES[-1])[0]] == []
