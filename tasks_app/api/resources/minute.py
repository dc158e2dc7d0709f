"""Minutes: a file or a text in a notebook, with related sources of the same notebook."""

from typing import Any

from django.db.models import Q
from rest_framework import serializers

from tasks_app.api.auth.principals import Principal
from tasks_app.api.resources.file_or_text import FileOrTextSubmission, sources_of
from tasks_app.api.resources.resource import Resource, notebook_field
from tasks_app.api.resources.texts import MinutesTextSerializer
from tasks_app.models import Minute


class MinuteSubmission(FileOrTextSubmission):
    notebook = notebook_field(Minute)
    sources = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=100)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        return {**attrs, "sources": sources_of(attrs["notebook"], attrs["sources"])}

    def store(self, principal: Principal, **data: Any) -> Minute:
        minute = Minute.objects.create(notebook=data["notebook"], **self.fields_of(principal, **data))
        minute.sources.set(data["sources"])
        return minute


class MinuteResult(MinutesTextSerializer):
    pass


MINUTES = Resource(
    model=Minute,
    path="minutes",
    owner=lambda user: Q(notebook__owner=user),
    submission=MinuteSubmission,
    result=MinuteResult,
    related=("document__proceedings", "notebook"),
    takes_files=True,
)
