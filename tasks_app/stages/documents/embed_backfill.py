"""Embedding later what was done while there was no endpoint for it."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import Refused
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, StageResult
from tasks_app.models.engine.job import State
from tasks_app.models.engine.stage_result import StageState
from tasks_app.providers.endpoint import embeddings
from tasks_app.queues import BULK
from tasks_app.stages.documents.embed import NAME


def skipped() -> QuerySet[Job]:
    """Succeeded jobs, the newest of their subject, whose text has no vectors because that stage was skipped.

    Indexes: stage_result_newest and job_of_subject.
    """
    results = StageResult.objects.filter(kind=OuterRef("kind"), subject_id=OuterRef("subject_id"), stage=NAME)
    newest = Job.objects.filter(kind=OuterRef("kind"), subject_id=OuterRef("subject_id")).order_by("-created_at", "-id")
    return (
        Job.objects.filter(state=State.SUCCEEDED)
        .alias(embedded=Subquery(results.order_by("-id").values("state")[:1]), newest=Subquery(newest.values("pk")[:1]))
        .filter(embedded=StageState.SKIPPED, newest=F("pk"))
    )


def count_skipped() -> int:
    """How many there are, counted no further than twice what one press of the button takes."""
    return len(skipped().order_by().values_list("pk", flat=True)[: 2 * settings.EMBED_BACKFILL_JOBS])


def embed_skipped(*, by: AbstractBaseUser | None) -> tuple[list[Job], int]:
    """Requeue them, the oldest first and at most EMBED_BACKFILL_JOBS; the jobs, and how many are left.

    A job that somebody else took up meanwhile is passed over. Raises Refused without an embedding endpoint.
    """
    if embeddings() is None:
        raise Refused(_("No embedding service is configured. Set EMBEDDING_BASE_URL and EMBEDDING_MODEL."))
    requeued = []
    for job in skipped().order_by("created_at")[: settings.EMBED_BACKFILL_JOBS]:
        try:
            requeued.append(verbs.requeue(job, by=by, reason=gettext("Creating missing embeddings."), priority=BULK))
        except Refused:
            continue
    return requeued, count_skipped()
