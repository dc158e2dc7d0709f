"""What the truth check found: records that disagree, what that means, and a repair where it is safe."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tasks_app.admin.common import confirmation
from tasks_app.admin.common.confirmation import Question
from tasks_app.admin.common.formatting import NOTHING
from tasks_app.admin.common.paginators import CappedPaginator
from tasks_app.admin.common.read_only import ReadOnlyAdmin
from tasks_app.admin.jobs.changelist.filters import Choices
from tasks_app.jobs.upkeep import comparisons, truth
from tasks_app.models import Finding, TruthCheck

REPAIR = "tasks_app.repair_finding"


class CheckFilter(admin.SimpleListFilter):
    title = _("check")
    parameter_name = "check"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Choices:
        return [(comparison.name, comparison.label) for comparison in comparisons.COMPARISONS]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(check_name=self.value()) if self.value() else queryset


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin):
    list_display = ("what", "compared", "job_link", "found_at", "confirmed_at")
    list_filter = (CheckFilter,)
    list_select_related = ("job",)
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    paginator = CappedPaginator
    show_full_result_count = False
    fields = ("what", "compared", "job_link", "found_at", "confirmed_at")
    readonly_fields = fields
    change_list_template = "admin/tasks_app/finding/change_list.html"
    change_form_template = "admin/tasks_app/finding/change_form.html"
    empty_text = _(
        "What was compared agrees. Old records are looked at once a day: "
        "after a backup was restored, have everything compared anew."
    )

    @admin.display(description=_("what disagrees"))
    def what(self, finding: Finding) -> str:
        return finding.text

    @admin.display(description=_("check"))
    def compared(self, finding: Finding) -> str:
        comparison = comparisons.BY_NAME.get(finding.check_name)
        return str(comparison.label) if comparison else finding.check_name

    @admin.display(description=_("last confirmed"))
    def confirmed_at(self, finding: Finding) -> str:
        return date_format(timezone.localtime(finding.seen_at), "DATETIME_FORMAT")

    @admin.display(description=_("job"))
    def job_link(self, finding: Finding) -> str:
        if finding.job is None:
            return NOTHING
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:tasks_app_job_change", args=[finding.job_id]), finding.job
        )

    def changelist_view(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        states = TruthCheck.objects.in_bulk()
        rounds = [(comparison, states.get(comparison.name)) for comparison in comparisons.COMPARISONS]
        response: HttpResponse = super().changelist_view(
            request,
            {
                "rounds": rounds,
                "may_repair": self._may_repair(request),
                "title": gettext("Truth check"),
                **(extra_context or {}),
            },
        )
        return response

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        finding = self.get_object(request, object_id)
        comparison = comparisons.BY_NAME.get(finding.check_name) if finding else None
        repairable = comparison is not None and comparison.repair is not None and self._may_repair(request)
        context = {"finding": finding, "repairable": repairable, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        repair = path("<int:finding_id>/repair/", view(self.repair_view), name="tasks_app_finding_repair")
        anew = path("anew/", view(self.anew_view), name="tasks_app_finding_anew")
        return [repair, anew, *super().get_urls()]

    @method_decorator(require_POST)
    def anew_view(self, request: HttpRequest) -> HttpResponse:
        """Everything is compared anew: after a backup was restored, or files were moved."""
        if not self._may_repair(request):
            raise PermissionDenied
        back = reverse("admin:tasks_app_finding_changelist")
        question = Question(
            title=gettext("Compare everything anew?"),
            will=[
                gettext("Every record is looked at again from the first on, beginning with the next check."),
                gettext(
                    "That only reads, a batch every few minutes. “Run now” in the schedules makes it begin at once."
                ),
            ],
            button=_("Compare everything anew"),
            back=back,
        )
        answer = confirmation.answer(self, request, question)
        if isinstance(answer, HttpResponse):
            return answer
        truth.start_over()
        reason = gettext("Reason: %(reason)s") % {"reason": answer} if answer else ""
        for check in TruthCheck.objects.all():
            self.log_change(request, check, f"{gettext('Everything is compared anew.')} {reason}".strip())
        messages.success(request, gettext("The next check begins anew."))
        return HttpResponseRedirect(back)

    @method_decorator(require_POST)
    def repair_view(self, request: HttpRequest, finding_id: int) -> HttpResponse:
        """Puts one disagreement right, after a question; only where a comparison knows how."""
        if not self._may_repair(request):
            raise PermissionDenied
        finding = get_object_or_404(Finding, pk=finding_id)
        comparison = comparisons.BY_NAME.get(finding.check_name)
        back = reverse("admin:tasks_app_finding_changelist")
        if comparison is None or comparison.repair is None:
            messages.error(request, gettext("This cannot be repaired by a button."))
            return HttpResponseRedirect(back)
        question = Question(
            title=gettext("Repair this?"),
            will=[finding.text, str(comparison.consequence)],
            button=_("Repair"),
            back=back,
        )
        answer = confirmation.answer(self, request, question)
        if isinstance(answer, HttpResponse):
            return answer
        reason = gettext("Reason: %(reason)s") % {"reason": answer} if answer else ""
        self.log_change(request, finding, f"{gettext('Repaired.')} {finding.text} {reason}".strip())
        comparison.repair(finding.about)
        truth.revisit(comparison, [finding.about])
        if Finding.objects.filter(pk=finding.pk).exists():
            messages.warning(request, gettext("It still disagrees. Look at it again in a minute."))
        else:
            messages.success(request, gettext("It agrees now."))
        return HttpResponseRedirect(back)

    def _may_repair(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and request.user.has_perm(REPAIR)
