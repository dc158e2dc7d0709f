"""The kind `minute`: the minutes of a meeting become readable, searchable, and tell what the meeting came to."""

from collections.abc import Mapping
from importlib.resources import files

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from tasks_app.models import Minute, Notebook
from tasks_app.queues import CONTENT
from tasks_app.registry import JobRequest, JobType, register
from tasks_app.stages.common.document_figures import (
    DOCUMENT_FIGURE_LABELS,
    PROCEEDINGS_FIGURE_LABELS,
    outputs_of_document,
    outputs_of_proceedings,
)
from tasks_app.stages.documents.chunk import chunk
from tasks_app.stages.documents.embed import embed
from tasks_app.stages.documents.extract import extract
from tasks_app.stages.documents.format import format_text
from tasks_app.stages.minutes.summarise_minutes import summarise_proceedings

SAMPLES = files("tasks_app.samples")
SAMPLE_TITLE = "水薗町地域公共交通会議 第4回 会議録"
SAMPLE_FILE = "minasono-koukyoukoutsuu-kaigiroku.txt"
"""The town and the people in it are invented."""


def outputs(minute: Minute) -> Mapping[str, int | str]:
    return {**outputs_of_document(minute.document_id), **outputs_of_proceedings(minute.document_id)}


def samples(notebook: Notebook) -> list[Minute]:
    """New minutes, stored and not enqueued; calling again makes a second set."""
    file = ContentFile((SAMPLES / SAMPLE_FILE).read_bytes(), name=SAMPLE_FILE)
    minute = Minute(notebook=notebook, title=SAMPLE_TITLE, file=file)
    minute.save()
    return [minute]


MINUTE: JobType = register(
    JobType(
        kind="minute",
        label=_("Minutes"),
        subject="tasks_app.Minute",
        queue=CONTENT,
        stages=(extract(), chunk(), embed(), format_text(), summarise_proceedings()),
        outputs=outputs,
        samples=samples,
        figure_labels={**DOCUMENT_FIGURE_LABELS, **PROCEEDINGS_FIGURE_LABELS},
        requests=(JobRequest(),),
        primary=True,
    )
)
