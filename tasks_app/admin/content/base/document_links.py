"""From a document to the page of the console that shows its text."""

from collections.abc import Collection
from uuid import UUID

from django.apps import apps
from django.contrib.auth.models import AnonymousUser, User
from django.urls import NoReverseMatch

from tasks_app.admin.content.base import job_status
from tasks_app.models.content.base.document import DocumentSubject


def pages(user: User | AnonymousUser, documents: Collection[UUID]) -> dict[UUID, str]:
    """The address of each one's reading page, where it still exists and the reader may see it."""
    found = {}
    for model in apps.get_models():
        right = f"{model._meta.app_label}.view_{model._meta.model_name}"
        if not issubclass(model, DocumentSubject) or not user.has_perm(right):
            continue
        for subject in model._default_manager.filter(document_id__in=documents).only("pk", "document_id"):
            try:
                found[subject.document_id] = job_status.address(subject, "read")
            except NoReverseMatch:
                break
    return found
