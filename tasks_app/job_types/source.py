"""The kind `source`: an uploaded file or pasted text becomes readable, searchable and summed up."""

from collections.abc import Mapping
from importlib.resources import files

from django.core.files.base import ContentFile
from django.db.models import F, Func, IntegerField
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from tasks_app.models import Chunk, Document, Notebook, Source
from tasks_app.queues import CONTENT
from tasks_app.registry import JobType, register
from tasks_app.stages.chunk import chunk
from tasks_app.stages.embed import embed
from tasks_app.stages.extract import Material, extract
from tasks_app.stages.format import format_text
from tasks_app.stages.summarise import summarise

SAMPLES = files("tasks_app.samples")
SAMPLE_FILES = (
    ("霧ヶ原市議会 令和6年第3回定例会 会議録（抜粋）", "kirigahara-gikai-kaigiroku.txt"),
    ("地域のデジタル化支援補助金 公募要領", "digital-hojokin-koubo.md"),
    ("公共施設の利用実態に関する調査報告書", "koukyou-shisetsu-houkokusho.pdf"),
    ("防災計画検討委員会 第2回 議事要旨", "bousai-keikaku-gijiyoushi.docx"),
)
"""(title, file) of each bundled document; the towns and people in them are invented."""

PASTED_SAMPLE = ("図書館の開館時間に関する意見交換会 メモ", "toshokan-memo.txt")


def material(source: Source) -> Material:
    if source.file:
        return Material(digest=source.content_digest, file=source.file, filename=source.filename)
    return Material(digest=source.content_digest, text=source.pasted_text)


def outputs(source: Source) -> Mapping[str, int | str]:
    """Pages and encoding only of what has some: a pasted text has neither."""
    document = (
        Document.objects.filter(pk=source.document_id)
        .annotate(page_count=Func(F("pages"), function="jsonb_array_length", output_field=IntegerField()))
        .values(
            "page_count",
            "encoding",
            "summary_provider",
            "summary_coverage",
            characters=Length("text"),
            formatted_characters=Length("formatted_text"),
            summary_characters=Length("summary"),
        )
        .get()
    )
    own: dict[str, int | str] = {"pages": document["page_count"], "encoding": document["encoding"]}
    return {
        "characters": document["characters"],
        "chunks": Chunk.objects.filter(document_id=source.document_id).count(),
        "formatted_characters": document["formatted_characters"],
        "summary_characters": document["summary_characters"],
        "summary_coverage": document["summary_coverage"],
        "summary_provider": document["summary_provider"],
        **{name: value for name, value in own.items() if value},
    }


def samples(notebook: Notebook) -> list[Source]:
    """One new source for each bundled document, stored and not enqueued; calling again makes a second set."""
    found = [
        Source(notebook=notebook, title=title, file=ContentFile((SAMPLES / name).read_bytes(), name=name))
        for title, name in SAMPLE_FILES
    ]
    title, name = PASTED_SAMPLE
    found.append(Source(notebook=notebook, title=title, pasted_text=(SAMPLES / name).read_text("utf-8")))
    for source in found:
        source.save()
    return found


SOURCE: JobType = register(
    JobType(
        kind="source",
        label=_("Source"),
        subject="tasks_app.Source",
        queue=CONTENT,
        stages=(extract(material), chunk(), embed(), format_text(), summarise()),
        outputs=outputs,
        samples=samples,
    )
)
