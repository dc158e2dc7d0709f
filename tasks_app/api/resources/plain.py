"""Subjects of kinds that can be requested and have no resource of their own: fields, and figures of what came out."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Model, Q
from django.db.models.fields.files import FileField
from rest_framework import serializers

from tasks_app.api.auth.principals import Principal
from tasks_app.api.resources.resource import Resource, Submission, notebook_field
from tasks_app.jobs.transitions import subjects
from tasks_app.models import Job, Notebook
from tasks_app.models.engine.job import State
from tasks_app.registry import job_types


class PlainResult(serializers.Serializer[Any]):
    """`outcomes` are the figures of what came out, by kind; only of kinds of which a job succeeded."""

    id = serializers.UUIDField(source="pk")
    title = serializers.CharField()
    outcomes = serializers.SerializerMethodField()

    def get_outcomes(self, subject: Any) -> dict[str, dict[str, Any]]:
        """Index: job_of_subject."""
        kinds = subjects.kinds_of(type(subject))
        jobs = Job.objects.filter(kind__in=kinds, subject_id=subject.pk, state=State.SUCCEEDED)
        done = jobs.order_by("kind").values_list("kind", flat=True).distinct()
        return {kind: dict(job_types[kind].outputs(subject)) for kind in done}


class PlainSubmission(Submission, serializers.ModelSerializer[Any]):
    """The editable fields of the row, in a notebook of the caller's."""

    class Meta:
        model: ClassVar[type[Model]]

    def store(self, principal: Principal, **data: Any) -> Any:
        return self.Meta.model._default_manager.create(**data, created_by=principal.user)


def plain_resources(declared: Sequence[Resource]) -> list[Resource]:
    """One for each subject of a kind that can be requested, those left out that `declared` holds."""
    known = {resource.label for resource in declared}
    found = {job_type.subject: job_type for job_type in job_types.values() if job_type.requests}
    return [_resource(subjects.model_of(job_type)) for label, job_type in found.items() if label not in known]


def _resource(model: type[Model]) -> Resource:
    """Rows belong to the user who made them, and to the owner of their notebook where they have one."""
    in_notebook = any(field.related_model is Notebook for field in model._meta.fields if field.name == "notebook")
    has_primary = any(job_types[kind].primary for kind in subjects.kinds_of(model))
    words = re.sub(r"(?<!^)(?=[A-Z])", "-", model.__name__).lower()
    return Resource(
        model=model,
        path=f"{words}s",
        owner=lambda user: Q(created_by=user) | (Q(notebook__owner=user) if in_notebook else Q()),
        result=type(f"{model.__name__}Result", (PlainResult,), {"__doc__": PlainResult.__doc__}),
        submission=_submission(model) if in_notebook and has_primary else None,
        takes_files=any(isinstance(field, FileField) for field in model._meta.fields),
    )


def _submission(model: type[Model]) -> type[Submission]:
    own = [field.name for field in model._meta.fields if field.editable and not field.is_relation]
    meta = type("Meta", (), {"model": model, "fields": ["notebook", *own]})
    body = {"Meta": meta, "notebook": notebook_field(model), "__doc__": PlainSubmission.__doc__}
    return type(f"{model.__name__}Submission", (PlainSubmission,), body)
