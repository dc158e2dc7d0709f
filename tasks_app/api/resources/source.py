"""Sources: a file or a text in a notebook."""

from typing import Any

from django.db.models import Q

from tasks_app.api.auth.principals import Principal
from tasks_app.api.resources.file_or_text import FileOrTextSubmission
from tasks_app.api.resources.resource import Resource, notebook_field
from tasks_app.api.resources.texts import TextSerializer
from tasks_app.models import Source


class SourceSubmission(FileOrTextSubmission):
    notebook = notebook_field(Source)

    def store(self, principal: Principal, **data: Any) -> Source:
        return Source.objects.create(notebook=data["notebook"], **self.fields_of(principal, **data))


class SourceResult(TextSerializer):
    pass


SOURCES = Resource(
    model=Source,
    path="sources",
    owner=lambda user: Q(notebook__owner=user),
    submission=SourceSubmission,
    result=SourceResult,
    related=("document", "notebook"),
    takes_files=True,
)
