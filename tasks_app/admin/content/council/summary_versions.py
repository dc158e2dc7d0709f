"""The summaries of an agenda item: what its page shows of them, their versions side by side, and editing by hand."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tasks_app.admin.content.base import submit
from tasks_app.admin.content.base.file_or_text_form import PastedTextField
from tasks_app.models import AgendaItem, AgendaSummary
from tasks_app.models.content.council import agenda_versions
from tasks_app.models.content.council.agenda_summary import SummaryScope
from tasks_app.models.engine.fields import render as rendered
from tasks_app.text.documents.difference import difference

VERSIONS_SHOWN = 50


class SummaryForm(forms.Form):
    text = PastedTextField(label=_("text"), strip=False, widget=AdminTextareaWidget(attrs={"rows": 20}))

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        submit.check_text(text)
        if not text.strip():
            raise forms.ValidationError(_("The summary cannot be empty."))
        return text


def outcome(request: HttpRequest, item: AgendaItem) -> dict[str, Any]:
    """For agenda_outcome.html: the current summary of each scope, and newer versions that wait beside it."""
    versions = AgendaSummary.objects.filter(item=item).select_related("edited_by")
    current = {version.of: version for version in versions.filter(is_current=True)}
    newest = {version.of: version for version in versions.order_by("of", "-number").distinct("of")}
    return {
        "summaries": [
            {
                "version": current[scope],
                "newer": newest[scope] if newest[scope].number > current[scope].number else None,
                "missing": missing(current[scope]),
            }
            for scope in reversed(SummaryScope.values)
            if scope in current
        ],
        "may_edit_summary": request.user.has_perm("tasks_app.change_agendasummary"),
    }


def missing(version: AgendaSummary) -> list[tuple[str, str]]:
    """(title, reason) of what did not go into a version, in the active language."""
    return [
        (part["title"], rendered(part["reason"], part.get("details", {})))
        for part in version.figures.get("missing", ())
    ]


def urls(model_admin: ModelAdmin[AgendaItem]) -> list[URLPattern]:
    """Of the pages for one scope of an item's summary."""
    pages = _Pages(model_admin)
    view = model_admin.admin_site.admin_view
    place = "<uuid:subject_id>/summary/<str:of>/"
    return [
        path(place, view(pages.versions), name="tasks_app_agendaitem_summary"),
        path(f"{place}edit/", view(pages.edit), name="tasks_app_agendaitem_summary_edit"),
        path(f"{place}choose/", view(require_POST(pages.choose)), name="tasks_app_agendaitem_summary_choose"),
    ]


class _Pages:
    def __init__(self, model_admin: ModelAdmin[AgendaItem]) -> None:
        self.model_admin = model_admin

    def versions(self, request: HttpRequest, subject_id: UUID, of: str) -> HttpResponse:
        """All versions, and one beside the current one with what differs: the newest, or that of ?version=."""
        item, versions = self._found(request, subject_id, of)
        current = next((version for version in versions if version.is_current), versions[0])
        others = [version for version in versions if version is not current]
        wanted = request.GET.get("version", "")
        other = next((version for version in others if str(version.number) == wanted), next(iter(others), None))
        context = {
            **self._context(request, item, of, _("Summary versions")),
            "versions": versions,
            "current": current,
            "other": other,
            "changes": difference(current.text, other.text) if other else (),
            "missing": missing(current),
        }
        return render(request, "console/content/council/summary_versions.html", context)

    def edit(self, request: HttpRequest, subject_id: UUID, of: str) -> HttpResponse:
        """A person's own version, made from the current one; no job ever replaces it."""
        self._require_change(request)
        item, versions = self._found(request, subject_id, of)
        base = next((version for version in versions if version.is_current), versions[0])
        form = SummaryForm(request.POST or None, initial={"text": base.text})
        if request.method == "POST" and form.is_valid():
            if form.cleaned_data["text"] != base.text:
                version = agenda_versions.edit(base, form.cleaned_data["text"], request.user)  # type: ignore[arg-type]
                self.model_admin.log_change(request, item, gettext("Edited the summary: %s.") % version)
            messages.success(request, gettext("The summary was saved."))
            return HttpResponseRedirect(_page(item, of))
        context = {**self._context(request, item, of, _("Edit summary")), "form": form, "base": base}
        return render(request, "console/content/council/summary_edit.html", context)

    def choose(self, request: HttpRequest, subject_id: UUID, of: str) -> HttpResponse:
        """Make a version the current one."""
        self._require_change(request)
        item, versions = self._found(request, subject_id, of)
        number = request.POST.get("version", "")
        chosen = next((version for version in versions if str(version.number) == number), None)
        if chosen is None:
            raise Http404
        agenda_versions.choose(chosen)
        self.model_admin.log_change(request, item, gettext("Selected the summary: %s.") % chosen)
        messages.success(request, gettext("%(version)s is now the current summary.") % {"version": chosen})
        return HttpResponseRedirect(_page(item, of))

    def _found(self, request: HttpRequest, subject_id: UUID, of: str) -> tuple[AgendaItem, Sequence[AgendaSummary]]:
        """The item and its versions for the scope, the newest first; 404 where there are none."""
        if not self.model_admin.has_view_permission(request):
            raise PermissionDenied
        if of not in SummaryScope.values:
            raise Http404
        item = get_object_or_404(AgendaItem.objects.select_related("meeting__council"), pk=subject_id)
        versions = list(item.summaries.filter(of=of).select_related("edited_by").order_by("-number")[:VERSIONS_SHOWN])
        if not versions:
            raise Http404
        return item, versions

    def _require_change(self, request: HttpRequest) -> None:
        if not request.user.has_perm("tasks_app.change_agendasummary"):
            raise PermissionDenied

    def _context(self, request: HttpRequest, item: AgendaItem, of: str, title: Any) -> dict[str, Any]:
        return {
            **self.model_admin.admin_site.each_context(request),
            "opts": self.model_admin.opts,
            "title": title,
            "item": item,
            "scope": of,
            "scope_label": SummaryScope(of).label,
            "may_edit_summary": request.user.has_perm("tasks_app.change_agendasummary"),
        }


def _page(item: AgendaItem, of: str) -> str:
    return reverse("admin:tasks_app_agendaitem_summary", args=[item.pk, of])
