"""Providers: who receives the text, how it goes, a test of the connection, and embedding what was skipped."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tasks_app.admin.common.read_only import ReadOnlyAdmin
from tasks_app.admin.operations.providers import provider_probe
from tasks_app.admin.operations.providers.provider_status import provider_lines
from tasks_app.errors import Refused
from tasks_app.models import ProviderState
from tasks_app.providers.endpoint import LABELS
from tasks_app.stages.documents import embed_backfill

TEST, REQUEUE = "tasks_app.test_provider", "tasks_app.requeue_job"


@admin.register(ProviderState)
class ProviderStateAdmin(ReadOnlyAdmin):
    list_display = ("label", "host", "model", "unreachable_since", "answered_at", "failed_at", "error")
    change_list_template = "admin/tasks_app/providerstate/change_list.html"
    empty_text = _("No provider has been called yet. Responses appear here after the first job.")

    @admin.display(description=_("model provider"), ordering="provider")
    def label(self, state: ProviderState) -> str:
        return str(LABELS.get(state.provider, state.provider))

    @admin.display(description=_("error"))
    def error(self, state: ProviderState) -> str:
        return state.error_for_operators

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("test/", view(self.test_view), name="tasks_app_providerstate_test"),
            path("backfill/", view(self.backfill_view), name="tasks_app_providerstate_backfill"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**self._around(request), **(extra_context or {})})

    @method_decorator(require_POST)
    def test_view(self, request: HttpRequest) -> HttpResponse:
        """Try every provider now, with a harmless sentence. Takes as long as the slowest answer."""
        self._require(request, TEST)
        try:
            results = provider_probe.try_all()
        except ImproperlyConfigured as error:
            return self._misfit(request, error)
        context = {
            **self.admin_site.each_context(request),
            **self._around(request),
            "opts": self.opts,
            "title": gettext("Connection test"),
            "results": results,
        }
        return render(request, "console/operations/providers/connection_test.html", context)

    @method_decorator(require_POST)
    def backfill_view(self, request: HttpRequest) -> HttpResponse:
        """Requeue, behind people's jobs, what was done while there were no embeddings."""
        self._require(request, REQUEUE)
        try:
            jobs, left = embed_backfill.embed_skipped(by=request.user)  # type: ignore[arg-type]
        except Refused as refusal:
            messages.error(request, gettext(str(refusal.reason)))
            return self._back()
        except ImproperlyConfigured as error:
            return self._misfit(request, error)
        for job in jobs:
            self.log_change(request, job, gettext("Requeued to create missing embeddings."))
        count = len(jobs)
        report = ngettext("%(count)d job was requeued.", "%(count)d jobs were requeued.", count) % {"count": count}
        if left:
            report += " " + gettext("%(count)d more are left. Run this again once these are done.") % {"count": left}
        messages.success(request, report)
        return self._back()

    def _around(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "lines": provider_lines(),
            "may_test": request.user.has_perm(TEST),
            "may_backfill": request.user.has_perm(REQUEUE),
            "skipped": embed_backfill.count_skipped(),
        }

    def _require(self, request: HttpRequest, permission: str) -> None:
        if not (self.has_view_permission(request) and request.user.has_perm(permission)):
            raise PermissionDenied

    def _misfit(self, request: HttpRequest, error: ImproperlyConfigured) -> HttpResponseRedirect:
        messages.error(request, gettext("The settings conflict: %(fault)s.") % {"fault": error})
        return self._back()

    def _back(self) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:tasks_app_providerstate_changelist"))
