"""The pages common to all subjects: put something in, watch the work on it, take it out again."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tasks_app.admin.common.console_admin import ConsoleAdmin
from tasks_app.admin.common.display import NOTHING, state_badge
from tasks_app.admin.common.paginators import CappedPaginator
from tasks_app.admin.content.base import document_view, job_status, submit, text_viewer
from tasks_app.errors import Message
from tasks_app.jobs.transitions import subjects, verbs
from tasks_app.models import Document, Job
from tasks_app.registry import job_types


class SubjectAdmin(ConsoleAdmin):
    """Which jobs the page shows and which can be requested on it, the kinds declare.

    The subject's primary kind is enqueued when new content is saved. A form with `content_changed` (bool, once valid)
    says whether there is something new to work on.
    """

    empty_text: ClassVar[Message]
    nothing_done: ClassVar[Message] = _("Not processed yet. Replace the content below to start.")
    outcome_template = "console/content/base/outcome.html"
    paginator = CappedPaginator
    show_full_result_count = False
    change_form_template = "admin/tasks_app/subject/change_form.html"
    delete_confirmation_template = "console/common/delete_confirmation.html"
    delete_selected_confirmation_template = "console/common/delete_selected_confirmation.html"

    @property
    def kinds(self) -> Sequence[str]:
        """Those about the subject that people can request, the primary one first: the page shows their jobs."""
        return sorted(
            (kind for kind in subjects.kinds_of(self.model) if job_types[kind].requests),
            key=lambda kind: not job_types[kind].primary,
        )

    def outcome(self, request: HttpRequest, subject: Any) -> dict[str, Any]:
        """What `outcome_template` shows: here, of a subject with a document."""
        return {
            **document_view.outcome(request, subject.document_id),
            "text_url": job_status.address(subject, "text"),
        }

    def document_of(self, subject: Any) -> Document:
        """The document whose formatted text can be downloaded."""
        document: Document = subject.document
        return document

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With `job_state`, the state of the newest job of the first kind. Index: job_of_subject."""
        newest = Job.objects.filter(kind=self.kinds[0], subject_id=OuterRef("pk")).order_by("-created_at")
        state = Subquery(newest.values("state")[:1])
        rows: QuerySet[Any] = super().get_queryset(request).annotate(job_state=state)
        return rows

    @admin.display(description=_("state"), ordering="job_state")
    def state(self, subject: Any) -> str | SafeString:
        return state_badge(subject.job_state) if subject.job_state else NOTHING

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Row, file and job are stored in one transaction; the worker hears of it once that holds."""
        if change:
            verbs.hold(obj)
        else:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)
        if form.content_changed:
            submit.enqueue_from_console(request, obj)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """After putting something in, one wants to see what becomes of it."""
        if {"_addanother", "_continue", "_popup"} & request.POST.keys():
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, gettext("“%(title)s” was saved and processing has started.") % {"title": obj.title})
        return HttpResponseRedirect(job_status.address(obj, "change"))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if {"_addanother", "_continue"} & request.POST.keys():
            return super().response_change(request, obj)
        messages.success(request, gettext("“%(title)s” was saved.") % {"title": obj.title})
        return HttpResponseRedirect(job_status.address(obj, "change"))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        subject = self.get_object(request, object_id)
        context: dict[str, Any] = {}
        if subject and self.has_view_permission(request, subject):
            buttons = submit.buttons_on(self.model, request.user)
            context = {**self._status(request, subject), **self.outcome(request, subject), "buttons": buttons}
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("<uuid:subject_id>/work/<str:kind>/", view(require_POST(self.work_view)), name=f"{name}_work"),
            path("<uuid:subject_id>/live/", view(self.live_view), name=f"{name}_live"),
            path("<uuid:subject_id>/download/", view(self.download_view), name=f"{name}_download"),
            path("<uuid:subject_id>/text/", view(self.text_view), name=f"{name}_text"),
            path("<uuid:subject_id>/read/", view(self.read_view), name=f"{name}_read"),
            *super().get_urls(),
        ]

    def live_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        """How the work goes; once it is done, what came out comes along."""
        subject = self.readable(request, subject_id)
        context = self._status(request, subject)
        if not context["busy"]:
            context |= self.outcome(request, subject)
        return render(request, "console/content/base/subject_live.html", context)

    def work_view(self, request: HttpRequest, subject_id: UUID, kind: str) -> HttpResponse:
        """Enqueue what the button of this kind asks for. Raises PermissionDenied without the right to press it."""
        button = submit.button_of(kind, self.model)
        if not request.user.has_perm(button.permission if button else job_status.right_to_change(self.model)):
            raise PermissionDenied
        subject = self.readable(request, subject_id)
        if button is None:
            raise Http404
        submit.press(button, subject, request)
        return HttpResponseRedirect(job_status.address(subject, "change"))

    def download_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponseBase:
        """The uploaded file, byte for byte, under the name it came with."""
        subject = self.readable(request, subject_id)
        try:
            return FileResponse(subject.file.open(), as_attachment=True, filename=subject.filename)
        except (ValueError, FileNotFoundError):
            messages.error(request, gettext("There is no file to download. Upload it again."))
            return HttpResponseRedirect(job_status.address(subject, "change"))

    def text_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponseBase:
        """All of the formatted text as a file."""
        subject = self.readable(request, subject_id)
        text = self.document_of(subject).formatted_text
        response = HttpResponse(text, content_type="text/plain; charset=utf-8")
        name = slugify(subject.title, allow_unicode=True) or "text"
        response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.txt") or "attachment"
        return response

    def read_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        """The text as extracted, with the place marked that the address names: `text_viewer.link` makes such."""
        subject = self.readable(request, subject_id)
        context = {
            **self.admin_site.each_context(request),
            **text_viewer.reading(request, self.document_of(subject).pk),
            "opts": self.opts,
            "title": subject.title,
            "subject_url": job_status.address(subject, "change"),
        }
        return render(request, "console/content/base/reading.html", context)

    def readable(self, request: HttpRequest, subject_id: UUID) -> Any:
        """The subject, or 404. The right is asked for first, so that nobody without it learns which there are."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(self.model, pk=subject_id)

    def _status(self, request: HttpRequest, subject: Any) -> dict[str, Any]:
        return {
            **job_status.status(request, subject, self.kinds),
            "nothing_done": self.nothing_done,
            "outcome_template": self.outcome_template,
        }
