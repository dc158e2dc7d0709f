"""Document checks: a file to be checked, and the issues found in it."""

from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tasks_app.api.auth.principals import Principal
from tasks_app.api.resources.file_or_text import checked
from tasks_app.api.resources.resource import Resource, Submission, notebook_field
from tasks_app.api.resources.texts import OmissionSerializer
from tasks_app.job_types.document_check import SUFFIXES
from tasks_app.models import DocumentCheck
from tasks_app.models.content.check.check_words import (
    CATEGORY_CHOICES,
    PROFILE_CHOICES,
    SEVERITY_CHOICES,
    usual_categories,
)
from tasks_app.models.content.check.document_check import RULES_ALONE
from tasks_app.submission import files
from tasks_app.text.check.rule import Profile


class OptionalChoices(serializers.MultipleChoiceField):
    """May be left out of a form too, where REST framework takes what is absent for an empty choice."""

    def get_value(self, dictionary: Any) -> Any:
        return super().get_value(dictionary) if self.field_name in dictionary else serializers.empty


class DocumentCheckSubmission(Submission):
    """As multipart/form-data. Anyone who sends it owns it, in a notebook or without one."""

    notebook = notebook_field(DocumentCheck, required=False, allow_null=True, default=None)
    title = serializers.CharField(max_length=255, required=False, allow_blank=True, default="")
    file = serializers.FileField(allow_empty_file=True)
    profile = serializers.ChoiceField(choices=PROFILE_CHOICES, default=Profile.OFFICIAL.value)
    categories = OptionalChoices(choices=CATEGORY_CHOICES, required=False, allow_empty=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        checked("file", files.check_file, attrs["file"], SUFFIXES)
        return {**attrs, "title": attrs["title"] or files.title_of(attrs["file"], "")}

    def store(self, principal: Principal, **data: Any) -> DocumentCheck:
        categories = sorted(data.get("categories") or usual_categories())
        return DocumentCheck.objects.create(**{**data, "categories": categories, "created_by": principal.user})


class IssueSerializer(serializers.Serializer[Any]):
    """`original` is [start, end) of the text. `rule` is empty for issues found by the model."""

    start = serializers.IntegerField()
    end = serializers.IntegerField()
    page = serializers.IntegerField(allow_null=True)
    category = serializers.ChoiceField(choices=CATEGORY_CHOICES)
    severity = serializers.ChoiceField(choices=SEVERITY_CHOICES)
    rule = serializers.CharField(allow_blank=True)
    original = serializers.CharField()
    suggestion = serializers.CharField(allow_blank=True)
    explanation = serializers.CharField(source="explanation_text", allow_blank=True)


class DocumentCheckResult(serializers.Serializer[Any]):
    """`checked_by_rules_alone` is true if no model was used. Offsets refer to `text`."""

    id = serializers.UUIDField(source="pk")
    title = serializers.CharField()
    text = serializers.CharField(source="document.text", allow_blank=True)
    omissions = OmissionSerializer(source="document.omissions", many=True)
    checked_by_rules_alone = serializers.SerializerMethodField()
    issues = serializers.SerializerMethodField()

    def get_checked_by_rules_alone(self, check: Any) -> bool:
        return bool(check.checked_by == RULES_ALONE)

    @extend_schema_field(IssueSerializer(many=True))
    def get_issues(self, check: Any) -> Any:
        """Those that stand where they say: while an edited document is checked, its text may be ahead of them."""
        text = check.document.text
        standing = [issue for issue in check.issues.all() if text[issue.start : issue.end] == issue.original]
        return IssueSerializer(standing, many=True).data


def owner(user: int) -> Q:
    """Anyone who put it in; where nobody is known, the owner of its notebook."""
    return Q(created_by=user) | Q(created_by=None, notebook__owner=user)


DOCUMENT_CHECKS = Resource(
    model=DocumentCheck,
    path="document-checks",
    owner=owner,
    submission=DocumentCheckSubmission,
    result=DocumentCheckResult,
    related=("document", "notebook"),
    takes_files=True,
)
