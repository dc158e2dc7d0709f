"""How the API offers one type of subject: what can be submitted, what can be asked for, and what came out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q
from django.http import HttpResponseBase
from rest_framework import serializers

from tasks_app.api.auth.principals import Owner, Principal
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, Notebook
from tasks_app.registry import JobRequest, primary_kind, requests_on

Download = Callable[[Any], HttpResponseBase]
"""The file of a subject. Raises NotFound while there is none."""


class Owned(serializers.PrimaryKeyRelatedField):  # type: ignore[type-arg]
    """The id of a row in which the caller may put things: its own, or any that staff see and may add `adds` to.

    An unknown one and one that is not for the caller are the same mistake. `private` ones are for owners alone.
    """

    def __init__(
        self, model: type[Model], owner: Owner, adds: type[Model], *, private: bool = False, **kwargs: Any
    ) -> None:
        self._rows = (model, owner, adds)
        self._view = "" if private else "view"
        super().__init__(queryset=model._default_manager.none(), pk_field=serializers.UUIDField(), **kwargs)

    def get_queryset(self) -> Any:
        model, owner, adds = self._rows
        principal: Principal | None = self.context.get("principal")
        if principal is None:
            return model._default_manager.none()
        visible = principal.rows(model, owner, self._view)
        return model._default_manager.filter(visible, principal.rows(adds, owner, "add"))


def notebook_field(adds: type[Model], **kwargs: Any) -> Owned:
    return Owned(Notebook, lambda user: Q(owner=user), adds, **kwargs)


class Submission(serializers.Serializer[Any]):
    """A new subject. `store` keeps it, validated."""

    def store(self, principal: Principal, **data: Any) -> Any:
        """The stored subject."""
        raise NotImplementedError

    def submit(self, principal: Principal, **data: Any) -> Job:
        """The job of the subject's primary kind, about the stored subject. Raises ValidationError."""
        subject = self.store(principal, **data)
        kind = primary_kind(subject._meta.label)
        return verbs.enqueue(kind, subject, requested_by=principal.user, reason=principal.reason)


@dataclass(frozen=True, kw_only=True)
class Resource:
    """`path` is its part of the address. `owner` says which rows belong to a user.

    `result` reads a subject. `private` ones are for owners alone. `only` leaves rows of the model out. `downloads` are
    files by the last part of their address. What jobs can be requested about a subject, the kinds declare.
    """

    model: type[Model]
    path: str
    owner: Owner
    result: type[serializers.Serializer[Any]]
    submission: type[Submission] | None = None
    related: tuple[str, ...] = ()
    private: bool = False
    only: Q = field(default_factory=Q)
    downloads: Mapping[str, Download] = field(default_factory=dict)
    takes_files: bool = False

    @property
    def label(self) -> str:
        """As the registry names the model."""
        return self.model._meta.label

    @property
    def requests(self) -> Mapping[str, JobRequest]:
        """How jobs about a subject are requested, by kind, the default one first."""
        return requests_on(self.label)


def request_fields(request: JobRequest, *, optional: bool = False) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    """Of the body of a request: one for each parameter of the job; `optional` where other kinds share the body."""
    return {
        parameter.name: serializers.ChoiceField(
            choices=list(parameter.choices),
            required=parameter.required and not optional,
            help_text=str(parameter.description) or None,
        )
        for parameter in request.parameters
    }
