"""Agenda items: their materials, minutes and summaries, how far each is, and buttons for all the work on them."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.common.numbered_form import NumberedForm, next_number
from tasks_app.admin.content.base import job_status, submit
from tasks_app.admin.content.base.attachment_form import AttachmentForm
from tasks_app.admin.content.base.file_or_text_form import PastedTextField
from tasks_app.admin.content.base.multi_file_form import FilesForm
from tasks_app.admin.content.base.subject_admin import SubjectAdmin
from tasks_app.admin.content.council import summary_versions
from tasks_app.admin.content.council.progress import parts_of
from tasks_app.admin.content.minutes_view import proceedings
from tasks_app.admin.operations.providers.provider_status import recipients
from tasks_app.models import AgendaItem, AgendaMaterial


class ItemForm(AttachmentForm, NumberedForm):
    """File, address and pasted text are the minutes; an item may have none yet."""

    within = "meeting"
    ways_in = ("file", "url", "pasted_text")
    pasted_text = PastedTextField(
        label=_("pasted text"), required=False, strip=False, widget=AdminTextareaWidget(attrs={"rows": 10})
    )
    without_minutes = forms.BooleanField(
        label=_("Remove the minutes"), required=False, help_text=_("Use this if they were added by mistake.")
    )

    class Meta(AttachmentForm.Meta):
        model = AgendaItem
        fields = ("meeting", "number", "title", "file", "url", "pasted_text")

    def clean_pasted_text(self) -> str:
        """Nothing but blanks is no text."""
        text: str = self.cleaned_data["pasted_text"]
        submit.check_text(text)
        return text if text.strip() else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("without_minutes") and not self.content_changed:
            data.update(file=False, url="", pasted_text="")
        return data


@admin.register(AgendaItem)
class AgendaItemAdmin(SubjectAdmin):
    form = ItemForm
    list_display = ("number", "title", "meeting", "updated_at")
    list_display_links = ("title",)
    list_select_related = ("meeting__council",)
    search_fields = ("title__folded", "meeting__council__title__folded")
    autocomplete_fields = ("meeting",)
    empty_text = _("No agenda items yet. Add them on a meeting's page.")
    nothing_done = _("Not processed yet. Add materials or minutes, then choose “Process everything”.")
    change_form_template = "admin/tasks_app/agendaitem/change_form.html"
    outcome_template = "console/content/council/agenda_outcome.html"

    def get_readonly_fields(self, request: HttpRequest, obj: AgendaItem | None = None) -> tuple[str, ...]:
        return ("meeting",) if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: AgendaItem | None = None) -> Any:
        minutes: tuple[str, ...] = ("file", "url", "pasted_text")
        hint = gettext("Upload a file, enter a URL or paste text. You can also add them later.")
        if obj is not None and obj.has_minutes:
            minutes = (*minutes, "without_minutes")
            hint = gettext("Upload another file, or change the URL or the text, to process it again.")
        return (
            (None, {"fields": ("meeting", "number", "title")}),
            (_("Minutes"), {"fields": minutes, "description": f"{hint} {recipients()}"}),
        )

    def outcome(self, request: HttpRequest, subject: AgendaItem) -> dict[str, Any]:
        """The summaries of the item, and what its minutes hold."""
        return {
            **super().outcome(request, subject),
            **proceedings(request, subject.document_id, job_status.address(subject, "read")),
            **summary_versions.outcome(request, subject),
        }

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        item = self.get_object(request, object_id)
        context = self._parts(request, item) if item and self.has_view_permission(request, item) else {}
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def response_add(self, request: HttpRequest, obj: AgendaItem, post_url_continue: str | None = None) -> HttpResponse:
        """An item is often there before anything is attached to it."""
        if obj.has_minutes or {"_addanother", "_continue", "_popup"} & request.POST.keys():
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, gettext("“%(title)s” was saved. Now add its materials.") % {"title": obj.title})
        return HttpResponseRedirect(job_status.address(obj, "change"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        name = "tasks_app_agendaitem"
        return [
            path("<uuid:subject_id>/parts/", view(self.parts_view), name=f"{name}_parts"),
            path("<uuid:subject_id>/upload/", view(self.upload_view), name=f"{name}_upload"),
            *summary_versions.urls(self),
            *super().get_urls(),
        ]

    def parts_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        """How far every part is, for the page to refresh."""
        item = self.readable(request, subject_id)
        return render(request, "console/content/council/agenda_parts.html", self._parts(request, item))

    def upload_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        """Each good file becomes a material with the next number; each bad one is named with its reason."""
        if not request.user.has_perm("tasks_app.add_agendamaterial"):
            raise PermissionDenied
        item = self.readable(request, subject_id)
        form = FilesForm(request.POST, request.FILES) if request.method == "POST" else FilesForm()
        files = request.FILES.getlist("documents")
        if files:
            self._take_in(request, item, files)
            return HttpResponseRedirect(job_status.address(item, "change"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Upload materials"),
            "holder": item,
            "form": form,
            "hint": _(
                "Choose several files at once, or drop them here. Each becomes a material with the next free number."
            ),
        }
        return render(request, "console/common/upload.html", context)

    def _take_in(self, request: HttpRequest, item: AgendaItem, files: "list[UploadedFile[Any]]") -> None:
        taken = 0
        for file in submit.acceptable(request, files):
            with transaction.atomic():
                AgendaItem.objects.select_for_update().get(pk=item.pk)  # two uploads at once get different numbers
                material = AgendaMaterial.objects.create(
                    item=item,
                    number=next_number(item.materials.all()),
                    title=submit.title_of(file, ""),
                    file=file,
                    created_by=request.user,  # type: ignore[misc]
                )
                self.log_addition(request, material, [{"added": {}}])
                submit.enqueue_from_console(request, material, priority=submit.priority_of(len(files)))
            taken += 1
        submit.report_accepted(request, taken)

    def _parts(self, request: HttpRequest, item: AgendaItem) -> dict[str, Any]:
        (parts,) = parts_of([item])
        return {
            "parts": parts,
            "parts_url": job_status.address(item, "parts"),
            "may_see_jobs": request.user.has_perm("tasks_app.view_job"),
            "may_add_material": request.user.has_perm("tasks_app.add_agendamaterial"),
        }
