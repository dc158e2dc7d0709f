"""The kind `source`: an uploaded file or pasted text becomes readable, searchable and summed up."""

from collections.abc import Mapping
from importlib.resources import files

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from tasks_app.models import Notebook, Source
from tasks_app.queues import CONTENT
from tasks_app.registry import JobRequest, JobType, register
from tasks_app.stages.common.document_figures import DOCUMENT_FIGURE_LABELS, outputs_of_document
from tasks_app.stages.documents.chunk import chunk
from tasks_app.stages.documents.embed import embed
from tasks_app.stages.documents.extract import extract
from tasks_app.stages.documents.format import format_text
from tasks_app.stages.documents.summarise import summarise

SAMPLES = files("tasks_app.samples")
SAMPLE_FILES = (
    ("霧ヶ原市議会 令和6年第3回定例会 会議録（抜粋）", "kirigahara-gikai-kaigiroku.txt"),
    ("地域のデジタル化支援補助金 公募要領", "digital-hojokin-koubo.md"),
    ("公共施設の利用実態に関する調査報告書", "koukyou-shisetsu-houkokusho.pdf"),
    ("防災計画検討委員会 第2回 議事要旨", "bousai-keikaku-gijiyoushi.docx"),
)
"""(title, file) of each bundled document; the towns and people in them are invented."""

PASTED_SAMPLE = ("図書館の開館時間に関する意見交換会 メモ", "toshokan-memo.txt")


def outputs(source: Source) -> Mapping[str, int | str]:
    return outputs_of_document(source.document_id)


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
        stages=(extract(), chunk(), embed(), format_text(), summarise()),
        outputs=outputs,
        samples=samples,
        figure_labels=DOCUMENT_FIGURE_LABELS,
        requests=(JobRequest(),),
        primary=True,
    )
)
