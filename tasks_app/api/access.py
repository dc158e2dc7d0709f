"""Who asks, and what they may see and do."""

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from tasks_app.models import Job, JobWait

PERMISSIONS_BACKEND = "django.contrib.auth.backends.ModelBackend"


class Session(SessionAuthentication):
    """The console's session. Names a challenge: without one REST framework answers 403 instead of 401."""

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="NotebookOps"'


def readable_jobs(reader: User) -> QuerySet[Job]:
    """All jobs for staff who may view jobs, their own for others: decided by the statement that finds them.

    Each has `awaiting`: whether it waits for other jobs.
    """
    allowed = User.objects.with_perm("tasks_app.view_job", backend=PERMISSIONS_BACKEND)
    sees_all = Exists(allowed.filter(pk=reader.pk, is_staff=True))
    return Job.objects.filter(Q(owner=reader) | sees_all).annotate(
        awaiting=Exists(JobWait.objects.filter(parent=OuterRef("pk")))
    )


def may_cancel(reader: User, job: Job) -> bool:
    return job.owner_id == reader.pk or (reader.is_staff and reader.has_perm("tasks_app.cancel_job"))
