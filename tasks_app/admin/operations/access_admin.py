"""The access log, and the accounts and addresses that failed sign-ins have locked."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tasks_app.access import lockout
from tasks_app.admin.common.display import NOTHING
from tasks_app.admin.common.paginators import CappedPaginator
from tasks_app.admin.common.read_only import ReadOnlyAdmin
from tasks_app.models import AccessRecord
from tasks_app.models.access.access_record import AccessEvent

UNLOCK = "tasks_app.unlock_accessrecord"


@admin.register(AccessRecord)
class AccessRecordAdmin(ReadOnlyAdmin):
    list_display = ("at", "event", "who", "address", "target")
    list_filter = ("event",)
    search_fields = ("name", "address", "target")
    search_help_text = _("Name, IP address or object")
    date_hierarchy = "at"
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    sortable_by = ()
    paginator = CappedPaginator
    fields = ("at", "event", "who", "address", "target")
    readonly_fields = fields
    change_list_template = "admin/tasks_app/accessrecord/change_list.html"
    empty_text = _("Nothing yet. Sign-ins, sign-outs, downloads and exports are recorded here from now on.")

    @admin.display(description=_("who"))
    def who(self, row: AccessRecord) -> str:
        if row.name:
            return row.name
        failed = row.event in (AccessEvent.SIGN_IN_FAILED, AccessEvent.SIGN_IN_REFUSED)
        return gettext("unknown name") if failed else NOTHING

    def changelist_view(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        found = {"locks": lockout.locks(), "may_unlock": self._may_unlock(request)}
        answer: HttpResponse = super().changelist_view(request, {**found, **(extra_context or {})})
        return answer

    def get_urls(self) -> list[URLPattern]:
        unlock = self.admin_site.admin_view(require_POST(self.unlock_view))
        return [path("unlock/", unlock, name="tasks_app_accessrecord_unlock"), *super().get_urls()]

    def unlock_view(self, request: HttpRequest) -> HttpResponse:
        """`account` is the key of an account, `address` an address; one that is not locked is left as it is."""
        if not self._may_unlock(request):
            raise PermissionDenied
        for lock in lockout.locks():
            if request.POST.get("account") == lock.account_key and request.POST.get("address") == lock.address:
                self._unlock(request, lock)
        return HttpResponseRedirect(reverse("admin:tasks_app_accessrecord_changelist"))

    def _unlock(self, request: HttpRequest, lock: lockout.Lock) -> None:
        lockout.unlock(request, lock)
        messages.success(request, gettext("Unlocked: %(what)s") % {"what": lock.address or lock.name or NOTHING})

    def _may_unlock(self, request: HttpRequest) -> bool:
        return request.user.has_perm(UNLOCK)
