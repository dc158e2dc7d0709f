"""Following jobs, and doing something about one. Each call costs one statement besides those that tell who asks."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from tasks_app.api import base, schema
from tasks_app.api.auth import read_tokens
from tasks_app.api.auth.access import principal_of, readable_jobs, shown_jobs
from tasks_app.api.auth.principals import Principal
from tasks_app.api.auth.subject_types import kinds_about
from tasks_app.api.base import ApiView, Conflict
from tasks_app.api.queries import (
    ChatQuery,
    IdsQuery,
    NewestFirst,
    NoQuery,
    SubjectQuery,
    TokenRequest,
    job_id_of,
)
from tasks_app.api.serializers import CountsSerializer, JobSerializer, JobsSerializer, ReadTokenSerializer
from tasks_app.errors import Refused
from tasks_app.job_types.chat import CHAT
from tasks_app.jobs.transitions import verbs
from tasks_app.models import ChatMessage, Job, Notebook
from tasks_app.models.engine.job import ACTIVE, State


class JobView(ApiView):
    @extend_schema(
        operation_id="get_job", summary="One job", parameters=[schema.JOB_ID, NoQuery], responses=schema.job_answers()
    )
    def get(self, request: Request, job_id: str) -> Response:
        _valid(NoQuery, request)
        return base.one(base.find_job(shown_jobs(principal_of(request)), job_id))


class JobsView(ApiView):
    """Give either ids or a subject; there is no list of all jobs."""

    @extend_schema(
        operation_id="list_jobs",
        summary="Up to 50 jobs by id, or those about a subject",
        parameters=schema.LIST_PARAMETERS,
        responses=schema.answers(200, JobsSerializer, 400),
    )
    def get(self, request: Request) -> Response:
        given = request.query_params.keys()
        ways = [answer for names, answer in self._ways() if given & names]
        if len(ways) != 1:
            raise ValidationError([_("Give either ids, or subject_type and subject_id, or chat_session_id.")])
        return ways[0](request)

    def _ways(self) -> Sequence[tuple[set[str], Callable[[Request], Response]]]:
        """The parameters that identify each way of asking."""
        return (
            ({"ids"}, self._by_ids),
            ({"subject_type", "subject_id"}, self._about_subject),
            ({"chat_session_id"}, self._in_chat),
        )

    def _by_ids(self, request: Request) -> Response:
        asked = {text: job_id_of(text) for text in _valid(IdsQuery, request)["ids"]}
        jobs = shown_jobs(principal_of(request)).in_bulk([pk for pk in asked.values() if pk])
        found = {text: jobs[pk] for text, pk in asked.items() if pk in jobs}
        return base.many(found.values(), missing=[text for text in asked if text not in found])

    def _about_subject(self, request: Request) -> Response:
        query = _valid(SubjectQuery, request)
        about = Q(kind__in=kinds_about(query["subject_type"]), subject_id=query["subject_id"])
        return self._page(request, about, query["active"])

    def _in_chat(self, request: Request) -> Response:
        query = _valid(ChatQuery, request)
        messages = ChatMessage.objects.filter(session=query["chat_session_id"]).order_by().values("pk")
        return self._page(request, Q(kind=CHAT.kind, subject_id__in=messages), query["active"])

    def _page(self, request: Request, about: Q, active: bool) -> Response:
        jobs = shown_jobs(principal_of(request)).filter(about)
        if active:
            jobs = jobs.filter(state__in=ACTIVE)
        pages = NewestFirst()
        page = pages.paginate_queryset(jobs, request, view=self)
        return base.many(page or [], next=pages.get_next_link())


class CancelView(ApiView):
    @extend_schema(
        operation_id="cancel_job",
        summary="Ask a job to stop",
        parameters=[schema.JOB_ID],
        request=None,
        responses=schema.answers(202, JobSerializer, 403, 404, 409) | {200: JobSerializer},
    )
    def post(self, request: Request, job_id: str) -> Response:
        job, principal = _to_be_changed(request, job_id, "cancel")
        try:
            verbs.cancel(job, by=principal.user, reason=principal.reason)
        except Refused as refusal:
            job.refresh_from_db()
            if job.state != State.CANCELLED:
                raise Conflict(str(refusal.reason)) from refusal
            return base.one(job)
        return base.one(job, HTTPStatus.ACCEPTED)


class RequeueView(ApiView):
    """For a job that failed or was cancelled: by its owner, staff with the right to requeue, or a backend."""

    @extend_schema(
        operation_id="requeue_job",
        summary="Start a new run of a job that failed",
        parameters=[schema.JOB_ID],
        request=None,
        responses=schema.answers(202, JobSerializer, 403, 404, 409),
    )
    def post(self, request: Request, job_id: str) -> Response:
        job, principal = _to_be_changed(request, job_id, "requeue")
        if job.state not in (State.FAILED, State.CANCELLED):
            raise Conflict(_("Only a job that failed or was cancelled can be requeued here."))
        try:
            verbs.requeue(job, by=principal.user, reason=principal.reason)
        except Refused as refusal:
            raise Conflict(str(refusal.reason)) from refusal
        return base.accepted(request, [job.pk])


class ReadTokenView(ApiView):
    """For backends: create a token for a browser, for some jobs or for all jobs of one subject."""

    @extend_schema(
        operation_id="create_read_token",
        summary="A token that lets a browser follow jobs",
        request=TokenRequest,
        responses=schema.answers(201, ReadTokenSerializer, 400, 403),
    )
    def post(self, request: Request) -> Response:
        asked = TokenRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        principal = principal_of(request)
        if not principal.reads:
            raise PermissionDenied
        scope = asked.scope(principal.minter)
        about = Q(pk__in=scope.jobs)
        if scope.subject_id is not None:
            about = Q(kind__in=kinds_about(scope.subject_type), subject_id=scope.subject_id)
        jobs = list(readable_jobs(principal).filter(about).order_by("-created_at")[: base.MAX_JOBS])
        if not jobs or len(jobs) < len(set(scope.jobs)):
            raise ValidationError([_("No such jobs.")])
        seconds = base.seconds_for(jobs)
        body = {"token": read_tokens.mint(scope, seconds), "expires_in": seconds}
        return Response(body, status=HTTPStatus.CREATED, headers={"Cache-Control": "no-store"})


class NotebookJobsView(ApiView):
    """The number of jobs of a notebook in each state, for a progress display."""

    @extend_schema(
        operation_id="count_jobs_of_notebook",
        summary="Number of jobs of a notebook in each state",
        parameters=[schema.NOTEBOOK_ID],
        responses=schema.answers(200, CountsSerializer, 404),
    )
    def get(self, request: Request, notebook_id: str) -> Response:
        pk = job_id_of(notebook_id)
        notebooks = Notebook.objects.filter(principal_of(request).rows(Notebook, lambda user: Q(owner=user)))
        if pk is None or not notebooks.filter(pk=pk).exists():
            raise NotFound
        rows = Job.objects.filter(notebook_id=pk).order_by().values_list("kind", "state").annotate(Count("pk"))
        kinds: dict[str, dict[str, int]] = {}
        for kind, state, count in rows:
            kinds.setdefault(kind, _nothing())[state] = count
        total = {state: sum(counts[state] for counts in kinds.values()) for state in State.values}
        return Response(
            {"states": total, "kinds": [{"kind": kind, **counts} for kind, counts in sorted(kinds.items())]}
        )


class UnknownPathView(ApiView):
    """Everything else, whatever the method."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound


def _nothing() -> dict[str, int]:
    return dict.fromkeys(State.values, 0)


def _to_be_changed(request: Request, job_id: str, verb: str) -> tuple[Job, Principal]:
    """Raises NotFound for what cannot be seen, PermissionDenied for what can be seen only."""
    principal = principal_of(request)
    job = base.readable_job(request, job_id)
    if not principal.may(verb, job):
        raise PermissionDenied
    return job, principal


def _valid(query: Callable[..., serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """The parameters of the address."""
    asked = query(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)
