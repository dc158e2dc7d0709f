"""Document checks: a document submitted, its issues read beside the text, decided upon and taken out."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.content.base import document_view, job_status
from tasks_app.admin.content.base.subject_admin import SubjectAdmin
from tasks_app.admin.content.base.subject_filters import JobStateFilter, NotebookFilter
from tasks_app.admin.content.check import decisions, export
from tasks_app.admin.content.check.form import DocumentCheckForm
from tasks_app.admin.content.check.review import review
from tasks_app.admin.operations.providers.provider_status import recipients
from tasks_app.errors import JobError
from tasks_app.models import CheckPreference, DocumentCheck

VIEWS = ("change", "review", "decide", "csv", "word")
DECIDE = "tasks_app.decide_documentcheck"


@admin.register(DocumentCheck)
class DocumentCheckAdmin(SubjectAdmin):
    form = DocumentCheckForm
    outcome_template = "console/content/check/outcome.html"
    list_display = ("title", "profile", "state", "updated_at")
    list_filter = (JobStateFilter, NotebookFilter, "profile")
    search_fields = ("title__folded", "filename__folded")
    autocomplete_fields = ("notebook",)
    empty_text = _("No document checks yet. Add one: upload a document.")

    class Media:
        js = ("tasks_app/review.js",)

    def get_fieldsets(self, request: HttpRequest, obj: DocumentCheck | None = None) -> Any:
        if obj is None:
            fields = ("file", "title", "notebook", "profile", "categories")
            return ((None, {"fields": fields, "description": recipients()}),)
        again = gettext("Upload the revised document or change the checks to check it again.")
        kept = gettext("Decisions are kept for passages that have not changed.")
        return (
            (None, {"fields": ("title", "notebook")}),
            (
                _("Check again"),
                {"fields": ("file", "profile", "categories"), "description": f"{again} {kept} {recipients()}"},
            ),
        )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """As the user prefers."""
        initial: dict[str, Any] = dict(super().get_changeform_initial_data(request))
        preferred = CheckPreference.objects.filter(user=request.user.pk).values("profile", "categories").first()
        return {**(preferred or {}), **initial}

    def outcome(self, request: HttpRequest, subject: DocumentCheck) -> dict[str, Any]:
        return {**self._review(request, subject), "omissions": document_view.omissions(subject.document)}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        name = "tasks_app_documentcheck"
        return [
            path("<uuid:subject_id>/review/", view(self.review_view), name=f"{name}_review"),
            path("<uuid:subject_id>/decide/", view(self.decide_view), name=f"{name}_decide"),
            path("<uuid:subject_id>/issues.csv", view(self.csv_view), name=f"{name}_csv"),
            path("<uuid:subject_id>/marked-up.docx", view(self.word_view), name=f"{name}_word"),
            *super().get_urls(),
        ]

    def review_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        """The part of the document, and the issues, that the query asks for."""
        return render(
            request, "console/content/check/review.html", self._review(request, self.readable(request, subject_id))
        )

    def decide_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponseBase:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        check = self.readable(request, subject_id)
        decisions.decide(check, request.POST, request.user)  # type: ignore[arg-type]
        context = self._review(request, check)
        if getattr(request, "htmx", False):
            return render(request, "console/content/check/review.html", context)
        return HttpResponseRedirect(f"{job_status.address(check, 'change')}?{context['query']}#review")

    def csv_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        return export.as_csv(self.readable(request, subject_id))

    def word_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponseBase:
        check = self.readable(request, subject_id)
        try:
            return export.as_word(check)
        except FileNotFoundError:
            messages.error(request, gettext("The original can no longer be opened. Upload it again."))
        except JobError as refusal:
            messages.error(request, str(refusal.message) % refusal.details)
        return HttpResponseRedirect(job_status.address(check, "change"))

    def _review(self, request: HttpRequest, check: DocumentCheck) -> dict[str, Any]:
        asked = request.POST if request.method == "POST" else request.GET
        return {
            **review(check, asked, may_decide=request.user.has_perm(DECIDE)),
            **{
                f"{view}_url": job_status.address(check, view) for view in ("change", "review", "decide", "csv", "word")
            },
        }
