"""What staff are told when a file cannot be read."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import PermanentError

MESSAGES: dict[str, Promise] = {
    "empty_file": _("The file is empty. Upload it again."),
    "file_missing": _("The stored file is gone. Upload it again."),
    "file_too_large": _(
        "The file is larger than %(limit)s MB, the most that is accepted. Split it and upload the parts."
    ),
    "unknown_format": _("Files ending in “%(extension)s” cannot be read. Files of these kinds can: %(kinds)s."),
    "not_as_named": _(
        "The file's name ends in %(extension)s, but its content is something else (%(found)s). Upload the"
        " original file, or save it again in the right format."
    ),
    "not_text": _("The file holds data that is not text. Upload the document itself."),
    "no_text": _("The document holds nothing but blanks. Put in a document that has text."),
    "scanned": _(
        "No text can be read on these pages: %(pages)s. They were scanned, or their fonts do not say which"
        " characters they show. Text recognition (OCR) is not installed: have it installed and requeue the job,"
        " or upload a version that has text."
    ),
    "not_recognised": _(
        "Text recognition (OCR) failed on these pages: %(pages)s. Requeue the job, or upload a version that has text."
    ),
    "nothing_recognised": _(
        "Text recognition (OCR) found no text on these pages: %(pages)s. Scan the document anew, upright and"
        " sharp, or upload a version that has text."
    ),
    "recognition_failed": _("Text recognition (OCR) failed on a page."),
    "too_many_scanned": _(
        "The document has %(pages)s scanned pages; text can be recognised on at most %(limit)s. Split it and"
        " upload the parts."
    ),
    "damaged": _("The file is damaged or was cut off. Open it on your computer, save it anew and upload it again."),
    "encrypted": _("The file is protected by a password. Remove the protection and upload it again."),
    "too_many_pages": _(
        "The document has %(pages)s pages; at most %(limit)s can be read. Split it and upload the parts."
    ),
    "too_many_characters": _(
        "The document has more than %(limit)s characters, the most that can be read. Split it and upload the parts."
    ),
    "archive_too_large": _(
        "The file unpacks to far more than a document should. Save it anew without large pictures and upload it again."
    ),
    "forbidden_declaration": _(
        "The file declares abbreviations (XML entities) that a document of this kind must not have; it may have"
        " been made to do harm. Open it on your computer, save it anew and upload it again."
    ),
    "took_too_long": _(
        "Reading the file took too long and was stopped. Split the document or save it anew, and upload it again."
    ),
    "too_much_memory": _(
        "Reading the file took too much memory and was stopped. Split the document or save it anew, and"
        " upload it again."
    ),
    "unreadable": _(
        "The file could not be read (%(error)s). Open it on your computer, save it anew and upload it again."
    ),
}
"""By the codes that `text.extraction` and the reading stage use."""


def error_message(code: str, **details: Any) -> PermanentError:
    return PermanentError(code, MESSAGES[code], **details)
