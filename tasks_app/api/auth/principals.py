"""Who asks: a signed-in user, a backend of the product, or the holder of a read token."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Exists, Model, OuterRef, Q

from tasks_app.api.auth.read_tokens import Minter, MinterKind, TokenScope
from tasks_app.api.auth.subject_types import kinds_about, type_of_model
from tasks_app.api.auth.token_scope import jobs_within, rows_within
from tasks_app.models import Job, ServiceToken
from tasks_app.models.engine.api import ServiceTokens

PERMISSIONS_BACKEND = "django.contrib.auth.backends.ModelBackend"
EVERYTHING = Q()

Owner = Callable[[int], Q]
"""Which rows belong to the user with this id."""


class Principal(ABC):
    """`key` distinguishes principals, `user` is None for tokens; `reads` and `reads_only` say what one may do at all.

    `reason` is noted in the jobs that a principal asks for, and `name` is how the access log calls one that is no user.
    What may be seen is decided by the statement that reads it: `jobs` and `rows` are its conditions.
    """

    key: str
    reason = ""
    name = ""
    user: User | None = None
    reads_only = False
    reads = True

    @property
    def rate(self) -> int:
        """Requests per minute."""
        return int(settings.API_REQUESTS_PER_MINUTE)

    @abstractmethod
    def jobs(self) -> Q: ...

    @abstractmethod
    def rows(self, model: type[Model], owner: Owner, right: str = "view") -> Q:
        """Rows that the principal owns, or for which staff have the right (view, add, change) to the model.

        With no right, what is private: for its owner and superusers alone.
        """

    @abstractmethod
    def may(self, verb: str, job: Job) -> bool:
        """Whether a job that can be seen may be cancelled or requeued."""

    def may_submit(self, kind: str) -> bool:
        """Whether it may start jobs of this kind at all; on what, `rows` says."""
        return True

    @property
    def minter(self) -> Minter:
        """As whom the principal makes read tokens. Raises TypeError for one that only reads."""
        raise TypeError(f"{type(self).__name__} makes no tokens")


def jobs_of(user: int) -> Q:
    """The jobs that the user with this id may see now."""
    return Q(owner=user) | _holds(user, "tasks_app.view_job")


def rows_of(user: int, model: type[Model], owner: Owner, right: str) -> Q:
    """The rows of `Principal.rows` for the user with this id."""
    if not right:
        return owner(user) | Q(Exists(User.objects.filter(pk=user, is_superuser=True)))
    return owner(user) | _holds(user, f"tasks_app.{right}_{model._meta.model_name}")


def _holds(user: int, permission: str) -> Q:
    holders = User.objects.with_perm(permission, backend=PERMISSIONS_BACKEND)
    return Q(Exists(holders.filter(pk=user, is_staff=True)))


class UserPrincipal(Principal):
    """A user by session: owners have all rights to what is theirs, staff those they were given."""

    def __init__(self, user: User) -> None:
        self.user: User = user
        self.key = f"user:{user.pk}"

    @property
    def minter(self) -> Minter:
        return Minter(MinterKind.USER, self.user.pk)

    def jobs(self) -> Q:
        return jobs_of(self.user.pk)

    def rows(self, model: type[Model], owner: Owner, right: str = "view") -> Q:
        return rows_of(self.user.pk, model, owner, right)

    def may(self, verb: str, job: Job) -> bool:
        return job.owner_id == self.user.pk or self.has(f"{verb}_job")

    def has(self, right: str) -> bool:
        return self.user.is_staff and self.user.has_perm(f"tasks_app.{right}")


class ServicePrincipal(Principal):
    """A backend of the product, which decides itself who of its users may see and do what, within its token's scope."""

    def __init__(self, token: ServiceToken) -> None:
        self.key = f"service:{token.pk}"
        self.reason = self.name = f"API: {token.name}"
        self.reads = token.may_read
        self._token = token

    @property
    def rate(self) -> int:
        return int(settings.API_SERVICE_REQUESTS_PER_MINUTE)

    @property
    def minter(self) -> Minter:
        return Minter(MinterKind.BACKEND, self._token.pk)

    def jobs(self) -> Q:
        return jobs_within(self._row) if self._is_limited else EVERYTHING

    def rows(self, model: type[Model], owner: Owner, right: str = "view") -> Q:
        """With the right to add, the rows are those in which something is put: `may_submit` says what."""
        return rows_within(self._row, model) if self._is_limited and right != "add" else EVERYTHING

    def may(self, verb: str, job: Job) -> bool:
        return self._token.may_cancel if verb == "cancel" else self.may_submit(job.kind)

    def may_submit(self, kind: str) -> bool:
        return self._token.may_submit and (not self._token.kinds or kind in self._token.kinds)

    @property
    def _is_limited(self) -> bool:
        return bool(self._token.kinds) or self._token.names_notebooks  # type: ignore[attr-defined]

    @property
    def _row(self) -> ServiceTokens:
        return ServiceToken.objects.filter(pk=self._token.pk)


class ReadTokenPrincipal(Principal):
    """The holder of a read token: sees its jobs, or all about its subject, and what came out.

    Of all this, what the token's minter may still see: nothing once that user or service token is locked out.
    """

    reads_only = True
    name = "API: read token"

    def __init__(self, token: str, scope: TokenScope) -> None:
        self.key = f"token:{sha256(token.encode()).hexdigest()[:32]}"
        self.scope = scope

    def jobs(self) -> Q:
        return self._named_jobs() & self._minter_may(jobs_of, jobs_within)

    def rows(self, model: type[Model], owner: Owner, right: str = "view") -> Q:
        return self._named_rows(model) & self._minter_may(
            lambda user: rows_of(user, model, owner, right), lambda tokens: rows_within(tokens, model)
        )

    def _named_jobs(self) -> Q:
        if self.scope.subject_id is None:
            return Q(pk__in=self.scope.jobs)
        return Q(kind__in=kinds_about(self.scope.subject_type), subject_id=self.scope.subject_id)

    def _named_rows(self, model: type[Model]) -> Q:
        subject_type = type_of_model(model)
        if self.scope.subject_id is not None:
            return Q(pk=self.scope.subject_id if subject_type == self.scope.subject_type else None)
        about = Job.objects.filter(pk__in=self.scope.jobs, kind__in=kinds_about(subject_type))
        return Q(Exists(about.filter(subject_id=OuterRef("pk"))))

    def _minter_may(self, of_user: Callable[[int], Q], of_backend: Callable[[ServiceTokens], Q]) -> Q:
        minter = self.scope.minter
        if minter.kind == MinterKind.BACKEND:
            return of_backend(ServiceToken.objects.valid().filter(pk=minter.pk, may_read=True))
        return Q(Exists(User.objects.filter(pk=minter.pk, is_active=True))) & of_user(minter.pk)

    def may(self, verb: str, job: Job) -> bool:
        return False
