"""Service tokens: made here and shown once, rotated and revoked, never changed."""

from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tasks_app.access import password_again
from tasks_app.admin.common.display import NOTHING
from tasks_app.admin.common.read_only import ReadOnlyAdmin
from tasks_app.models import ServiceToken
from tasks_app.registry import kind_choices

OVERLAP = timedelta(days=1)
"""How long the secret so far is accepted after a rotation."""

SCOPE = ("may_submit", "may_read", "may_cancel", "kinds", "notebooks", "addresses", "expires_at")


class ServiceTokenForm(forms.ModelForm):  # type: ignore[type-arg]
    kinds = forms.MultipleChoiceField(
        label=_("kinds"),
        choices=kind_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: all kinds."),
    )
    addresses = SimpleArrayField(
        forms.CharField(max_length=50),
        label=_("IP addresses"),
        required=False,
        help_text=_("Addresses or networks, with commas between them. Empty: any address."),
    )

    def clean_addresses(self) -> list[str]:
        """Raises ValidationError for what is neither an address nor a network."""
        given: list[str] = self.cleaned_data["addresses"]
        for one in given:
            try:
                ip_network(one)
            except ValueError as error:
                raise ValidationError(_("“%(text)s” is not an IP address or network."), params={"text": one}) from error
        return given

    def clean_expires_at(self) -> datetime | None:
        """Raises ValidationError for a time that is over."""
        until: datetime | None = self.cleaned_data["expires_at"]
        if until is not None and until <= now():
            raise ValidationError(_("Choose a time in the future."))
        return until


@admin.register(ServiceToken)
class ServiceTokenAdmin(ReadOnlyAdmin):
    form = ServiceTokenForm
    list_display = ("name", "prefix", "state", "scope", "expires_at", "created_by", "last_used_at", "last_address")
    list_select_related = ("created_by",)
    search_fields = ("name",)
    autocomplete_fields = ("notebooks",)
    fields = (
        *("name", "prefix", "state", *SCOPE, "previous_until"),
        *("created_by", "created_at", "last_used_at", "last_address", "revoked_at"),
    )
    change_form_template = "admin/tasks_app/servicetoken/change_form.html"
    empty_text = _("No service tokens yet. Add one for each backend that uses the API.")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("notebooks")

    @admin.display(description=_("state"))
    def state(self, token: ServiceToken) -> str | SafeString:
        if token.revoked_at:
            return gettext("Revoked")
        return gettext("Expired") if token.expires_at and token.expires_at <= now() else gettext("In use")

    @admin.display(description=_("scope"))
    def scope(self, token: ServiceToken) -> str:
        """What it may do, and with what."""
        verbs = {"may_submit": _("submit"), "may_read": _("read"), "may_cancel": _("cancel")}
        labels = dict(kind_choices())
        parts = [
            ", ".join(str(verb) for name, verb in verbs.items() if getattr(token, name)) or NOTHING,
            ", ".join(str(labels.get(kind, kind)) for kind in token.kinds),
            ", ".join(notebook.title for notebook in token.notebooks.all()),
            ", ".join(token.addresses),
        ]
        return "; ".join(filter(None, parts))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("tasks_app.add_servicetoken")

    def get_fields(self, request: HttpRequest, obj: ServiceToken | None = None) -> Any:
        return self.fields if obj else ("name", *SCOPE)

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
        return self._shown_once(request, obj, request.issued)  # type: ignore[attr-defined]

    def _shown_once(self, request: HttpRequest, token: ServiceToken, secret: str) -> HttpResponse:
        """Answered to the POST itself: the token is in no address, session, log or message."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Copy the token now"),
            "token": secret,
            "row": token,
        }
        return render(request, "console/operations/service_token.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        may_revoke = found is not None and found.revoked_at is None and self._may_revoke(request)
        return super().change_view(request, object_id, form_url, {"may_revoke": may_revoke, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "tasks_app_servicetoken"
        return [
            path("<int:pk>/revoke/", view(require_POST(self.revoke_view)), name=f"{name}_revoke"),
            path("<int:pk>/rotate/", view(require_POST(never_cache(self.rotate_view))), name=f"{name}_rotate"),
            *super().get_urls(),
        ]

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """From now on nobody is let in with it."""
        if asked := self._asked_first(request, pk):
            return asked
        token = get_object_or_404(ServiceToken, pk=pk)
        ServiceToken.objects.filter(pk=pk, revoked_at=None).update(revoked_at=Now())
        self.log_change(request, token, gettext("Revoked."))
        messages.success(request, gettext("“%(name)s” was revoked.") % {"name": token.name})
        return HttpResponseRedirect(reverse("admin:tasks_app_servicetoken_change", args=[pk]))

    def rotate_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new secret for the same token. The one so far is accepted for OVERLAP, while the backend is changed."""
        if asked := self._asked_first(request, pk):
            return asked
        with transaction.atomic():
            token = get_object_or_404(ServiceToken.objects.valid().select_for_update(), pk=pk)
            secret = token.rotate(now() + OVERLAP)
            token.save()
        self.log_change(request, token, gettext("Rotated."))
        return self._shown_once(request, token, secret)

    def _asked_first(self, request: HttpRequest, pk: int) -> HttpResponse | None:
        """Where to go before. Raises PermissionDenied."""
        if not self._may_revoke(request):
            raise PermissionDenied
        return password_again.ask(request, back=reverse("admin:tasks_app_servicetoken_change", args=[pk]))

    def _may_revoke(self, request: HttpRequest) -> bool:
        return request.user.has_perm("tasks_app.change_servicetoken")
