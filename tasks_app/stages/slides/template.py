"""Templates, judged when they are uploaded and once more before a deck is made with one."""

import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import PermanentError
from tasks_app.stages.documents import reader_process
from tasks_app.stages.documents.confined_process import ConfinedProcess
from tasks_app.stages.documents.error_messages import MESSAGES as COMMON
from tasks_app.text.extraction.common.confined import INPUT
from tasks_app.text.extraction.file_formats import extension_of

UNPACKED_BYTES = 100 * 1024**2
"""What a template may unpack to, pictures and videos included; python-pptx holds all of it in memory."""

MESSAGES = {
    **COMMON,
    "macros": _(
        "The template contains macros (.pptm, .potm), which are not allowed. Save it as .potx or .pptx without macros."
    ),
    "outside_links": _("The template loads images or data from elsewhere. Embed them, save it again and upload it."),
    "no_usable_layout": _(
        "The template has no layout with a title and room for text. Add one in PowerPoint's slide master, then upload"
        " it again."
    ),
    "archive_too_large": _(
        "The template decompresses to more than %(limit)s MB. Make its images and videos smaller, then upload it again."
    ),
    "template_missing": _("The stored file of the template is missing. Upload the template again."),
}
"""What staff are shown, by the codes that `text.decks` uses."""


def refusal(code: str, **details: Any) -> PermanentError:
    if code == "archive_too_large":
        details["limit"] = UNPACKED_BYTES // 1024**2
    return PermanentError(code, MESSAGES[code], **details)


def checked(file: "File[bytes]", filename: str, check: Callable[[], None] = lambda: None) -> bytes:
    """The content of a template that can be used, judged by a process of its own, in which alone it is opened.

    `check` is called several times a second and may raise to give up. Raises PermanentError with a code of MESSAGES,
    TransientError if the system killed the process, FileNotFoundError.
    """
    if file.size > settings.SLIDES_TEMPLATE_MAX_BYTES:
        raise refusal("file_too_large", limit=settings.SLIDES_TEMPLATE_MAX_BYTES // 1024**2)
    with TemporaryDirectory(prefix="notebookops-") as folder:
        path = Path(folder) / INPUT
        with path.open("wb") as copy:
            file.seek(0)
            shutil.copyfileobj(file, copy)
        asked = {
            "suffix": extension_of(filename),
            "limits": asdict(reader_process.limits()),
            "unpacked": UNPACKED_BYTES,
        }
        ConfinedProcess(module="tasks_app.text.decks.pptx.judging", error=refusal, check=check).ask(Path(folder), asked)
        return path.read_bytes()
