"""The stage that looks up what the model said in the text, and believes only what is there."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tasks_app.models import CheckIssue, DocumentCheck
from tasks_app.models.content.check.document_check import RULES_ALONE
from tasks_app.providers.endpoint import chat_model
from tasks_app.providers.proofreader import MAX_QUOTE_LENGTH, MAX_WORDS_LENGTH
from tasks_app.registry import Stage, StageContext, StageFacts
from tasks_app.stages.check import model_findings, rules, store_issues
from tasks_app.stages.check.store_issues import IssueDraft
from tasks_app.stages.common.document_access import text_of
from tasks_app.text.check.anchoring import Span, nearest, same
from tasks_app.text.check.rule import Severity
from tasks_app.text.japanese.cleaning import readable


@dataclass(kw_only=True)
class Anchored:
    """`dropped` counts what is not in the text or was not asked for, `merged` what had been said already."""

    issues: list[IssueDraft]
    checked_by: str
    dropped: int = 0
    merged: int = 0


def _inputs(facts: StageFacts) -> Mapping[str, Any]:
    return {"rules": rules.inputs(facts), "model": model_findings.inputs(facts)}


def _run(context: StageContext) -> Anchored:
    check: DocumentCheck = context.subject
    if chat_model() is None or check.findings.get("key") != model_findings.key_of(context):
        return Anchored(issues=[], checked_by=RULES_ALONE)
    text = text_of(check.document_id)
    anchored = Anchored(issues=[], checked_by=check.findings["model"])
    by_rules = [
        (Span(start=start, end=end), category)
        for start, end, category in CheckIssue.objects.filter(document_check=check)
        .exclude(rule="")
        .values_list("start", "end", "category")
    ]
    taken: defaultdict[Span, list[Span]] = defaultdict(list)
    for window, finding in _said(check):
        context.check()
        span = _place(text, finding, window, taken[window]) if finding["category"] in check.categories else None
        if span is None:
            anchored.dropped += 1
            continue
        taken[window].append(span)
        near = [other for other, category in by_rules if category == finding["category"] or other == span]
        near += [Span(start=issue.start, end=issue.end) for issue in anchored.issues]
        if same(span, near):
            anchored.merged += 1
            continue
        anchored.issues.append(_issue(span, finding))
    return anchored


def _said(check: DocumentCheck) -> Iterator[tuple[Span, dict[str, Any]]]:
    for start, end, finding in check.findings["findings"]:
        yield Span(start=start, end=end), finding


def _place(text: str, finding: Mapping[str, Any], window: Span, taken: Sequence[Span]) -> Span | None:
    """Where the finding belongs; None for what the text does not say, and for what would change nothing.

    A quotation that stands several times goes to the first place that no earlier finding of the same window took.
    """
    quote = readable(finding["quote"])
    if not quote.strip() or len(quote) > MAX_QUOTE_LENGTH or finding["suggestion"] == finding["quote"]:
        return None
    return nearest(text, quote, window, taken)


def _issue(span: Span, finding: Mapping[str, Any]) -> IssueDraft:
    severity = finding["severity"]
    return IssueDraft(
        start=span.start,
        end=span.end,
        category=finding["category"],
        severity=severity if severity in list(Severity) else Severity.INFO,
        suggestion=readable(finding["suggestion"])[:MAX_WORDS_LENGTH],
        explanation=readable(finding["explanation"])[:MAX_WORDS_LENGTH],
        confidence=finding["confidence"],
    )


def _save(context: StageContext, anchored: Anchored) -> Mapping[str, Any]:
    check: DocumentCheck = context.subject
    store_issues.replace(check, anchored.issues, by_model=True)
    DocumentCheck.objects.filter(pk=check.pk).update(
        checked_by=anchored.checked_by[: DocumentCheck._meta.get_field("checked_by").max_length],
        dropped=anchored.dropped,
        merged=anchored.merged,
    )
    return {
        "issues": CheckIssue.objects.filter(document_check=check).count(),
        "issues_by_model": len(anchored.issues),
        "dropped": anchored.dropped,
        "merged": anchored.merged,
    }


def anchor() -> Stage:
    return Stage(name="anchor", label=_("Locate the issues"), inputs=_inputs, run=_run, save=_save)
