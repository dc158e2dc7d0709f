"""What was promised by an address and its answer, and what came: a name for the file, or a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from django.utils.http import parse_header_parameters
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import PermanentError
from tasks_app.text.extraction.file_formats import HEAD_BYTES, PAGES, READERS, recognise

OFFICE = "application/vnd.openxmlformats-officedocument."
EXTENSIONS = {
    "application/pdf": ".pdf",
    f"{OFFICE}wordprocessingml.document": ".docx",
    f"{OFFICE}presentationml.presentation": ".pptx",
    f"{OFFICE}spreadsheetml.sheet": ".xlsx",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
}
"""By Content-Type. Others, application/octet-stream above all, promise nothing."""


TEXTS = (".txt", ".md", ".csv", *PAGES)
ARCHIVES = (".docx", ".pptx", ".xlsx")
PAGE_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<title", b"<script", b"<meta")
MAX_NAME_LENGTH = 200
"""Characters of a file's name, without its ending."""


@dataclass(frozen=True, kw_only=True)
class CheckedContent:
    """`name` ends in what the content is; it may hold anything else and is to be cleaned before it is shown.

    `content_type` is as the server wrote it, its charset included.
    """

    name: str
    content_type: str


def check_content(path: str, headers: Mapping[str, str], head: bytes) -> CheckedContent:
    """`path` is that of the address (percent-encoded), `head` the first bytes. Raises PermanentError."""
    declared = headers.get("content-type", "")
    content_type, _parameters = parse_header_parameters(declared)
    name = _name(path, headers.get("content-disposition", ""))
    extension = _extension(PurePosixPath(name).suffix.lower(), EXTENSIONS.get(content_type, ""), head)
    stem = name[: -len(PurePosixPath(name).suffix)] if PurePosixPath(name).suffix.lower() in READERS else name
    return CheckedContent(
        name=f"{stem[:MAX_NAME_LENGTH] or 'document'}{extension}",
        content_type=declared,
    )


def _extension(by_name: str, by_type: str, head: bytes) -> str:
    """What the content is, if that is what was promised."""
    if not head:
        raise PermanentError("fetched_empty", _("The file at this URL is empty."))
    held = _held(head)
    promises = [promise for promise in (by_name, by_type) if promise in READERS]
    broken = [promise for promise in promises if promise not in held and not (promise in PAGES and held[0] == ".pdf")]
    if broken and held == PAGES:
        raise PermanentError(
            "page_instead_of_file",
            _(
                "This URL leads to a web page, not to the %(extension)s file it names. The page often says that the "
                "file has moved, or asks to sign in. Open the URL in a browser and copy the URL of the file itself."
            ),
            extension=broken[0],
        )
    if broken:
        raise PermanentError(
            "fetched_not_as_promised",
            _(
                "The URL names a %(extension)s file, but its content is something else. Open it in a browser, save "
                "the file and upload it."
            ),
            extension=broken[0],
        )
    kept = [promise for promise in promises if promise in held]
    if not kept and held == ARCHIVES:
        raise _unsupported()
    return kept[0] if kept else held[0]


def _held(head: bytes) -> tuple[str, ...]:
    """The endings that fit the content, the likeliest first. Raises PermanentError where nobody can read it."""
    match recognise(head[:HEAD_BYTES]):
        case "PDF":
            return (".pdf",)
        case "ZIP":
            return ARCHIVES
        case "":
            return PAGES if _is_page(head) else TEXTS
    raise _unsupported()


def _is_page(head: bytes) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return start.startswith(PAGE_STARTS) or (start.startswith((b"<?xml", b"<!--")) and b"<html" in start)


def _unsupported() -> PermanentError:
    return PermanentError(
        "fetched_unsupported",
        _("The file at this URL is of a type that cannot be read. Supported file types: %(kinds)s."),
        kinds=" ".join(READERS),
    )


def _name(path: str, disposition: str) -> str:
    """The last part of the answer's name for the file, else of the path; empty if there is neither."""
    _kind, parameters = parse_header_parameters(disposition)
    name = parameters.get("filename", "") or unquote(path)
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2].strip().strip(".")
