"""What all calls have in common, and how jobs are answered."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, AuthenticationFailed, NotAuthenticated, NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tasks_app.api.auth import access, read_tokens
from tasks_app.api.auth.principals import ServicePrincipal
from tasks_app.api.auth.read_tokens import TokenScope
from tasks_app.api.auth.throttling import PerPrincipal, count_refusal
from tasks_app.api.http import caching, parsers
from tasks_app.api.queries import job_id_of
from tasks_app.api.representation import pause, shown
from tasks_app.models import Job

READ_TOKEN = "Read-Token"  # noqa: S105 - the name of a header
SPARE_SECONDS = 3600
MAX_JOBS = 50


class Conflict(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = _("This action is not possible in the job's current state.")
    default_code = "conflict"


class ApiView(APIView):
    authentication_classes = (access.Bearer, access.Session)
    permission_classes = (access.IsPrincipal,)
    throttle_classes = (PerPrincipal,)
    parser_classes = (parsers.JSONObjectParser,)
    http_method_names = ("get", "head", "post", "options")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        parsers.measure(request)
        access.refuse_tokens_in_address(request)
        try:
            super().initial(request, *args, **kwargs)
        except (AuthenticationFailed, NotAuthenticated):
            count_refusal(request)
            raise

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """The Allow header is the whole answer."""
        return Response(status=status.HTTP_204_NO_CONTENT)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        caching.mark_private(answer)
        allowance = getattr(request, "allowance", None)
        if allowance is not None:
            for name, value in allowance.headers().items():
                answer[name] = value
        is_read = request.method in ("GET", "HEAD") and answer.status_code == status.HTTP_200_OK
        if is_read and isinstance(answer, Response):
            caching.revalidate_when_rendered(request, answer)
        return answer


def readable_job(request: Request, text: str) -> Job:
    """Raises NotFound alike for what is no id, for an unknown one and for what is not for this reader."""
    return find_job(access.readable_jobs(access.principal_of(request)), text)


def find_job(jobs: QuerySet[Job], text: str) -> Job:
    job_id = job_id_of(text)
    job = jobs.filter(pk=job_id).first() if job_id else None
    if job is None:
        raise NotFound
    return job


def one(job: Job, code: int = status.HTTP_200_OK) -> Response:
    return Response(shown(job), status=code, headers=_retry_header([job]))


def many(jobs: Iterable[Job], **more: Any) -> Response:
    found = list(jobs)
    return Response({"items": [shown(job) for job in found], **more}, headers=_retry_header(found))


def accepted(request: Request, ids: list[UUID]) -> Response:
    """202 with the job, or with all where one request made several; to a backend with a token for its browser."""
    found = access.with_awaiting(Job.objects.all()).in_bulk(ids)
    jobs = [found[pk] for pk in ids if pk in found]
    headers = {"Location": reverse("api:job", args=ids[:1])}
    if len(ids) > 1:
        headers["Location"] = f"{reverse('api:jobs')}?ids={','.join(map(str, ids))}"
    principal = access.principal_of(request)
    if isinstance(principal, ServicePrincipal) and principal.reads:
        headers[READ_TOKEN] = read_tokens.mint(TokenScope(minter=principal.minter, jobs=tuple(ids)), seconds_for(jobs))
    answer = one(jobs[0]) if len(ids) == 1 else many(jobs)
    answer.status_code = status.HTTP_202_ACCEPTED
    for name, value in headers.items():
        answer[name] = value
    return answer


def seconds_for(jobs: Iterable[Job]) -> int:
    """How long a read token holds: as long as all attempts may take, and an hour."""
    if settings.API_READ_TOKEN_SECONDS:
        return int(settings.API_READ_TOKEN_SECONDS)
    longest = (job.job_type.hard_limit * job.max_attempts for job in jobs if job.job_type)
    return max(longest, default=0) + SPARE_SECONDS


def _retry_header(jobs: Iterable[Job]) -> Mapping[str, str]:
    """As soon as one of the jobs may have moved."""
    pauses = [seconds for job in jobs if (seconds := pause(job)) is not None]
    return {caching.RETRY_AFTER: str(min(pauses))} if pauses else {}
