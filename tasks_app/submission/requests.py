"""Requesting jobs about rows that are stored: what the kinds' declarations say, carried out for console and API."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import Message
from tasks_app.jobs.transitions import force_end, verbs
from tasks_app.models import Job
from tasks_app.registry import JobRequest, requests_on


class NothingToDo(Exception):
    """The row lacks what the request is about; `reason` is for people."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


def chosen(request: JobRequest, given: Mapping[str, Any]) -> dict[str, str]:
    """The job's parameters from a form. Raises NothingToDo for a value that is not offered, or a missing one."""
    params = {}
    for parameter in request.parameters:
        value = given.get(parameter.name, "")
        if value in [choice for choice, _label in parameter.choices]:
            params[parameter.name] = value
        elif value or parameter.required:
            raise NothingToDo(parameter.missing or _("Choose one of the values offered."))
    return params


def submit(kind: str, row: Any, *, params: Mapping[str, Any], requested_by: User | None, reason: str = "") -> list[Job]:
    """Enqueue what the request of this kind on such a row asks for; an active job that does the same is returned.

    Raises KeyError where the kind cannot be requested on it, NothingToDo and AlreadyEnqueued.
    """
    request = requests_on(row._meta.label)[kind]
    obstacle = request.obstacle(row)
    if obstacle is not None:
        raise NothingToDo(obstacle)
    subjects = request.subjects(row)
    if len(subjects) > 1:
        force_end.several_jobs()
    return [
        verbs.enqueue(kind, subject, params=params, requested_by=requested_by, reason=reason) for subject in subjects
    ]
