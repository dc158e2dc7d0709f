"""What staff are shown when a file cannot be read."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import PermanentError

MESSAGES: dict[str, Promise] = {
    "empty_file": _("The file is empty. Upload it again."),
    "file_missing": _("The stored file is missing. Upload it again."),
    "file_too_large": _("The file is larger than the limit of %(limit)s MB. Split it and upload the parts."),
    "unknown_format": _("Files ending in “%(extension)s” cannot be read. Supported file types: %(kinds)s."),
    "not_as_named": _(
        "The file name ends in %(extension)s, but its content is something else (%(found)s). Upload the "
        "original file, or save it again in the right format."
    ),
    "not_text": _("The file contains data that is not text. Upload the document itself."),
    "unknown_encoding": _(
        "The character encoding of the file was not recognised. Open it in a text editor, save it as UTF-8, and "
        "upload it again."
    ),
    "only_frames": _(
        "The page only arranges other pages in frames and holds no text itself. Open the frame that you need on its "
        "own, save it and upload it."
    ),
    "no_text": _("The document contains only blanks. Upload a document that contains text."),
    "only_pictures": _(
        "The document contains no text, only pictures (%(pictures)s). Upload a version that contains text."
    ),
    "old_format": _(
        "The file name ends in %(extension)s, but its content has the older binary format %(found)s. Open it in "
        "Office, save it as %(wanted)s and upload it."
    ),
    "with_macros": _(
        "The file name ends in %(extension)s, but the file is one with macros (%(found)s). Open it in Office, save it "
        "as %(extension)s without macros and upload it."
    ),
    "rights_managed": _(
        "The file is encrypted by rights management (a sensitivity label). Remove the protection and upload it again."
    ),
    "scanned": _(
        "No text can be read on these pages: %(pages)s. They were scanned, or their fonts lack character "
        "information. Text recognition (OCR) is not installed: install it and requeue the job, or upload a "
        "version with text."
    ),
    "not_recognised": _(
        "Text recognition (OCR) failed on these pages: %(pages)s. Requeue the job, or upload a version with text."
    ),
    "nothing_recognised": _(
        "Text recognition (OCR) found no text on these pages: %(pages)s. Scan the document again, straight "
        "and sharp, or upload a version with text."
    ),
    "recognition_failed": _("Text recognition (OCR) failed on a page."),
    "too_many_scanned": _(
        "The document has %(pages)s scanned pages; text can be recognised on at most %(limit)s. Split it and"
        " upload the parts."
    ),
    "damaged": _("The file is damaged or incomplete. Open it on your computer, save it again and upload it."),
    "encrypted": _("The file is password-protected. Remove the protection and upload it again."),
    "too_many_pages": _(
        "The document has %(pages)s pages; at most %(limit)s can be read. Split it and upload the parts."
    ),
    "too_many_characters": _("The document exceeds the limit of %(limit)s characters. Split it and upload the parts."),
    "archive_too_large": _(
        "The file decompresses to far more than a document should. Save it again without large images and upload it."
    ),
    "forbidden_declaration": _(
        "The file declares XML entities, which a document of this kind must not contain; it may be "
        "malicious. Open it on your computer, save it again and upload it."
    ),
    "took_too_long": _(
        "Reading the file took too long and was stopped. Split the document or save it again, and upload it."
    ),
    "too_much_memory": _(
        "Reading the file took too much memory and was stopped. Split the document or save it again, and upload it."
    ),
    "unreadable": _("The file could not be read (%(error)s). Open it on your computer, save it again and upload it."),
}
"""By the codes that `text.extraction` and the reading stage use."""


def error_message(code: str, **details: Any) -> PermanentError:
    return PermanentError(code, MESSAGES[code], **details)
