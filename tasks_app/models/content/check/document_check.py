"""A document to be checked, what was found in it, and what people decided about that."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tasks_app.models.content.base.document import DocumentSubject
from tasks_app.models.content.base.notebook import Notebook
from tasks_app.models.content.base.stored_file import StoredFile
from tasks_app.models.content.check.check_words import (
    CATEGORY_CHOICES,
    PROFILE_CHOICES,
    SEVERITY_CHOICES,
    usual_categories,
)
from tasks_app.models.engine.fields import render
from tasks_app.text.check.rule import Profile

RULES_ALONE = "rules"
"""Value of `checked_by` where no model took part."""


class DocumentCheck(StoredFile, DocumentSubject):
    """`findings` is what the model said, before it was looked up in the text: {"key", "model", "findings": [...]}.

    `checked_by` is RULES_ALONE or the model's name, empty while there is no result. `dropped` counts what the model
    said that is not in the text, `merged` what it said that a rule or itself had said already. `is_japanese` is null
    until the rules have run.
    """

    notebook = models.ForeignKey(
        Notebook, models.CASCADE, null=True, blank=True, related_name="checks", verbose_name=_("notebook")
    )
    profile = models.CharField(
        _("type of document"), max_length=20, choices=PROFILE_CHOICES, default=Profile.OFFICIAL.value
    )
    categories = ArrayField(
        models.CharField(max_length=20, choices=CATEGORY_CHOICES),
        verbose_name=_("what to check"),
        default=usual_categories,
    )
    is_japanese = models.BooleanField(null=True, editable=False)
    findings = models.JSONField(default=dict, blank=True, editable=False)
    checked_by = models.CharField(_("checked by"), max_length=100, blank=True, default="", editable=False)
    dropped = models.PositiveIntegerField(_("findings dropped"), default=0, editable=False)
    merged = models.PositiveIntegerField(_("findings merged"), default=0, editable=False)

    class Meta:
        verbose_name = _("document check")
        verbose_name_plural = _("document checks")
        ordering = ("-created_at",)
        permissions = (("decide_documentcheck", "Can accept and reject issues of document checks"),)

    @property
    def document_notebook_id(self) -> None:
        """None: a draft under check is nothing to answer questions from."""
        return None

    @property
    def job_notebook_id(self) -> UUID | None:
        return self.notebook_id

    @property
    def job_owner_id(self) -> int | None:
        return self.created_by_id or (self.notebook.owner_id if self.notebook else None)

    def input_digest(self) -> str:
        """Also of what is to be checked: a running job with other settings starts over."""
        facts = "\0".join((self.content_digest, self.profile, *sorted(self.categories)))
        return sha256(facts.encode()).hexdigest()


class CheckIssue(models.Model):
    """`text[start:end]` of the document is `original`. The rows are replaced whenever the document is checked.

    `rule` is a rule's id, empty for what the model found. `explanation` is a message id with `details` for a rule, the
    model's own words otherwise. `context` finds it in an edited document: see `check.issue_fingerprint`.
    """

    document_check = models.ForeignKey(
        DocumentCheck, models.CASCADE, related_name="issues", verbose_name=_("document check")
    )
    start = models.PositiveIntegerField(_("start"))
    end = models.PositiveIntegerField(_("end"))
    page = models.PositiveIntegerField(_("page"), null=True, blank=True)
    category = models.CharField(_("category"), max_length=20, choices=CATEGORY_CHOICES)
    severity = models.CharField(_("severity"), max_length=10, choices=SEVERITY_CHOICES)
    rule = models.CharField(_("rule"), max_length=40, blank=True, default="")
    original = models.TextField(_("original text"))
    suggestion = models.TextField(_("suggestion"), blank=True, default="")
    explanation = models.TextField(_("explanation"), blank=True, default="")
    details = models.JSONField(_("details"), default=dict, blank=True)
    confidence = models.FloatField(_("confidence"), null=True, blank=True)
    context = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering = ("start", "end", "id")
        constraints = (
            models.UniqueConstraint(fields=("document_check", "context"), name="check_issue_context"),
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="check_issue_span"),
        )
        indexes = (models.Index("document_check", "start", name="check_issue_place"),)

    def __str__(self) -> str:
        return f"{self.rule or 'model'} [{self.start}, {self.end})"

    @property
    def explanation_text(self) -> str:
        """In the active language, where a rule speaks."""
        details: Mapping[str, Any] = self.details
        return render(self.explanation, details) if self.rule else self.explanation


class Verdict(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")


class CheckDecision(models.Model):
    """What somebody decided about the issue with this `context`; kept when the document is checked again."""

    document_check = models.ForeignKey(
        DocumentCheck, models.CASCADE, related_name="decisions", verbose_name=_("document check")
    )
    context = models.CharField(max_length=64)
    verdict = models.CharField(_("decision"), max_length=10, choices=Verdict)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), db_default=Now())

    class Meta:
        verbose_name = _("decision on an issue")
        verbose_name_plural = _("decisions on issues")
        constraints = (models.UniqueConstraint(fields=("document_check", "context"), name="check_decision_context"),)

    def __str__(self) -> str:
        return self.verdict
