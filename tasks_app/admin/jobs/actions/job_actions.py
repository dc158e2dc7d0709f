"""What staff may do to a job, in words: button, question, preview for each job, and report."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.jobs.actions.requeue_preview import NO_PREVIEW, RequeuePreview
from tasks_app.admin.jobs.status.finished import remedy
from tasks_app.errors import Message
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job
from tasks_app.models.engine.job import ACTIVE, DONE, State


@dataclass(frozen=True, kw_only=True)
class ActionPreview:
    """What a verb would do to one job as it is now; where `applies` is False, `text` says why."""

    job: Job
    applies: bool
    text: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Verb:
    """`call` is the engine's verb, `preview` what it would do, `states` those in which it may apply.

    `done` reports how many jobs it was done to. `queues`: the job gets a priority.
    """

    name: str
    label: Message
    question: Message
    logged: Message
    call: Callable[..., Job]
    preview: Callable[[Job, RequeuePreview], ActionPreview]
    states: tuple[State, ...]
    done: Callable[[int], str]
    reason_required: bool
    queues: bool = False
    dangerous: bool = False

    @property
    def permission(self) -> str:
        return f"tasks_app.{self.name}_job"

    def allowed(self, model_admin: ModelAdmin[Job], request: HttpRequest) -> bool:
        """Whether the reader may see jobs and do this to them."""
        return model_admin.has_view_permission(request) and request.user.has_perm(self.permission)


def _preview_requeue(job: Job, preview: RequeuePreview, *, rebuild: bool = False) -> ActionPreview:
    if not job.done:
        return ActionPreview(job=job, applies=False, text=gettext("It is still active."))
    if preview.obstacle:
        return ActionPreview(job=job, applies=False, text=preview.obstacle)
    text = gettext("Starts run %(run)d.") % {"run": job.run + 1}
    warning = (job.error_text, remedy(job.error_class, job.error_code)) if job.error_class == "PermanentError" else ()
    details = (*warning, *preview.work(rebuild), *preview.replacement(rebuild), *preview.expectation(rebuild))
    return ActionPreview(job=job, applies=True, text=text, details=details)


def _preview_fail(job: Job, _preview: RequeuePreview) -> ActionPreview:
    if job.done:
        return ActionPreview(job=job, applies=False, text=gettext("It is already done."))
    if job.state == State.QUEUED:
        return ActionPreview(job=job, applies=True, text=gettext("Marked failed immediately; it does not start."))
    return ActionPreview(
        job=job,
        applies=True,
        text=gettext("Marked failed immediately; any work in progress is discarded."),
    )


def _preview_cancel(job: Job, _preview: RequeuePreview) -> ActionPreview:
    if job.done:
        return ActionPreview(job=job, applies=False, text=gettext("It is already done."))
    if job.state == State.QUEUED:
        return ActionPreview(job=job, applies=True, text=gettext("Cancelled immediately; it does not start."))
    return ActionPreview(
        job=job,
        applies=True,
        text=gettext("The worker is asked to stop and has %(seconds)d seconds to do so.")
        % {"seconds": settings.JOB_CANCEL_GRACE_SECONDS},
    )


def _preview_acknowledge(job: Job, _preview: RequeuePreview) -> ActionPreview:
    if job.state != State.FAILED:
        return ActionPreview(job=job, applies=False, text=gettext("It has not failed."))
    if job.acknowledged_at is not None:
        return ActionPreview(job=job, applies=False, text=gettext("It has already been acknowledged."))
    text = gettext("No longer counted on the dashboard; it stays in the list and can still be requeued.")
    return ActionPreview(job=job, applies=True, text=text)


def _requeued(count: int) -> str:
    return ngettext("%(count)d job was requeued.", "%(count)d jobs were requeued.", count) % {"count": count}


REQUEUE = Verb(
    name="requeue",
    label=_("Requeue"),
    question=_("Requeue these jobs?"),
    logged=_("Requeued."),
    call=verbs.requeue,
    preview=_preview_requeue,
    states=DONE,
    done=_requeued,
    reason_required=False,
    queues=True,
)
RESTART = Verb(
    name="restart",
    label=_("Requeue from the start"),
    question=_("Requeue these jobs from the start?"),
    logged=_("Requeued from the start."),
    call=partial(verbs.requeue, rebuild=True),
    preview=partial(_preview_requeue, rebuild=True),
    states=DONE,
    done=_requeued,
    reason_required=False,
    queues=True,
)
FAIL = Verb(
    name="fail",
    label=_("Mark failed"),
    question=_("Mark these jobs as failed?"),
    logged=_("Marked as failed."),
    call=verbs.fail,
    preview=_preview_fail,
    states=ACTIVE,
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
    preview=_preview_cancel,
    states=ACTIVE,
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
ACKNOWLEDGE = Verb(
    name="acknowledge",
    label=_("Acknowledge"),
    question=_("Acknowledge these failures?"),
    logged=_("Acknowledged."),
    call=verbs.acknowledge,
    preview=_preview_acknowledge,
    states=(State.FAILED,),
    done=lambda count: (
        ngettext("%(count)d failure was acknowledged.", "%(count)d failures were acknowledged.", count)
        % {"count": count}
    ),
    reason_required=False,
)
VERBS = (REQUEUE, RESTART, FAIL, CANCEL, ACKNOWLEDGE)
BY_NAME = {verb.name: verb for verb in VERBS}


def offered(user: User | AnonymousUser, job: Job) -> list[Verb]:
    """What applies to a job as it is now and is for this reader to do."""
    if not user.has_perm("tasks_app.view_job"):
        return []
    return [verb for verb in VERBS if user.has_perm(verb.permission) and verb.preview(job, NO_PREVIEW).applies]
