"""Service tokens: made here and shown once, revoked, never changed."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tasks_app.access import password_again
from tasks_app.admin.common.read_only import ReadOnlyAdmin
from tasks_app.models import ServiceToken


@admin.register(ServiceToken)
class ServiceTokenAdmin(ReadOnlyAdmin):
    list_display = ("name", "prefix", "state", "created_by", "created_at", "last_used_at")
    list_select_related = ("created_by",)
    search_fields = ("name",)
    fields = ("name", "prefix", "created_by", "created_at", "last_used_at", "revoked_at")
    change_form_template = "admin/tasks_app/servicetoken/change_form.html"
    empty_text = _("No service tokens yet. Add one for each backend that uses the API.")

    @admin.display(description=_("state"))
    def state(self, token: ServiceToken) -> str | SafeString:
        return gettext("Revoked") if token.revoked_at else gettext("In use")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("tasks_app.add_servicetoken")

    def get_fields(self, request: HttpRequest, obj: ServiceToken | None = None) -> Any:
        return self.fields if obj else ("name",)

    @method_decorator(never_cache)
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        asked = password_again.ask(request) if self.has_add_permission(request) else None
        return asked or super().add_view(request, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: ServiceToken, form: Any, change: bool) -> None:
        """The token itself stays with the request, for the one page that shows it."""
        obj.created_by = request.user  # type: ignore[assignment]
        request.issued = obj.issue()  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: ServiceToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Answered to the POST itself: the token is in no address, session, log or message."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Copy the token now"),
            "token": request.issued,  # type: ignore[attr-defined]
            "row": obj,
        }
        return render(request, "console/operations/service_token.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        may_revoke = found is not None and found.revoked_at is None and self._may_revoke(request)
        return super().change_view(request, object_id, form_url, {"may_revoke": may_revoke, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        revoke = self.admin_site.admin_view(require_POST(self.revoke_view))
        return [path("<int:pk>/revoke/", revoke, name="tasks_app_servicetoken_revoke"), *super().get_urls()]

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """From now on nobody is let in with it."""
        if not self._may_revoke(request):
            raise PermissionDenied
        if asked := password_again.ask(request, back=reverse("admin:tasks_app_servicetoken_change", args=[pk])):
            return asked
        token = get_object_or_404(ServiceToken, pk=pk)
        ServiceToken.objects.filter(pk=pk, revoked_at=None).update(revoked_at=Now())
        self.log_change(request, token, gettext("Revoked."))
        messages.success(request, gettext("“%(name)s” was revoked.") % {"name": token.name})
        return HttpResponseRedirect(reverse("admin:tasks_app_servicetoken_change", args=[pk]))

    def _may_revoke(self, request: HttpRequest) -> bool:
        return request.user.has_perm("tasks_app.change_servicetoken")
