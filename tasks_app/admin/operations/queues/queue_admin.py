"""Queues: what waits and runs in each, pausing one, draining all before maintenance, and the limits."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from tasks_app.admin.common import confirmation
from tasks_app.admin.common.confirmation import Confirmation
from tasks_app.admin.common.read_only import ReadOnlyAdmin
from tasks_app.admin.jobs.status.liveness import running_jobs, worker_statuses
from tasks_app.admin.operations.queues.queue_actions import QUEUE_VERBS, QueueVerb, may_pause
from tasks_app.admin.operations.queues.queue_stats import queue_lines
from tasks_app.errors import Refused
from tasks_app.jobs.transitions.pausing import JOB_QUEUES
from tasks_app.models import QueueControl

RUNNING_SHOWN = 20


@admin.register(QueueControl)
class QueueControlAdmin(ReadOnlyAdmin):
    """One page for all of them instead of a list of rows, which there are only once a queue was paused."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        verbs = [
            path(
                f"{verb.name}/" if verb.of_all else f"<str:queue>/{verb.name}/",
                view(self.verb_view),
                {"verb": verb},
                name=f"tasks_app_queuecontrol_{verb.name}",
            )
            for verb in QUEUE_VERBS
        ]
        return [path("live/", view(self.live_view), name="tasks_app_queuecontrol_live"), *verbs, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._require_view(request)
        context = {
            **self.admin_site.each_context(request),
            **self._status(request),
            "opts": self.opts,
            "title": gettext("Queues"),
        }
        return render(request, "console/operations/queues/queues.html", context)

    def live_view(self, request: HttpRequest) -> HttpResponse:
        self._require_view(request)
        return render(request, "console/operations/queues/queues_live.html", self._status(request))

    @method_decorator(require_POST)
    def verb_view(self, request: HttpRequest, verb: QueueVerb, queue: str = "") -> HttpResponse:
        """Both pages: the question and, confirmed, the deed with a line of history for each queue."""
        if not may_pause(request.user):
            raise PermissionDenied
        if queue not in JOB_QUEUES and not verb.of_all:
            raise Http404
        names = {"queue": queue}
        back = reverse("admin:tasks_app_queuecontrol_changelist")
        question = Confirmation(
            title=str(verb.question) % names,
            will=verb.will(),
            button=verb.label,
            back=back,
            reason_required=verb.reason_required,
            dangerous=verb.dangerous,
        )
        answer = confirmation.answer(self, request, question)
        if isinstance(answer, HttpResponse):
            return answer
        try:
            changed = verb.call(queue, request.user, answer)  # type: ignore[arg-type]
        except Refused as refusal:
            messages.warning(request, gettext(str(refusal.reason)))
            return HttpResponseRedirect(back)
        for control in changed:
            reason = gettext("Reason: %(reason)s") % {"reason": answer} if answer else ""
            self.log_change(request, control, f"{verb.logged} {reason}".strip())
        messages.success(request, str(verb.done) % names)
        return HttpResponseRedirect(back)

    def _status(self, request: HttpRequest) -> dict[str, Any]:
        lines = queue_lines(worker_statuses())
        return {
            "lines": lines,
            "drained": any(line.control and line.control.drained for line in lines),
            "all_paused": all(line.paused for line in lines),
            "running": running_jobs(RUNNING_SHOWN),
            "running_in_all": sum(line.running for line in lines),
            "may_pause": may_pause(request.user),
            "may_see_jobs": request.user.has_perm("tasks_app.view_job"),
        }

    def _require_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied
