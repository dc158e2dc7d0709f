"""Meetings of councils: each shows its agenda, and how far every part of it is."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.common.console_admin import ConsoleAdmin
from tasks_app.admin.common.numbered_form import NumberedForm
from tasks_app.admin.common.paginators import CappedPaginator
from tasks_app.admin.content.council.progress import parts_of
from tasks_app.models import AgendaItem, CouncilMeeting

ITEMS_SHOWN = 200


class MeetingForm(NumberedForm):
    within = "council"

    class Meta:
        model = CouncilMeeting
        fields = ("council", "number", "title", "date", "place")


@admin.register(CouncilMeeting)
class CouncilMeetingAdmin(ConsoleAdmin):
    form = MeetingForm
    list_display = ("number", "council", "title", "date", "items_on_agenda")
    list_display_links = ("number", "title")
    list_select_related = ("council",)
    search_fields = ("title__folded", "council__title__folded")
    autocomplete_fields = ("council",)
    date_hierarchy = "date"
    paginator = CappedPaginator
    show_full_result_count = False
    empty_text = _("No meetings yet. Add one on the page of its council.")
    change_form_template = "admin/tasks_app/councilmeeting/change_form.html"
    delete_confirmation_template = "console/common/delete_confirmation.html"
    delete_selected_confirmation_template = "console/common/delete_selected_confirmation.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[CouncilMeeting]:
        meetings: QuerySet[CouncilMeeting] = super().get_queryset(request)
        return meetings.select_related("council").annotate(items_held=Count("items"))

    def get_readonly_fields(self, request: HttpRequest, obj: CouncilMeeting | None = None) -> tuple[str, ...]:
        return ("council",) if obj else ()

    @admin.display(description=_("agenda items"), ordering="items_held")
    def items_on_agenda(self, meeting: Any) -> int:
        held: int = meeting.items_held
        return held

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        meeting = self.get_object(request, object_id)
        context: dict[str, Any] = {}
        if meeting and request.user.has_perm("tasks_app.view_agendaitem"):
            context = _agenda(request, meeting)
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        agenda = self.admin_site.admin_view(self.agenda_view)
        return [
            path("<uuid:meeting_id>/agenda/", agenda, name="tasks_app_councilmeeting_agenda"),
            *super().get_urls(),
        ]

    def agenda_view(self, request: HttpRequest, meeting_id: UUID) -> HttpResponse:
        """How far every part of the agenda is, for the page to refresh."""
        if not (self.has_view_permission(request) and request.user.has_perm("tasks_app.view_agendaitem")):
            raise PermissionDenied
        meeting = get_object_or_404(CouncilMeeting, pk=meeting_id)
        return render(request, "console/content/council/agenda.html", _agenda(request, meeting))


def _agenda(request: HttpRequest, meeting: CouncilMeeting) -> dict[str, Any]:
    """For console/content/council/agenda.html, the same number of queries for any number of items."""
    items = AgendaItem.objects.filter(meeting=meeting).order_by("number")
    agenda = parts_of(list(items[:ITEMS_SHOWN]))
    return {
        "agenda": agenda,
        "agenda_busy": any(parts.busy for parts in agenda),
        "agenda_url": reverse("admin:tasks_app_councilmeeting_agenda", args=[meeting.pk]),
        "may_add_item": request.user.has_perm("tasks_app.add_agendaitem"),
    }
