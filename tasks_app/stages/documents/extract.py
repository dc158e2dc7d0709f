"""The stage that gets the text out of what was submitted."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from tasks_app.models import Document
from tasks_app.models.content.base.stored_file import FileOrText
from tasks_app.registry import Stage, StageContext, StageFacts
from tasks_app.stages.common.document_access import DocumentAccessor, own_document
from tasks_app.stages.documents import ocr, reader_process, subject_titles
from tasks_app.stages.documents.error_messages import error_message
from tasks_app.stages.documents.local_copy import copied
from tasks_app.text.documents.page_ranges import ranges
from tasks_app.text.extraction.common.omissions import Omission, OmissionKind, OmissionLog
from tasks_app.text.extraction.common.result import Extracted
from tasks_app.text.extraction.file_formats import extension_of
from tasks_app.text.japanese.cleaning import readable

NAME = "extract"


@dataclass(frozen=True, kw_only=True)
class ExtractionInput:
    """What a text is taken from: a stored file with the name it came under, or `text` if there is no file.

    `charset` is what the server that the file was fetched from called its encoding.
    """

    digest: str
    file: "File[bytes] | None" = None
    filename: str = ""
    charset: str = ""
    text: str = ""


def own_material(subject: FileOrText) -> ExtractionInput:
    """What somebody submitted: the file, or else the text."""
    if subject.file:
        return ExtractionInput(digest=subject.content_digest, file=subject.file, filename=subject.filename)
    return ExtractionInput(digest=subject.content_digest, text=subject.pasted_text)


def extract(material: Callable[[Any], ExtractionInput] = own_material, place: DocumentAccessor = own_document) -> Stage:
    """`material` returns what to read for a subject; `place` says where the text is stored."""

    def inputs(facts: StageFacts) -> Mapping[str, Any]:
        found = material(facts.subject)
        extension = extension_of(found.filename)
        engine = ocr.engine() if extension == ".pdf" else None
        return {
            "digest": found.digest,
            "extension": extension,
            "limits": asdict(reader_process.limits()),
            "recognition": asdict(engine) if engine else None,
            **({"charset": found.charset} if found.charset else {}),
        }

    def run(context: StageContext) -> Extracted:
        found = material(context.subject)
        if found.file is None:
            return _pasted(found.text)
        with copied(found.file, context, settings.UPLOAD_MAX_BYTES) as path:
            extracted = reader_process.read(
                path, extension_of(found.filename), reader_process.limits(), context.check, found.charset
            )
            return ocr.complete(path, extracted, found.digest, context)

    def save(context: StageContext, extracted: Extracted) -> Mapping[str, Any]:
        Document.objects.filter(pk=place(context.subject)).update(
            text=extracted.text,
            text_digest=digest_of(extracted),
            encoding=extracted.encoding,
            pages=extracted.pages,
            headings=extracted.headings,
            hidden=extracted.hidden,
            omissions=[asdict(omission) for omission in _omissions(extracted)],
        )
        subject_titles.give(context.subject, material(context.subject).filename, extracted.title, context.job_id)
        return {
            "characters": len(extracted.text),
            "pages": len(extracted.pages),
            "pages_without_text": _blank_pages(extracted),
            "headings": len(extracted.headings),
            "encoding": extracted.encoding,
            **extracted.figures,
            **({"unread_pages": ranges(extracted.unread_pages)} if extracted.unread_pages else {}),
        }

    return Stage(name=NAME, label=_("Extract text"), inputs=inputs, run=run, save=save, version=2)


def digest_of(extracted: Extracted) -> str:
    """Changes with the text and also with where its pages, headings and hidden parts are."""
    facts: list[Any] = [extracted.text, extracted.pages, extracted.headings]
    if extracted.hidden:  # those of texts without any stay what they were, so that nobody pays twice
        facts.append(extracted.hidden)
    return sha256(json.dumps(facts).encode()).hexdigest()


def _omissions(extracted: Extracted) -> list[Omission]:
    """Those of the reader, and the pages that recognition did not read either."""
    unread = OmissionLog()
    for page in extracted.unread_pages:
        unread.add(OmissionKind.PAGES_WITHOUT_TEXT, page=page)
    return [*unread.entries(), *extracted.omissions]


def _pasted(text: str) -> Extracted:
    text = readable(text)
    limit = reader_process.limits().characters
    if len(text) > limit:
        raise error_message("too_many_characters", limit=limit)
    if not text.strip():
        raise error_message("no_text")
    return Extracted(text=text)


def _blank_pages(extracted: Extracted) -> int:
    return sum(not extracted.text[start:end].strip() for _number, start, end in extracted.pages)
