"""The calls. Each costs one statement besides the session's and the user's own."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tasks_app.api import access, caching
from tasks_app.api.queries import IdsQuery, NewestFirst, SubjectQuery, job_id_of
from tasks_app.api.representation import Representation
from tasks_app.api.serializers import JobSerializer
from tasks_app.api.subject_types import kinds_about
from tasks_app.errors import Refused
from tasks_app.jobs import verbs
from tasks_app.models import Job
from tasks_app.models.job import ACTIVE, State


class Conflict(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = _("This does not apply to the job as it is now.")
    default_code = "conflict"


class ApiView(APIView):
    """What all calls have in common."""

    authentication_classes = (access.Session,)
    http_method_names = ("get", "head", "post", "options")

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """The Allow header tells it all."""
        return Response(status=status.HTTP_204_NO_CONTENT)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        caching.mark_private(answer)
        if request.method in ("GET", "HEAD") and answer.status_code == status.HTTP_200_OK:
            caching.revalidate_when_rendered(request, answer)
        return answer


class JobView(ApiView):
    def get(self, request: Request, job_id: str) -> Response:
        return _one(request, _readable(request, job_id))


class JobsView(ApiView):
    """There is no list of everything: either ids, or a subject."""

    def get(self, request: Request) -> Response:
        by_ids = "ids" in request.query_params
        by_subject = not request.query_params.keys().isdisjoint({"subject_type", "subject_id"})
        if by_ids == by_subject:
            raise ValidationError([_("Give either ids, or subject_type and subject_id.")])
        return self._by_ids(request) if by_ids else self._about_subject(request)

    def _by_ids(self, request: Request) -> Response:
        query = IdsQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = {text: job_id_of(text) for text in query.validated_data["ids"]}
        jobs = access.readable_jobs(_reader(request)).in_bulk([pk for pk in asked.values() if pk])
        found = {text: jobs[pk] for text, pk in asked.items() if pk in jobs}
        return _many(request, found.values(), missing=[text for text in asked if text not in found])

    def _about_subject(self, request: Request) -> Response:
        query = SubjectQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        jobs = access.readable_jobs(_reader(request)).filter(
            kind__in=kinds_about(query.validated_data["subject_type"]),
            subject_id=query.validated_data["subject_id"],
        )
        if query.validated_data["active"]:
            jobs = jobs.filter(state__in=ACTIVE)
        pages = NewestFirst()
        page = pages.paginate_queryset(jobs, request, view=self)
        return _many(request, page or [], next=pages.get_next_link())


class CancelView(ApiView):
    def post(self, request: Request, job_id: str) -> Response:
        job = _readable(request, job_id)
        reader = _reader(request)
        if not access.may_cancel(reader, job):
            raise PermissionDenied
        try:
            verbs.cancel(job, by=reader)
        except Refused as refusal:
            job.refresh_from_db()
            if job.state != State.CANCELLED:
                raise Conflict(str(refusal.reason)) from refusal
            return _one(request, job)
        return _one(request, job, status.HTTP_202_ACCEPTED)


class UnknownPathView(ApiView):
    """Everything else, whatever the method."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound


def _reader(request: Request) -> User:
    assert isinstance(request.user, User), "every call needs a signed-in user"
    return request.user


def _readable(request: Request, text: str) -> Job:
    """Raises NotFound alike for what is no id, for an unknown one and for what is not for this reader."""
    job_id = job_id_of(text)
    job = access.readable_jobs(_reader(request)).filter(pk=job_id).first() if job_id else None
    if job is None:
        raise NotFound
    return job


def _one(request: Request, job: Job, code: int = status.HTTP_200_OK) -> Response:
    shown = Representation(job, _reader(request))
    return Response(JobSerializer(shown).data, status=code, headers=_retry_header([shown]))


def _many(request: Request, jobs: Iterable[Job], **more: Any) -> Response:
    shown = [Representation(job, _reader(request)) for job in jobs]
    body = {"items": JobSerializer(shown, many=True).data, **more}
    return Response(body, headers=_retry_header(shown))


def _retry_header(shown: Iterable[Representation]) -> Mapping[str, str]:
    """As soon as one of the jobs may have moved."""
    pauses = [one.retry_after for one in shown if one.retry_after is not None]
    return {caching.RETRY_AFTER: str(min(pauses))} if pauses else {}
