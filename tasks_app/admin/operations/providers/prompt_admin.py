"""Prompts of staff's own: every version is kept, the default stands beside, and placeholders must fit."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app import prompts
from tasks_app.admin.common.console_admin import ConsoleAdmin
from tasks_app.admin.common.display import NOTHING
from tasks_app.models import PromptOverride
from tasks_app.prompts import Prompt, PromptError

START_SHOWN = 60


def in_force(prompt: Prompt) -> PromptOverride | None:
    """The newest version of staff's own; None where the default holds."""
    newest = PromptOverride.objects.filter(prompt=prompt.name, language=prompt.language).first()
    return newest if newest and newest.text else None


class PromptForm(forms.ModelForm[PromptOverride]):
    text = forms.CharField(
        label=_("text"),
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 14}),
        help_text=_("If left empty, the default is used."),
    )

    class Meta:
        model = PromptOverride
        fields = ("prompt", "language", "text", "reason")
        widgets = {"prompt": forms.HiddenInput, "language": forms.HiddenInput}

    def clean(self) -> dict[str, Any]:
        """The prompt must exist, and the text must have exactly its placeholders."""
        cleaned = super().clean() or {}
        default = prompts.defaults().get((cleaned.get("prompt", ""), cleaned.get("language", "")))
        if default is None:
            raise ValidationError(gettext("This prompt does not exist."), code="unknown")
        text = (cleaned.get("text") or "").replace("\r\n", "\n").strip()
        if text:
            try:
                prompts.fitting(Prompt(name=default.name, language=default.language, text=text))
            except PromptError as error:
                raise ValidationError(
                    {"text": gettext("The placeholders are not valid (%(fault)s).") % {"fault": error}}
                ) from None
        return {**cleaned, "text": text}


@admin.register(PromptOverride)
class PromptOverrideAdmin(ConsoleAdmin):
    """Rows are added, never changed or deleted: they are the history."""

    form = PromptForm
    list_display = ("created_at", "prompt", "language", "beginning", "created_by", "reason")
    list_display_links = ("created_at",)
    list_filter = ("prompt", "language")
    list_select_related = ("created_by",)
    change_list_template = "admin/tasks_app/promptoverride/change_list.html"
    change_form_template = "admin/tasks_app/promptoverride/change_form.html"

    @admin.display(description=_("text"))
    def beginning(self, override: PromptOverride) -> str | SafeString:
        if not override.text:
            return format_html('<span class="quiet">{}</span>', gettext("reset to the default"))
        return Truncator(override.text).chars(START_SHOWN) or NOTHING

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = [(prompt, in_force(prompt)) for prompt in prompts.defaults().values()]
        return super().changelist_view(request, {"prompts": shown, **(extra_context or {})})

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """?prompt= and ?language= say which one; without, the list is where to choose."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        given = request.POST if request.method == "POST" else request.GET
        default = prompts.defaults().get((given.get("prompt", ""), given.get("language", "")))
        if default is None:
            messages.info(request, gettext("Choose a prompt from the list to change it."))
            return HttpResponseRedirect("..")
        context = {
            "default": default,
            "placeholders": sorted(default.placeholders),
            "show_save_and_add_another": False,
            "show_save_and_continue": False,
        }
        return super().add_view(request, form_url, {**context, **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        override = self.get_object(request, object_id)
        default = prompts.defaults().get((override.prompt, override.language)) if override else None
        context = {"default": default, "placeholders": sorted(default.placeholders) if default else []}
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What holds now, to be changed."""
        found: dict[str, Any] = dict(super().get_changeform_initial_data(request))
        default = prompts.default(found["prompt"], found["language"])
        own = in_force(default)
        return {**found, "text": own.text if own else default.text}

    def save_model(self, request: HttpRequest, obj: PromptOverride, form: forms.ModelForm[Any], change: bool) -> None:
        obj.created_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)
