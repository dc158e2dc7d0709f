"""Numbers that count up within something, such as the materials of an agenda item."""

from typing import Any

from django import forms
from django.db import models
from django.db.models import Max
from django.utils.translation import gettext_lazy as _


def next_number(rows: "models.QuerySet[Any]") -> int:
    highest: int | None = rows.aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1


class NumberedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A number left empty is the next one among the rows with the same `within` (name of a foreign key)."""

    within: str
    number = forms.IntegerField(
        label=_("number"),
        min_value=1,
        max_value=99_999,
        required=False,
        help_text=_("If left empty, the next free number is used."),
    )

    def clean_number(self) -> int | None:
        number: int | None = self.cleaned_data["number"]
        if number is not None:
            return number
        holder = self.cleaned_data.get(self.within) or getattr(self.instance, f"{self.within}_id", None)
        if holder is None:
            return None
        return next_number(self._meta.model._default_manager.filter(**{self.within: holder}))
