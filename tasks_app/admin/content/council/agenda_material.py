"""Materials of agenda items: files that were distributed, uploaded or fetched from a URL."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.common.numbered_form import NumberedForm
from tasks_app.admin.content.base.attachment_form import AttachmentForm
from tasks_app.admin.content.base.subject_admin import SubjectAdmin
from tasks_app.admin.content.base.subject_filters import JobStateFilter
from tasks_app.admin.operations.providers.provider_status import recipients
from tasks_app.models import AgendaMaterial


class MaterialForm(AttachmentForm, NumberedForm):
    within = "item"

    class Meta(AttachmentForm.Meta):
        model = AgendaMaterial
        fields = ("item", "number", "title", "file", "url")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "title" in self.fields:
            self.fields["title"].required = False
            self.fields["title"].help_text = gettext("If left empty, the file name is used.")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and not (self.content_changed or self.instance.attached):
            self.add_error("file", _("Upload a file or enter a URL."))
        data["title"] = data.get("title") or self.instance.title or self.suggested_title()
        return data


@admin.register(AgendaMaterial)
class AgendaMaterialAdmin(SubjectAdmin):
    form = MaterialForm
    list_display = ("number", "title", "item", "state", "updated_at")
    list_display_links = ("title",)
    list_filter = (JobStateFilter,)
    list_select_related = ("item",)
    search_fields = ("title__folded", "filename__folded", "item__title__folded")
    autocomplete_fields = ("item",)
    empty_text = _("No materials yet. Add them on an agenda item's page.")
    change_form_template = "admin/tasks_app/agendamaterial/change_form.html"

    def get_readonly_fields(self, request: HttpRequest, obj: AgendaMaterial | None = None) -> tuple[str, ...]:
        return ("item",) if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: AgendaMaterial | None = None) -> Any:
        if obj is None:
            fields = ("item", "number", "title", "file", "url")
            return ((None, {"fields": fields, "description": recipients()}),)
        replace = gettext("Upload another file or change the URL to process it again.")
        return (
            (None, {"fields": ("item", "number", "title")}),
            (_("Replace content"), {"fields": ("file", "url"), "description": f"{replace} {recipients()}"}),
        )
