"""The kind `agenda_materials`: one material of an agenda item, uploaded or at an address, becomes readable."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from tasks_app.errors import Message
from tasks_app.models import AgendaItem, AgendaMaterial, Notebook
from tasks_app.queues import CONTENT
from tasks_app.registry import JobRequest, JobType, register
from tasks_app.samples.council import agenda_item
from tasks_app.stages.common.document_figures import DOCUMENT_FIGURE_LABELS, outputs_of_document
from tasks_app.stages.documents.chunk import chunk
from tasks_app.stages.documents.embed import embed
from tasks_app.stages.documents.extract import ExtractionInput, extract
from tasks_app.stages.documents.fetch import fetch
from tasks_app.stages.documents.summarise import summarise


def material(subject: AgendaMaterial) -> ExtractionInput:
    return ExtractionInput(
        digest=subject.content_digest, file=subject.file, filename=subject.filename, charset=subject.charset
    )


def outputs(subject: AgendaMaterial) -> Mapping[str, int | str]:
    return outputs_of_document(subject.document_id)


def samples(notebook: Notebook) -> list[AgendaMaterial]:
    return list(agenda_item(notebook).materials.order_by("number"))


def materials_of_item(item: AgendaItem) -> Sequence[AgendaMaterial]:
    """One job each, so that they run side by side and fail one by one."""
    return list(item.materials.select_related("item__meeting__council").order_by("number"))


def without_materials(item: AgendaItem) -> Message | None:
    return None if item.materials.exists() else _("There are no materials yet. Add some first.")


AGENDA_MATERIALS: JobType = register(
    JobType(
        kind="agenda_materials",
        label=_("Agenda material"),
        subject="tasks_app.AgendaMaterial",
        queue=CONTENT,
        stages=(fetch(), extract(material), chunk(), embed(), summarise()),
        outputs=outputs,
        samples=samples,
        figure_labels=DOCUMENT_FIGURE_LABELS,
        requests=(
            JobRequest(),
            JobRequest(
                on="tasks_app.AgendaItem",
                button=_("Process all materials"),
                subjects=materials_of_item,
                obstacle=without_materials,
            ),
        ),
        primary=True,
    )
)
