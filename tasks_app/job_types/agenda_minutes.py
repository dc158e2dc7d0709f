"""The kind `agenda_minutes`: the minutes of an agenda item, a file, an address or pasted, become readable."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from tasks_app.errors import Message
from tasks_app.models import AgendaItem, Notebook
from tasks_app.queues import CONTENT
from tasks_app.registry import JobRequest, JobType, register
from tasks_app.samples.council import agenda_item
from tasks_app.stages.common.document_figures import (
    DOCUMENT_FIGURE_LABELS,
    PROCEEDINGS_FIGURE_LABELS,
    outputs_of_document,
    outputs_of_proceedings,
)
from tasks_app.stages.documents.chunk import chunk
from tasks_app.stages.documents.embed import embed
from tasks_app.stages.documents.extract import ExtractionInput, extract
from tasks_app.stages.documents.fetch import fetch
from tasks_app.stages.minutes.summarise_minutes import summarise_proceedings


def holds_minutes(item: AgendaItem) -> bool:
    return item.has_minutes


def material(item: AgendaItem) -> ExtractionInput:
    if item.pasted_text:
        return ExtractionInput(digest=item.minutes_digest(), text=item.pasted_text)
    return ExtractionInput(digest=item.content_digest, file=item.file, filename=item.filename, charset=item.charset)


def outputs(item: AgendaItem) -> Mapping[str, int | str]:
    return {**outputs_of_document(item.document_id), **outputs_of_proceedings(item.document_id)}


def samples(notebook: Notebook) -> list[AgendaItem]:
    return [agenda_item(notebook)]


def without_minutes(item: AgendaItem) -> Message | None:
    return None if item.has_minutes else _("There are no minutes yet. Add them below.")


AGENDA_MINUTES: JobType = register(
    JobType(
        kind="agenda_minutes",
        label=_("Agenda minutes"),
        subject="tasks_app.AgendaItem",
        queue=CONTENT,
        stages=(fetch(holds_minutes), extract(material), chunk(), embed(), summarise_proceedings()),
        outputs=outputs,
        samples=samples,
        figure_labels={**DOCUMENT_FIGURE_LABELS, **PROCEEDINGS_FIGURE_LABELS},
        requests=(JobRequest(button=_("Process the minutes"), obstacle=without_minutes),),
        primary=True,
        input_digest=AgendaItem.minutes_digest,
    )
)
