"""What may be submitted: the same rules for the console's forms, for many files at once, and for the API."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from tasks_app.models.content.base.stored_file import shown_name
from tasks_app.stages.documents import subject_titles
from tasks_app.text.extraction.file_formats import READERS

SUFFIXES = tuple(READERS)
ACCEPT = ",".join(SUFFIXES)
SAVED_AS = {
    **dict.fromkeys((".doc", ".docm", ".dot", ".dotm", ".dotx", ".odt", ".rtf"), ".docx"),
    **dict.fromkeys((".xls", ".xlsb", ".xlsm", ".xlt", ".xltm", ".xltx", ".ods"), ".xlsx"),
    **dict.fromkeys((".ppt", ".pps", ".pptm", ".ppsm", ".ppsx", ".pot", ".potm", ".potx", ".odp"), ".pptx"),
}
"""As what the programs that open these can save them."""

TITLE_FROM_TEXT = 80
"""Characters of a text's first line that make its title."""


def check_file(file: "UploadedFile[Any]", suffixes: Sequence[str] = SUFFIXES, largest: int | None = None) -> None:
    """Raises ValidationError with what is wrong with an uploaded file, determined without reading it.

    `largest` in bytes; UPLOAD_MAX_BYTES where it is None.
    """
    limit = settings.UPLOAD_MAX_BYTES if largest is None else largest
    name = shown_name(file.name or "")
    suffix = PurePath(name).suffix.lower()
    if suffix not in suffixes:
        better = SAVED_AS.get(suffix, "")
        message = _("%(name)s cannot be read. Supported file types: %(kinds)s.")
        if better in suffixes:
            advice = _("Open the file, save it as %(better)s and upload that.")
            message = f"{message} {advice}"
        raise ValidationError(
            message, code="unsupported", params={"name": name, "kinds": " ".join(suffixes), "better": better}
        )
    if not file.size:
        raise ValidationError(_("%(name)s is empty."), code="empty", params={"name": name})
    if file.size > limit:
        raise ValidationError(
            _("%(name)s is too large: %(size)s; the limit is %(limit)s."),
            code="too_large",
            params={
                "name": name,
                "size": filesizeformat(file.size),
                "limit": filesizeformat(limit),
            },
        )


def check_text(text: str) -> None:
    """Raises ValidationError where a pasted text is too long."""
    if len(text) > settings.PASTED_TEXT_MAX_CHARACTERS:
        raise ValidationError(
            _("The text is too long: %(length)s characters; the limit is %(limit)s. Upload it as a file."),
            code="too_long",
            params={"length": len(text), "limit": settings.PASTED_TEXT_MAX_CHARACTERS},
        )


def title_of(file: "UploadedFile[Any] | None", text: str) -> str:
    """A title for what has none: the file's name until it has been read, or how the text begins."""
    if file is not None:
        return subject_titles.of_file(file.name or "")
    return text.strip().splitlines()[0].lstrip("# ")[:TITLE_FROM_TEXT] if text.strip() else ""
