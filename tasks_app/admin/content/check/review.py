"""The page where issues are read beside the text and decided upon, a part of the document at a time."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import Message
from tasks_app.models import CheckDecision, CheckIssue, DocumentCheck
from tasks_app.models.content.check.check_words import CATEGORY_CHOICES, SEVERITY_CHOICES
from tasks_app.models.content.check.document_check import Verdict
from tasks_app.text.check import rules
from tasks_app.text.check.highlighting import Mark, MarkedSegment, segments
from tasks_app.text.check.places import pages_of
from tasks_app.text.documents import chunking

PART_CHARACTERS = 4000
"""Characters of the text on the page at once."""

AROUND = 8
"""Characters before and after an issue that are shown with it."""

OPEN = "open"
STATES: list[tuple[str, Message]] = [(OPEN, _("Undecided")), *[(verdict.value, verdict.label) for verdict in Verdict]]
FILTERS: dict[str, tuple[Message, list[tuple[str, Any]]]] = {
    "category": (_("category"), CATEGORY_CHOICES),
    "severity": (_("severity"), SEVERITY_CHOICES),
    "decision": (_("decision"), STATES),
}
"""By query parameter: its label and choices."""


@dataclass(frozen=True, kw_only=True)
class Filter:
    name: str
    label: Message
    choices: Sequence[tuple[str, Any]]
    chosen: str


@dataclass(frozen=True, kw_only=True)
class ReviewSection:
    """[start, end) of the text, as one of the choices; `issues` counts those that pass the filters."""

    number: int
    start: int
    end: int
    page: int | None
    issues: int


def with_decisions(check: DocumentCheck) -> QuerySet[Any]:
    """The issues of a check in order, each with `decision`: a verdict or OPEN. Index: check_decision_context."""
    decided = CheckDecision.objects.filter(document_check=check, context=OuterRef("context")).values("verdict")
    issues = CheckIssue.objects.filter(document_check=check).order_by("start", "end", "id")
    return issues.annotate(decision=Coalesce(Subquery(decided[:1]), Value(OPEN)))


def standing(issues: QuerySet[Any], text: str) -> list[Any]:
    """Those that are where they say: while an edited document is being checked, the text may be ahead of them."""
    return [issue for issue in issues if text[issue.start : issue.end] == issue.original]


def review(check: DocumentCheck, asked: QueryDict, *, may_decide: bool) -> dict[str, Any]:
    """For console/content/check/review.html; `asked` holds the filters and `part`, a number from 1."""
    chosen = chosen_filters(asked)
    text, pages = check.document.text, check.document.pages
    every = with_decisions(check)
    shown = every.filter(**chosen)
    parts = _parts(text, pages, list(shown.values_list("start", flat=True)))
    part = _asked_part(parts, asked.get("part", ""))
    issues = standing(shown.filter(start__gte=part.start, start__lt=part.end), text) if part else []
    for issue in issues:
        issue.clause = rules.BY_ID[issue.rule].clause if issue.rule in rules.BY_ID else ""
        issue.before = text[max(0, issue.start - AROUND) : issue.start].rpartition("\n")[2]
        issue.after = text[issue.end : issue.end + AROUND].partition("\n")[0]
    by_id = {issue.pk: issue for issue in issues}
    return {
        "check": check,
        "counts": every.aggregate(
            all=Count("pk"),
            open=Count("pk", filter=Q(decision=OPEN)),
            accepted=Count("pk", filter=Q(decision=Verdict.ACCEPTED)),
            rejected=Count("pk", filter=Q(decision=Verdict.REJECTED)),
        ),
        "filters": [
            Filter(name=name, label=label, choices=choices, chosen=chosen.get(name, ""))
            for name, (label, choices) in FILTERS.items()
        ],
        "query": urlencode({**chosen, **({"part": part.number} if part else {})}),
        "parts": parts,
        "part": part,
        "issues": issues,
        "pieces": _pieces(text, part, by_id) if part else [],
        "may_decide": may_decide,
    }


def chosen_filters(asked: Mapping[str, Any]) -> dict[str, str]:
    """Those that have a value they can have."""
    return {
        name: asked[name]
        for name, (_label, choices) in FILTERS.items()
        if asked.get(name) in {value for value, _label in choices}
    }


def _parts(text: str, pages: Sequence[Sequence[int]], starts: Sequence[int]) -> list[ReviewSection]:
    cuts = chunking.cut(text, PART_CHARACTERS)
    numbers = pages_of(pages, [start for start, _end in cuts])
    places = sorted(starts)
    return [
        ReviewSection(
            number=number,
            start=start,
            end=end,
            page=page,
            issues=bisect_left(places, end) - bisect_left(places, start),
        )
        for number, ((start, end), page) in enumerate(zip(cuts, numbers, strict=True), start=1)
    ]


def _asked_part(parts: Sequence[ReviewSection], number: str) -> ReviewSection | None:
    """The part of that number if it has anything to show, else the first that has, else the first."""
    asked = next((part for part in parts if str(part.number) == number), None)
    if asked:
        return asked
    return next((part for part in parts if part.issues), parts[0] if parts else None)


def _pieces(text: str, part: ReviewSection, issues: Mapping[int, Any]) -> list[tuple[MarkedSegment, Any]]:
    """(segment, its issue or None) of the part's text."""
    marks = [Mark(id=issue.pk, start=issue.start, end=issue.end) for issue in issues.values()]
    found = segments(text, part.start, part.end, marks)
    return [(segment, issues.get(segment.mark) if segment.mark else None) for segment in found]
