"""A page between the button and the deed: it says what would happen, and may ask why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import Message


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=255, widget=forms.TextInput(attrs={"class": "vTextField"}))

    def __init__(self, required: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required
        self.fields["reason"].help_text = (
            _("Required. Everyone affected can read it.") if required else _("Kept in the history.")
        )


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """What is asked before something is done; `will` names the consequences, one sentence each."""

    title: str
    will: Sequence[str]
    button: Message
    back: str
    reason_required: bool = False
    dangerous: bool = False
    hidden: Sequence[tuple[str, str]] = field(default_factory=tuple)


def answer(model_admin: ModelAdmin[Any], request: HttpRequest, question: Confirmation) -> str | HttpResponse:
    """The reason given by anyone who confirmed; until then, the page that asks. For POST only: see require_POST."""
    confirmed = "confirmed" in request.POST
    form = ReasonForm(question.reason_required, request.POST if confirmed else None)
    if confirmed and form.is_valid():
        return str(form.cleaned_data["reason"])
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": question.title,
        "question": question,
        "form": form,
    }
    return render(request, "console/common/confirm.html", context)
