"""What every subject's page shows: how the work on it goes, and what may be done about that."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from tasks_app.admin.jobs.actions.job_actions import Verb, offered
from tasks_app.admin.jobs.status.context import StatusContext
from tasks_app.admin.jobs.status.diagnose import diagnose
from tasks_app.admin.jobs.status.diagnosis import Diagnosis
from tasks_app.admin.jobs.status.durations import with_times
from tasks_app.models import Job
from tasks_app.models.content.base.subject import Subject


@dataclass(frozen=True, kw_only=True)
class JobStatus:
    """The newest job of one kind on a subject, and what the reader may do to it."""

    job: Job
    diagnosis: Diagnosis
    verbs: Sequence[Verb]


def newest_jobs(subject_id: UUID, kinds: Sequence[str]) -> list[Job]:
    """At most one of each kind, in the order of `kinds`, with times. Index: job_of_subject."""
    jobs = Job.objects.filter(kind__in=kinds, subject_id=subject_id).order_by("kind", "-created_at").distinct("kind")
    found = {job.kind: job for job in with_times(jobs)}
    return [found[kind] for kind in kinds if kind in found]


def status(request: HttpRequest, subject: Subject, kinds: Sequence[str]) -> dict[str, Any]:
    """For subject_live.html and subject_verbs.html of console/content/base; `busy` while any of the jobs is active."""
    jobs = newest_jobs(subject.pk, kinds)
    context = StatusContext()
    return {
        "subject": subject,
        "statuses": [
            JobStatus(job=job, diagnosis=diagnose(job, context), verbs=offered(request.user, job)) for job in jobs
        ],
        "busy": any(not job.done for job in jobs),
        "may_see_jobs": request.user.has_perm("tasks_app.view_job"),
        "live_url": address(subject, "live"),
        "verbs_back": address(subject, "change"),
    }


def right_to_change(model: type[Model]) -> str:
    """The right to change such rows, as "app_label.codename"."""
    return f"{model._meta.app_label}.change_{model._meta.model_name}"


def address(subject: Subject, view: str) -> str:
    """The path of one of a subject's pages in the console."""
    return reverse(f"admin:{subject._meta.app_label}_{subject._meta.model_name}_{view}", args=[subject.pk])
