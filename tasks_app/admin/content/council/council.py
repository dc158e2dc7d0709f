"""Councils and other bodies that meet: a list of them, and each with its meetings."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.common.console_admin import ConsoleAdmin
from tasks_app.admin.common.paginators import CappedPaginator
from tasks_app.admin.content.base.attachment_form import WebAddressField
from tasks_app.models import Council, CouncilMeeting

MEETINGS_SHOWN = 200


@admin.register(Council)
class CouncilAdmin(ConsoleAdmin):
    list_display = ("title", "council_type", "organisation", "meetings_held", "is_public", "updated_at")
    list_filter = ("council_type", "is_public")
    search_fields = ("title__folded", "organisation__folded")
    autocomplete_fields = ("owner",)
    fields = ("title", "council_type", "organisation", "official_url", "description", "owner", "is_public")
    paginator = CappedPaginator
    show_full_result_count = False
    empty_text = _("No councils yet. Add one, then add its meetings.")
    change_form_template = "admin/tasks_app/council/change_form.html"
    delete_confirmation_template = "console/common/delete_confirmation.html"
    delete_selected_confirmation_template = "console/common/delete_selected_confirmation.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Council]:
        councils: QuerySet[Council] = super().get_queryset(request)
        return councils.annotate(held=Count("meetings"))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"owner": request.user.pk, **super().get_changeform_initial_data(request)}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "official_url":
            return WebAddressField(label=db_field.verbose_name, required=False, max_length=db_field.max_length)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("meetings"), ordering="held")
    def meetings_held(self, council: Any) -> int:
        held: int = council.held
        return held

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        council = self.get_object(request, object_id)
        context: dict[str, Any] = {"may_chat": request.user.has_perm("tasks_app.view_chatsession")}
        if council and request.user.has_perm("tasks_app.view_councilmeeting"):
            meetings = CouncilMeeting.objects.filter(council=council).annotate(items_held=Count("items"))
            context["meetings"] = meetings.order_by("-number")[:MEETINGS_SHOWN]
            context["may_add_meeting"] = request.user.has_perm("tasks_app.add_councilmeeting")
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})
