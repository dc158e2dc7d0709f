"""Putting in a file or a text, by the rules of the console's forms."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError as Refusal
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from tasks_app.api.auth.principals import Principal
from tasks_app.api.resources.resource import Submission
from tasks_app.models import Notebook, Source
from tasks_app.submission import files
from tasks_app.text.japanese.cleaning import storable


def checked(field: str, rule: Any, *values: Any) -> None:
    """Apply a rule of `submission`, and name the field that breaks it."""
    try:
        rule(*values)
    except Refusal as refusal:
        raise ValidationError({field: refusal.messages}) from refusal


class FileOrTextSubmission(Submission):
    """Exactly one of `file` (as multipart/form-data) and `text`. If `title` is omitted, one is generated."""

    title = serializers.CharField(max_length=255, required=False, allow_blank=True, default="")
    file = serializers.FileField(required=False, allow_empty_file=True)
    text = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        file, text = attrs.get("file"), storable(attrs["text"])
        if file and text.strip():
            raise ValidationError({"file": [_("Give either a file or a text, not both.")]})
        if file:
            checked("file", files.check_file, file)
        elif text.strip():
            checked("text", files.check_text, text)
        else:
            raise ValidationError({"file": [_("Upload a file or paste text.")]})
        title = attrs["title"] or files.title_of(file, text)
        return {**attrs, "text": "" if file else text, "title": title}

    def fields_of(self, principal: Principal, **data: Any) -> dict[str, Any]:
        """Columns of a `models.stored_file.FileOrText`."""
        return {
            "title": data["title"],
            "file": data.get("file") or "",
            "pasted_text": data["text"],
            "created_by": principal.user,
        }


def sources_of(notebook: Notebook, ids: Sequence[UUID]) -> list[Source]:
    """Raises ValidationError alike for unknown sources and for those of other notebooks."""
    found = list(Source.objects.filter(notebook=notebook, pk__in=ids))
    if len(found) < len(set(ids)):
        raise ValidationError({"sources": [_("Only sources of the same notebook can be chosen.")]})
    return found
