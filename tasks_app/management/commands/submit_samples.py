"""The bundled samples of every kind, submitted as staff would submit them."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, Notebook
from tasks_app.registry import job_types


def never_used() -> bool:
    """Whether nobody ever put anything into this database: samples do not belong among real work."""
    return not (Notebook.objects.exists() or Job.objects.exists())


@transaction.atomic
def submit() -> list[Job]:
    """A new notebook with one set of samples, and their jobs."""
    notebook = Notebook.objects.create(title=_("Samples"))
    return [
        verbs.enqueue(kind, subject, reason=_("Bundled sample"))
        for kind, job_type in job_types.items()
        for subject in job_type.samples(notebook)
    ]


class Command(BaseCommand):
    help = "Submit a new copy of the bundled samples in a new notebook and print the ids of their jobs."

    def handle(self, *args: Any, **options: Any) -> None:
        for job in submit():
            self.stdout.write(str(job.pk))
