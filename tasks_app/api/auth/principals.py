"""Who asks: a signed-in user, a backend of the product, or the holder of a read token."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Exists, Model, OuterRef, Q

from tasks_app.api.auth.read_tokens import TokenScope
from tasks_app.api.auth.subject_types import kinds_about, type_of_model
from tasks_app.models import Job, ServiceToken

PERMISSIONS_BACKEND = "django.contrib.auth.backends.ModelBackend"
EVERYTHING = Q()

Owner = Callable[[int], Q]
"""Which rows belong to the user with this id."""


class Principal(ABC):
    """`key` distinguishes principals, `reason` is noted in the jobs they ask for, `user` is None for tokens.

    What may be seen is decided by the statement that reads it: `jobs` and `rows` are its conditions.
    """

    key: str
    reason = ""
    user: User | None = None
    reads_only = False

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


class UserPrincipal(Principal):
    """A user by session: owners have all rights to what is theirs, staff those they were given."""

    def __init__(self, user: User) -> None:
        self.user: User = user
        self.key = f"user:{user.pk}"

    def jobs(self) -> Q:
        return Q(owner=self.user) | self._holds("tasks_app.view_job")

    def rows(self, model: type[Model], owner: Owner, right: str = "view") -> Q:
        if not right:
            return EVERYTHING if self.user.is_superuser else owner(self.user.pk)
        return owner(self.user.pk) | self._holds(f"tasks_app.{right}_{model._meta.model_name}")

    def may(self, verb: str, job: Job) -> bool:
        return job.owner_id == self.user.pk or self.has(f"{verb}_job")

    def has(self, right: str) -> bool:
        return self.user.is_staff and self.user.has_perm(f"tasks_app.{right}")

    def _holds(self, permission: str) -> Q:
        holders = User.objects.with_perm(permission, backend=PERMISSIONS_BACKEND)
        return Q(Exists(holders.filter(pk=self.user.pk, is_staff=True)))


class ServicePrincipal(Principal):
    """A backend of the product, which decides itself who of its users may see and do what."""

    def __init__(self, token: ServiceToken) -> None:
        self.key = f"service:{token.pk}"
        self.reason = f"API: {token.name}"

    @property
    def rate(self) -> int:
        return int(settings.API_SERVICE_REQUESTS_PER_MINUTE)

    def jobs(self) -> Q:
        return EVERYTHING

    def rows(self, model: type[Model], owner: Owner, right: str = "view") -> Q:
        return EVERYTHING

    def may(self, verb: str, job: Job) -> bool:
        return True


class ReadTokenPrincipal(Principal):
    """The holder of a read token: sees its jobs, or all about its subject, and what came out."""

    reads_only = True

    def __init__(self, token: str, scope: TokenScope) -> None:
        self.key = f"token:{sha256(token.encode()).hexdigest()[:32]}"
        self.scope = scope

    def jobs(self) -> Q:
        if self.scope.subject_id is None:
            return Q(pk__in=self.scope.jobs)
        return Q(kind__in=kinds_about(self.scope.subject_type), subject_id=self.scope.subject_id)

    def rows(self, model: type[Model], owner: Owner, right: str = "view") -> Q:
        subject_type = type_of_model(model)
        if self.scope.subject_id is not None:
            return Q(pk=self.scope.subject_id if subject_type == self.scope.subject_type else None)
        about = Job.objects.filter(pk__in=self.scope.jobs, kind__in=kinds_about(subject_type))
        return Q(Exists(about.filter(subject_id=OuterRef("pk"))))

    def may(self, verb: str, job: Job) -> bool:
        return False
