"""The calls about subjects: submit one, ask for work on it, read what came out."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from tasks_app.api import base
from tasks_app.api.auth.access import principal_of
from tasks_app.api.base import ApiView, Conflict
from tasks_app.api.http import idempotency, parsers
from tasks_app.api.queries import job_id_of
from tasks_app.api.resources.resource import Resource, request_fields
from tasks_app.errors import AlreadyEnqueued
from tasks_app.models import Job
from tasks_app.registry import primary_kind
from tasks_app.submission import requests


class Busy(Conflict):
    """Names the job that is in the way."""

    def __init__(self, job_id: UUID) -> None:
        super().__init__()
        busy: Any = {"detail": gettext("A job with different settings is still running on it."), "job": str(job_id)}
        self.detail = busy


class ResourceView(ApiView):
    resource: Resource

    def find(self, request: Request, subject_id: str, right: str = "view") -> Any:
        """Raises NotFound alike for what is no id, for an unknown one and for what is not for this caller."""
        pk = job_id_of(subject_id)
        subject = self.rows(request, right).filter(pk=pk).first() if pk else None
        if subject is None:
            raise NotFound
        return subject

    def rows(self, request: Request, right: str) -> Any:
        resource = self.resource
        visible: Q = principal_of(request).rows(resource.model, resource.owner, "" if resource.private else right)
        return resource.model._default_manager.filter(visible, resource.only).select_related(*resource.related)


class SubmitView(ResourceView):
    """POST /{path}: create a subject and the job that processes it."""

    def get_parsers(self) -> list[Any]:
        return (
            [parsers.JSONObjectParser(), parsers.UploadParser()]
            if self.resource.takes_files
            else [parsers.JSONObjectParser()]
        )

    def post(self, request: Request) -> Response:
        return base.accepted(request, idempotency.once(request, principal_of(request), lambda: self._make(request)))

    def _make(self, request: Request) -> Sequence[Job]:
        assert self.resource.submission is not None
        principal = principal_of(request)
        if not principal.may_submit(primary_kind(self.resource.label)):
            raise PermissionDenied
        submission = self.resource.submission(data=request.data, context={"principal": principal})
        submission.is_valid(raise_exception=True)
        return [submission.submit(principal, **submission.validated_data)]


class JobRequestView(ResourceView):
    """POST /{path}/{id}/jobs: process an existing subject, with its default kind or with `kind`."""

    def post(self, request: Request, subject_id: str) -> Response:
        return base.accepted(
            request, idempotency.once(request, principal_of(request), lambda: self._place(request, subject_id))
        )

    def _place(self, request: Request, subject_id: str) -> Sequence[Job]:
        principal = principal_of(request)
        subject = self.find(request, subject_id)
        if not self.rows(request, "change").filter(pk=subject.pk).exists():
            raise PermissionDenied
        kind = self._kind(request)
        if not principal.may_submit(kind):
            raise PermissionDenied
        params = self._params(request, kind)
        try:
            return requests.submit(kind, subject, params=params, requested_by=principal.user, reason=principal.reason)
        except requests.NothingToDo as refusal:
            raise ValidationError([str(refusal.reason)]) from refusal
        except AlreadyEnqueued as refusal:
            raise Busy(refusal.job_id) from refusal

    def _kind(self, request: Request) -> str:
        """The one that is named, or the default."""
        kinds = self.resource.requests
        body: Any = request.data
        wanted = body.get("kind", next(iter(kinds), ""))
        if not isinstance(wanted, str) or wanted not in kinds:
            raise ValidationError({"kind": [_("Must be one of: %(known)s.") % {"known": ", ".join(kinds)}]})
        return wanted

    def _params(self, request: Request, kind: str) -> Mapping[str, Any]:
        fields = request_fields(self.resource.requests[kind])
        shape: Any = type("RequestSerializer", (serializers.Serializer,), dict(fields))
        given = shape(data=request.data)
        given.is_valid(raise_exception=True)
        params: Mapping[str, Any] = given.validated_data
        return params


class ResultView(ResourceView):
    """GET /{path}/{id}: the results so far."""

    def get(self, request: Request, subject_id: str) -> Response:
        return Response(self.resource.result(self.find(request, subject_id)).data)


class FileView(ResourceView):
    """GET /{path}/{id}/{file}: a result file."""

    def get(self, request: Request, subject_id: str, name: str) -> HttpResponseBase:
        download = self.resource.downloads.get(name)
        if download is None:
            raise NotFound
        return download(self.find(request, subject_id))
