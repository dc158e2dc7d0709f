"""What users usually have checked, and the glossary."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.common.console_admin import ConsoleAdmin
from tasks_app.admin.content.check.form import CategoriesField
from tasks_app.errors import Message
from tasks_app.models import CheckPreference, CheckTerm

SHARE = "tasks_app.share_checkterm"


class CheckPreferenceForm(forms.ModelForm):  # type: ignore[type-arg]
    categories = CategoriesField()

    class Meta:
        model = CheckPreference
        fields = ("profile", "categories")


@admin.register(CheckPreference)
class CheckPreferenceAdmin(ConsoleAdmin):
    """Everybody's own; superusers see all."""

    form = CheckPreferenceForm
    list_display = ("user", "profile")
    list_select_related = ("user",)
    empty_text: Message = _("No preferences yet. Add yours; new checks start with them.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CheckPreference]:
        preferences: QuerySet[CheckPreference] = super().get_queryset(request)
        return preferences if request.user.is_superuser else preferences.filter(user=request.user.pk)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Each user has one: where it is there already, that one is shown."""
        own = CheckPreference.objects.filter(user=request.user.pk).first()
        if own is None:
            return super().add_view(request, form_url, extra_context)
        return HttpResponseRedirect(reverse("admin:tasks_app_checkpreference_change", args=[own.pk]))

    def save_model(self, request: HttpRequest, obj: CheckPreference, form: Any, change: bool) -> None:
        if not change:
            obj.user = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)


class CheckTermForm(forms.ModelForm):  # type: ignore[type-arg]
    """`owner` is the user's id, set by the admin; `shared` says that the term holds for everybody instead."""

    user_id: int

    shared = forms.BooleanField(
        label=_("for everybody"), required=False, help_text=_("Otherwise the term applies to your own checks only.")
    )

    class Meta:
        model = CheckTerm
        fields = ("term", "correct", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "shared" in self.fields:
            self.fields["shared"].initial = bool(self.instance.pk) and self.instance.owner_id is None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "shared" in self.fields:
            self.instance.owner_id = None if data.get("shared") else (self.instance.owner_id or self.user_id)
        elif self.instance.owner_id is None and not self.instance.pk:
            self.instance.owner_id = self.user_id
        twins = CheckTerm.objects.filter(owner=self.instance.owner_id, term=(data.get("term") or "").strip())
        if twins.exclude(pk=self.instance.pk).exists():
            raise ValidationError({"term": _("This term is already in the glossary.")})
        return data


@admin.register(CheckTerm)
class CheckTermAdmin(ConsoleAdmin):
    """A user's own terms and everybody's; the latter are changed by those who may share."""

    form = CheckTermForm
    list_display = ("term", "correct", "shared", "note")
    search_fields = ("term__folded", "correct__folded", "note__folded")
    empty_text: Message = _("No terms yet. Add one with its replacement, or mark it as not to be used.")

    @admin.display(description=_("for everybody"), boolean=True)
    def shared(self, term: CheckTerm) -> bool:
        return term.owner_id is None

    def get_queryset(self, request: HttpRequest) -> QuerySet[CheckTerm]:
        terms: QuerySet[CheckTerm] = super().get_queryset(request)
        return terms.filter(Q(owner=None) | Q(owner=request.user.pk))

    def get_fields(self, request: HttpRequest, obj: CheckTerm | None = None) -> tuple[str, ...]:
        return ("term", "correct", "note", *(("shared",) if request.user.has_perm(SHARE) else ()))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"user_id": request.user.pk})

    def has_change_permission(self, request: HttpRequest, obj: CheckTerm | None = None) -> bool:
        return super().has_change_permission(request, obj) and self._is_theirs(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: CheckTerm | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self._is_theirs(request, obj)

    def _is_theirs(self, request: HttpRequest, term: CheckTerm | None) -> bool:
        return term is None or term.owner_id is not None or request.user.has_perm(SHARE)
