"""Finding jobs: by a whole id of any sort, or by any part of a title."""

from uuid import UUID

from django.db.models import BooleanField, F, Func, Q, QuerySet, Value

from tasks_app.models import Attempt, Job
from tasks_app.models.engine.job import ACTIVE
from tasks_app.registry import job_types
from tasks_app.text.japanese import bigrams


class Matches(Func):
    """Whether a `tsvector` matches a `tsquery` literal that text/japanese/bigrams.py has built."""

    template = "%(expressions)s::tsquery"
    arg_joiner = " @@ "
    output_field = BooleanField()


def search(jobs: QuerySet[Job], term: str) -> QuerySet[Job]:
    """Of `jobs`, those with this id, subject or Celery id; else those whose title holds every word of `term`.

    Indexes: primary key, job_of_subject, job_dispatched, attempt.task_id, job_title.
    """
    try:
        wanted = UUID(term)
    except ValueError:
        return jobs.filter(Matches(F("title_search"), Value(bigrams.phrase(term))))
    return jobs.filter(pk__in=_with_id(wanted))


def _with_id(wanted: UUID) -> list[UUID]:
    """Asked apart, as PostgreSQL would scan for one condition over several tables."""
    own = Q(pk=wanted) | Q(kind__in=tuple(job_types), subject_id=wanted)
    waiting = Q(dispatch_id=wanted, state__in=ACTIVE)
    found = [
        *Job.objects.filter(own).values_list("pk", flat=True),
        *Job.objects.filter(waiting).values_list("pk", flat=True),
        *Attempt.objects.filter(task_id=wanted).values_list("job_id", flat=True),
    ]
    return list(dict.fromkeys(found))
