"""How a caller is known, and which jobs it may see. Each authenticator returns (user, principal)."""

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, ParseError, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from tasks_app.access.client_address import client_address, comes_from
from tasks_app.api.auth import read_tokens
from tasks_app.api.auth.principals import Principal, ReadTokenPrincipal, ServicePrincipal, UserPrincipal
from tasks_app.models import Job, JobDependency, ServiceToken
from tasks_app.models.engine.api import SERVICE_PREFIX

SCHEME = "bearer"
TOKEN_PREFIXES = (SERVICE_PREFIX, read_tokens.PREFIX)
TOKEN_PARAMETERS = frozenset({"access_token", "token", "api_key", "authorization"})
LAST_USED_EXACT_TO = timedelta(hours=1)
MAX_CHARACTERS = 4096
"""Of a token; one for 50 jobs has fewer than half of them."""


class Bearer(BaseAuthentication):
    """`Authorization: Bearer`, with a read token (no SQL) or a service token (one statement)."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Principal] | None:
        scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != SCHEME:
            return None
        return AnonymousUser(), self._principal(token, client_address(request))

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="NotebookOps"'

    def _principal(self, token: str, address: str | None) -> Principal:
        if len(token) <= MAX_CHARACTERS and token.isascii() and token.isprintable():
            if token.startswith(read_tokens.PREFIX):
                return self._follower(token)
            if token.startswith(SERVICE_PREFIX):
                return self._service(token, address)
        raise _unknown_token()

    def _follower(self, token: str) -> Principal:
        try:
            return ReadTokenPrincipal(token, read_tokens.read(token))
        except read_tokens.Invalid as error:
            raise _unknown_token() from error

    def _service(self, token: str, address: str | None) -> Principal:
        named = ServiceToken.notebooks.through.objects.filter(servicetoken=OuterRef("pk"))
        found = ServiceToken.objects.valid().of_secret(token).annotate(names_notebooks=Exists(named)).first()
        if found is None:
            raise _unknown_token()
        if not comes_from(address, found.addresses):
            raise PermissionDenied(_("This token may not be used from your IP address."))
        if found.last_used_at is None or now() - found.last_used_at > LAST_USED_EXACT_TO:
            ServiceToken.objects.filter(pk=found.pk).update(last_used_at=Now(), last_address=address)
        return ServicePrincipal(found)


class Session(SessionAuthentication):
    """The console's session, with Django's protection against forged requests."""

    def authenticate(self, request: Request) -> tuple[User, Principal] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        user = found[0]
        assert isinstance(user, User)
        return user, UserPrincipal(user)


class IsPrincipal(BasePermission):
    """Somebody who is known; with a read token for reading alone, with a service token within its scope."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        principal = request.auth
        if not isinstance(principal, Principal):
            return False
        return principal.reads if request.method in SAFE_METHODS else not principal.reads_only


def refuse_tokens_in_address(request: Request) -> None:
    """Addresses are logged and passed on. Raises ParseError where one holds a token, or seems to."""
    for name, values in request.query_params.lists():
        if name.lower() in TOKEN_PARAMETERS or any(str(value).startswith(TOKEN_PREFIXES) for value in values):
            raise ParseError(_("Do not put a token in a URL. Send it in the Authorization header."))


def principal_of(request: Request) -> Principal:
    assert isinstance(request.auth, Principal), "every call is guarded by Known"
    return request.auth


def readable_jobs(principal: Principal) -> QuerySet[Job]:
    """The jobs that the principal may see, each with `awaiting`."""
    return with_awaiting(Job.objects.filter(principal.jobs()))


SHOWN = (
    *("kind", "state", "queue", "subject_id", "stage", "progress_done", "progress_total", "attempt", "max_attempts"),
    *("error_class", "error_code", "error_message", "error_details", "cancel_requested_at"),
    *("created_at", "started_at", "finished_at", "updated_at"),
)
"""The columns that `representation.shown` reads."""


def shown_jobs(principal: Principal) -> QuerySet[Job]:
    """Like `readable_jobs`, for being shown alone: without the other columns."""
    return readable_jobs(principal).only(*SHOWN)


def with_awaiting(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Each has `awaiting`: whether it waits for other jobs."""
    return jobs.annotate(awaiting=Exists(JobDependency.objects.filter(parent=OuterRef("pk"))))


def _unknown_token() -> AuthenticationFailed:
    """The same for every flaw."""
    return AuthenticationFailed(_("The token is invalid or has expired."))
