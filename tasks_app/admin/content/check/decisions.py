"""Accepting and rejecting issues: one, or all of one rule."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.db.models.functions import Now

from tasks_app.admin.content.check.review import OPEN
from tasks_app.models import CheckDecision, CheckIssue, DocumentCheck
from tasks_app.models.content.check.document_check import Verdict


def decide(check: DocumentCheck, asked: Mapping[str, str], by: User) -> int:
    """How many issues were decided upon.

    `asked` holds a verdict's name (or OPEN, to take a decision back) with the issue's context as its value, or
    `rule_<verdict>` with a rule's id, which speaks of all its issues. What is there no more is passed over.
    """
    for verdict in (*Verdict.values, OPEN):
        issues = CheckIssue.objects.filter(document_check=check)
        if context := asked.get(verdict):
            return _note(check, issues.filter(context=context), verdict, by)
        if rule := asked.get(f"rule_{verdict}"):
            return _note(check, issues.filter(rule=rule), verdict, by)
    return 0


def _note(check: DocumentCheck, issues: QuerySet[CheckIssue], verdict: str, by: User) -> int:
    contexts = list(issues.values_list("context", flat=True))
    if verdict not in Verdict.values:
        return CheckDecision.objects.filter(document_check=check, context__in=contexts).delete()[0]
    rows = [
        CheckDecision(document_check=check, context=context, verdict=verdict, decided_by=by, decided_at=Now())
        for context in contexts
    ]
    CheckDecision.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=("document_check", "context"),
        update_fields=("verdict", "decided_by", "decided_at"),
        batch_size=500,
    )
    return len(rows)
