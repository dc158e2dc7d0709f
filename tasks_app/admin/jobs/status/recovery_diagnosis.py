"""What is to be repaired, is repaired by recovery: when it runs at once, and when it does not run."""

from django.urls import reverse
from django.utils.translation import gettext
from django_celery_beat.models import PeriodicTask

from tasks_app.admin.jobs.status.context import StatusContext
from tasks_app.admin.jobs.status.diagnosis import Button, Diagnosis, clock
from tasks_app.registry import TASK_PREFIX


def recovery_silent(context: StatusContext, what: str) -> Diagnosis:
    """Something is to be repaired, and nobody does it."""
    since = context.swept_at
    silent = (
        gettext("Recovery has not run since %(time)s.") % {"time": clock(since)}
        if since
        else gettext("Recovery has never run.")
    )
    return Diagnosis(
        name="recovery_silent",
        what=f"{what} {silent}",
        advice=gettext("Start beat and a worker for the maintenance queue; recovery then works automatically."),
        button=Button(
            label=gettext("Show workers"),
            url=reverse("admin:tasks_app_workerheartbeat_changelist"),
            right="tasks_app.view_workerheartbeat",
        ),
    )


def sweep_button() -> Button | None:
    """Recovery at once rather than at its next turn."""
    sweep = PeriodicTask.objects.filter(name=f"{TASK_PREFIX}sweep").values_list("pk", flat=True).first()
    if sweep is None:
        return None
    return Button(
        label=gettext("Repair now"),
        url=reverse("admin:django_celery_beat_periodictask_run", args=[sweep]),
        right="tasks_app.run_schedule",
        asks=True,
    )
