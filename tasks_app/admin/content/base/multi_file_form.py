"""Choosing many files at once."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.content.base import submit


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesForm(forms.Form):
    """Which files is judged one by one in the view, so that a bad one does not stop the others."""

    documents = forms.FileField(label=_("files"), widget=FilesInput(attrs={"accept": submit.ACCEPT, "multiple": True}))
