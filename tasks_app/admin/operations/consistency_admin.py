"""What the consistency check found: records that disagree, what that means, and a repair where it is safe."""

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
from tasks_app.admin.common.confirmation import Confirmation
from tasks_app.admin.common.display import NOTHING
from tasks_app.admin.common.paginators import CappedPaginator
from tasks_app.admin.common.read_only import ReadOnlyAdmin
from tasks_app.admin.jobs.changelist.job_filters import Choices
from tasks_app.jobs.upkeep import consistency, consistency_checks
from tasks_app.models import ConsistencyCheckProgress, Inconsistency

REPAIR = "tasks_app.repair_inconsistency"


class CheckFilter(admin.SimpleListFilter):
    title = _("check")
    parameter_name = "check"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Choices:
        return [(check.name, check.label) for check in consistency_checks.CONSISTENCY_CHECKS]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(check_name=self.value()) if self.value() else queryset


@admin.register(Inconsistency)
class InconsistencyAdmin(ReadOnlyAdmin):
    list_display = ("what", "compared", "job_link", "found_at", "confirmed_at")
    list_filter = (CheckFilter,)
    list_select_related = ("job",)
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    paginator = CappedPaginator
    show_full_result_count = False
    fields = ("what", "compared", "job_link", "found_at", "confirmed_at")
    readonly_fields = fields
    change_list_template = "admin/tasks_app/inconsistency/change_list.html"
    change_form_template = "admin/tasks_app/inconsistency/change_form.html"
    empty_text = _(
        "All compared records are consistent. Old records are checked once a day. After restoring a backup, "
        "run a full check."
    )

    @admin.display(description=_("inconsistency"))
    def what(self, inconsistency: Inconsistency) -> str:
        return inconsistency.text

    @admin.display(description=_("check"))
    def compared(self, inconsistency: Inconsistency) -> str:
        check = consistency_checks.BY_NAME.get(inconsistency.check_name)
        return str(check.label) if check else inconsistency.check_name

    @admin.display(description=_("last confirmed"))
    def confirmed_at(self, inconsistency: Inconsistency) -> str:
        return date_format(timezone.localtime(inconsistency.seen_at), "DATETIME_FORMAT")

    @admin.display(description=_("job"))
    def job_link(self, inconsistency: Inconsistency) -> str:
        if inconsistency.job is None:
            return NOTHING
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:tasks_app_job_change", args=[inconsistency.job_id]), inconsistency.job
        )

    def changelist_view(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        states = ConsistencyCheckProgress.objects.in_bulk()
        rounds = [(check, states.get(check.name)) for check in consistency_checks.CONSISTENCY_CHECKS]
        response: HttpResponse = super().changelist_view(
            request,
            {
                "rounds": rounds,
                "may_repair": self._may_repair(request),
                "title": gettext("Consistency check"),
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
        inconsistency = self.get_object(request, object_id)
        check = consistency_checks.BY_NAME.get(inconsistency.check_name) if inconsistency else None
        repairable = check is not None and check.repair is not None and self._may_repair(request)
        context = {"inconsistency": inconsistency, "repairable": repairable, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        repair = path("<int:inconsistency_id>/repair/", view(self.repair_view), name="tasks_app_inconsistency_repair")
        anew = path("anew/", view(self.anew_view), name="tasks_app_inconsistency_anew")
        return [repair, anew, *super().get_urls()]

    @method_decorator(require_POST)
    def anew_view(self, request: HttpRequest) -> HttpResponse:
        """Everything is compared again: after a backup was restored, or files were moved."""
        if not self._may_repair(request):
            raise PermissionDenied
        back = reverse("admin:tasks_app_inconsistency_changelist")
        question = Confirmation(
            title=gettext("Run a full check?"),
            will=[
                gettext("The next check starts again from the first record."),
                gettext(
                    "It only reads, in batches every few minutes. To start immediately, choose “Run now” for the "
                    "periodic task."
                ),
            ],
            button=_("Run a full check"),
            back=back,
        )
        answer = confirmation.answer(self, request, question)
        if isinstance(answer, HttpResponse):
            return answer
        consistency.start_over()
        reason = gettext("Reason: %(reason)s") % {"reason": answer} if answer else ""
        for check in ConsistencyCheckProgress.objects.all():
            self.log_change(request, check, " ".join((gettext("Full check started."), reason)).strip())
        messages.success(request, gettext("The next check starts from the beginning."))
        return HttpResponseRedirect(back)

    @method_decorator(require_POST)
    def repair_view(self, request: HttpRequest, inconsistency_id: int) -> HttpResponse:
        """Puts one inconsistency right, after a question; only where a comparison knows how."""
        if not self._may_repair(request):
            raise PermissionDenied
        inconsistency = get_object_or_404(Inconsistency, pk=inconsistency_id)
        check = consistency_checks.BY_NAME.get(inconsistency.check_name)
        back = reverse("admin:tasks_app_inconsistency_changelist")
        if check is None or check.repair is None:
            messages.error(request, gettext("This cannot be repaired automatically."))
            return HttpResponseRedirect(back)
        question = Confirmation(
            title=gettext("Repair this?"),
            will=[inconsistency.text, str(check.consequence)],
            button=_("Repair"),
            back=back,
        )
        answer = confirmation.answer(self, request, question)
        if isinstance(answer, HttpResponse):
            return answer
        reason = gettext("Reason: %(reason)s") % {"reason": answer} if answer else ""
        self.log_change(
            request, inconsistency, " ".join((gettext("Repaired."), str(inconsistency.text), reason)).strip()
        )
        check.repair(inconsistency.about)
        consistency.revisit(check, [inconsistency.about])
        if Inconsistency.objects.filter(pk=inconsistency.pk).exists():
            messages.warning(request, gettext("Still inconsistent. Check again in a minute."))
        else:
            messages.success(request, gettext("Now consistent."))
        return HttpResponseRedirect(back)

    def _may_repair(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and request.user.has_perm(REPAIR)
