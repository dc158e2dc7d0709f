"""What staff may do to a job, in words: button, question, outlook for each job, and report."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import Message
from tasks_app.jobs import verbs
from tasks_app.models import Job
from tasks_app.models.job import State


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What a verb would do to one job as it is now; where `applies` is False, `text` says why."""

    job: Job
    applies: bool
    text: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What an outlook depends on beside the job: labels of its saved stages, and whether another job is in its way."""

    saved: tuple[str, ...] = ()
    rival: bool = False


@dataclass(frozen=True, kw_only=True)
class Verb:
    """`call` is the engine's verb, `outlook` what it would do.

    `done` reports how many jobs it was done to. `rebuilds` offers to ignore what is saved.
    """

    name: str
    label: Message
    question: Message
    logged: Message
    call: Callable[..., Job]
    outlook: Callable[[Job, Facts], Outlook]
    done: Callable[[int], str]
    reason_required: bool
    rebuilds: bool = False
    dangerous: bool = False

    @property
    def permission(self) -> str:
        return f"tasks_app.{self.name}_job"

    def allowed(self, model_admin: ModelAdmin[Job], request: HttpRequest) -> bool:
        """Whether the reader may see jobs and do this to them."""
        return model_admin.has_view_permission(request) and request.user.has_perm(self.permission)


def _requeue_outlook(job: Job, facts: Facts) -> Outlook:
    if not job.done:
        return Outlook(job=job, applies=False, text=gettext("It is still active."))
    if facts.rival:
        text = gettext("Another job is already working on the same subject.")
        return Outlook(job=job, applies=False, text=text)
    text = gettext("Starts run %(run)d.") % {"run": job.run + 1}
    if facts.saved:
        text += " " + gettext("Saved stages are used again if their input is unchanged: %(stages)s.") % {
            "stages": " / ".join(facts.saved)
        }
    if job.state == State.SUCCEEDED:
        text += " " + gettext("Its result is replaced.")
    return Outlook(job=job, applies=True, text=text)


def _fail_outlook(job: Job, _facts: Facts) -> Outlook:
    if job.done:
        return Outlook(job=job, applies=False, text=gettext("It is already done."))
    if job.state == State.QUEUED:
        return Outlook(job=job, applies=True, text=gettext("Fails at once; it does not start."))
    return Outlook(
        job=job,
        applies=True,
        text=gettext("Fails at once; what its worker still does is thrown away."),
    )


def _cancel_outlook(job: Job, _facts: Facts) -> Outlook:
    if job.done:
        return Outlook(job=job, applies=False, text=gettext("It is already done."))
    if job.state == State.QUEUED:
        return Outlook(job=job, applies=True, text=gettext("Is cancelled at once; it does not start."))
    return Outlook(
        job=job,
        applies=True,
        text=gettext("Its worker is asked to stop and has %(seconds)d seconds to do so.")
        % {"seconds": settings.JOB_CANCEL_GRACE_SECONDS},
    )


REQUEUE = Verb(
    name="requeue",
    label=_("Requeue"),
    question=_("Requeue these jobs?"),
    logged=_("Requeued."),
    call=verbs.requeue,
    outlook=_requeue_outlook,
    done=lambda count: (
        ngettext("%(count)d job was requeued.", "%(count)d jobs were requeued.", count) % {"count": count}
    ),
    reason_required=False,
    rebuilds=True,
)
FAIL = Verb(
    name="fail",
    label=_("Mark failed"),
    question=_("Mark these jobs as failed?"),
    logged=_("Marked as failed."),
    call=verbs.fail,
    outlook=_fail_outlook,
    done=lambda count: (
        ngettext("%(count)d job was marked as failed.", "%(count)d jobs were marked as failed.", count)
        % {"count": count}
    ),
    reason_required=True,
    dangerous=True,
)
CANCEL = Verb(
    name="cancel",
    label=_("Cancel job"),
    question=_("Cancel these jobs?"),
    logged=_("Cancelled."),
    call=verbs.cancel,
    outlook=_cancel_outlook,
    done=lambda count: (
        ngettext(
            "%(count)d job was cancelled or asked to stop.",
            "%(count)d jobs were cancelled or asked to stop.",
            count,
        )
        % {"count": count}
    ),
    reason_required=True,
    dangerous=True,
)
VERBS = (REQUEUE, FAIL, CANCEL)


def offered(user: User | AnonymousUser, job: Job) -> list[Verb]:
    """What applies to a job as it is now and is for this reader to do."""
    if not user.has_perm("tasks_app.view_job"):
        return []
    return [verb for verb in VERBS if user.has_perm(verb.permission) and verb.outlook(job, Facts()).applies]
