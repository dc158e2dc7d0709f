"""What was found, as a Word file with comments and as a file for a spreadsheet."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext

from tasks_app.admin.content.check.review import STATES, standing, with_decisions
from tasks_app.models import DocumentCheck
from tasks_app.models.content.check.document_check import Verdict
from tasks_app.stages.documents.confined_process import ConfinedProcess
from tasks_app.stages.documents.error_messages import error_message
from tasks_app.stages.documents.reader_process import limits
from tasks_app.text.check import rules
from tasks_app.text.documents.exporting import Cell, csv_lines
from tasks_app.text.extraction.common.confined import INPUT, OUTPUT
from tasks_app.text.extraction.file_formats import extension_of

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
AUTHOR = "NotebookOps"


def as_csv(check: DocumentCheck) -> HttpResponse:
    """Every issue with its decision, in the reader's language."""
    content = "".join(csv_lines(_rows(check))).encode()
    return _file(check, content, "text/csv; charset=utf-8", "csv")


def as_word(check: DocumentCheck) -> HttpResponse:
    """Every issue that was not rejected as a comment, made by a process of its own: only there the original is opened.

    Raises JobError where the original cannot be opened, FileNotFoundError where it is gone.
    """
    document = check.document
    remarks = [
        (issue.start, issue.end, _words(issue))
        for issue in standing(with_decisions(check).exclude(decision=Verdict.REJECTED), document.text)
    ]
    question = {
        "text": document.text,
        "pages": document.pages,
        "remarks": remarks,
        "author": AUTHOR,
        "limits": asdict(limits()),
    }
    with TemporaryDirectory(prefix="notebookops-") as name:
        folder = Path(name)
        if extension_of(check.filename) == ".docx":
            with check.file.open("rb") as stored, (folder / INPUT).open("wb") as copy:
                copyfileobj(stored, copy)
        ConfinedProcess(module="tasks_app.text.check.commenting", error=error_message).ask(folder, question)
        return _file(check, (folder / OUTPUT).read_bytes(), WORD, "docx")


def _rows(check: DocumentCheck) -> Iterator[list[Cell]]:
    yield [
        gettext("page"),
        gettext("category"),
        gettext("severity"),
        gettext("original text"),
        gettext("suggestion"),
        gettext("explanation"),
        gettext("rule"),
        gettext("clause"),
        gettext("confidence"),
        gettext("decision"),
        gettext("start"),
        gettext("end"),
    ]
    decisions = dict(STATES)
    for issue in with_decisions(check):
        yield [
            issue.page,
            issue.get_category_display(),
            issue.get_severity_display(),
            issue.original,
            issue.suggestion,
            issue.explanation_text,
            issue.rule or gettext("model"),
            rules.BY_ID[issue.rule].clause if issue.rule in rules.BY_ID else "",
            issue.confidence,
            str(decisions[issue.decision]),
            issue.start,
            issue.end,
        ]


def _words(issue: Any) -> str:
    lines = [f"[{issue.get_severity_display()} / {issue.get_category_display()}] {issue.explanation_text}"]
    if issue.suggestion:
        lines.append(gettext("Suggestion: %(suggestion)s") % {"suggestion": issue.suggestion})
    if issue.decision == Verdict.ACCEPTED:
        lines.append(gettext("Accepted"))
    return "\n".join(lines)


def _file(check: DocumentCheck, content: bytes, content_type: str, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    name = slugify(check.title, allow_unicode=True) or "check"
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.{ending}") or "attachment"
    return response
