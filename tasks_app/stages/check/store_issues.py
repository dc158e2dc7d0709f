"""Storing what a check found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tasks_app.models import CheckIssue, DocumentCheck
from tasks_app.stages.common.document_access import text_of
from tasks_app.text.check.issue_fingerprint import fingerprints
from tasks_app.text.check.places import pages_of

ROWS_PER_STATEMENT = 500


@dataclass(frozen=True, kw_only=True)
class IssueDraft:
    """As `models.CheckIssue`; `rule` is empty for issues found by the model."""

    start: int
    end: int
    category: str
    severity: str
    rule: str = ""
    suggestion: str = ""
    explanation: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    confidence: float | None = None


def replace(check: DocumentCheck, found: Sequence[IssueDraft], *, by_model: bool) -> None:
    """Store these instead of what the model (or else the rules) found before."""
    text = text_of(check.document_id)
    former = CheckIssue.objects.filter(document_check=check)
    (former.filter(rule="") if by_model else former.exclude(rule="")).delete()
    ordered = sorted(found, key=lambda issue: (issue.start, issue.end, issue.rule))
    keys = fingerprints(text, ((issue.start, issue.end, issue.rule) for issue in ordered))
    pages = pages_of(check.document.pages, [issue.start for issue in ordered])
    CheckIssue.objects.bulk_create(
        (
            CheckIssue(
                document_check=check,
                start=issue.start,
                end=issue.end,
                page=page,
                category=issue.category,
                severity=issue.severity,
                rule=issue.rule,
                original=text[issue.start : issue.end],
                suggestion=issue.suggestion,
                explanation=issue.explanation,
                details=dict(issue.details),
                confidence=issue.confidence,
                context=key,
            )
            for issue, key, page in zip(ordered, keys, pages, strict=True)
        ),
        batch_size=ROWS_PER_STATEMENT,
    )
