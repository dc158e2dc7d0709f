"""The kind `document_check`: what is wrong with a document, each issue at its exact place."""

from collections.abc import Mapping
from importlib.resources import files

from django.core.files.base import ContentFile
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from tasks_app.models import CheckIssue, DocumentCheck, Notebook
from tasks_app.models.content.check.check_words import SEVERITY_CHOICES
from tasks_app.queues import LLM
from tasks_app.registry import JobRequest, JobType, register
from tasks_app.stages.check.anchor import anchor
from tasks_app.stages.check.model_findings import find_by_model
from tasks_app.stages.check.rules import apply_rules
from tasks_app.stages.common.document_figures import DOCUMENT_FIGURE_LABELS
from tasks_app.stages.documents.extract import ExtractionInput, extract
from tasks_app.text.check.rule import Category
from tasks_app.text.check.rules import RULES

RULE = "rule_"
"""Before the id of a rule, in figures."""

SUFFIXES = (".pdf", ".docx", ".pptx", ".txt", ".md")
SAMPLE = ("施設予約システム更新のお知らせ（案）", "shisetsu-yoyaku-tsuuchi.txt")
"""(title, file) of a notice whose flaws are known; see its test."""


def material(check: DocumentCheck) -> ExtractionInput:
    return ExtractionInput(digest=check.content_digest, file=check.file, filename=check.filename)


def outputs(check: DocumentCheck) -> Mapping[str, int | str]:
    """Of the counts only those that are not zero: each severity, and each rule by its id."""
    issues = CheckIssue.objects.filter(document_check=check).order_by()
    by_severity = dict(issues.values_list("severity").annotate(Count("pk")))
    by_rule = dict(issues.exclude(rule="").values_list("rule").annotate(Count("pk")))
    counts = {"issues": sum(by_severity.values()), **by_severity, **{f"{RULE}{rule}": n for rule, n in by_rule.items()}}
    return {"checked_by": check.checked_by, **{name: count for name, count in sorted(counts.items()) if count}}


def samples(notebook: Notebook) -> list[DocumentCheck]:
    """One new check of everything, stored and not enqueued."""
    title, name = SAMPLE
    content = (files("tasks_app.samples") / name).read_bytes()
    check = DocumentCheck(
        notebook=notebook,
        title=title,
        file=ContentFile(content, name=name),
        categories=[category.value for category in Category],
    )
    check.save()
    return [check]


DOCUMENT_CHECK: JobType = register(
    JobType(
        kind="document_check",
        label=_("Document check"),
        subject="tasks_app.DocumentCheck",
        queue=LLM,
        stages=(extract(material), apply_rules(), find_by_model(), anchor()),
        outputs=outputs,
        samples=samples,
        figure_labels={
            **DOCUMENT_FIGURE_LABELS,
            "checked_by": _("checked by"),
            "dropped": _("dropped (not supported by the text)"),
            "findings": _("model findings"),
            "issues": _("issues"),
            "issues_by_model": _("issues found by the model"),
            "merged": _("findings merged"),
            "rules": _("rules applied"),
            "rules_silent": _("Japanese rules skipped"),
            "windows_read": _("sections read"),
            **dict(SEVERITY_CHOICES),
            **{f"{RULE}{rule.id}": _(rule.label) for rule in RULES},
        },
        requests=(JobRequest(),),
        primary=True,
    )
)
