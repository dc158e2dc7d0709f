"""The kind `agenda_materials`: one material of an agenda item, uploaded or at an address, becomes readable."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from tasks_app.models import AgendaMaterial, Notebook
from tasks_app.queues import CONTENT
from tasks_app.registry import JobType, register
from tasks_app.samples.council import agenda_item
from tasks_app.stages.chunk import chunk
from tasks_app.stages.embed import embed
from tasks_app.stages.extract import Material, extract
from tasks_app.stages.fetch import fetch
from tasks_app.stages.outputs import outputs_of_document
from tasks_app.stages.summarise import summarise


def material(subject: AgendaMaterial) -> Material:
    return Material(
        digest=subject.content_digest, file=subject.file, filename=subject.filename, charset=subject.charset
    )


def outputs(subject: AgendaMaterial) -> Mapping[str, int | str]:
    return outputs_of_document(subject.document_id)


def samples(notebook: Notebook) -> list[AgendaMaterial]:
    return list(agenda_item(notebook).materials.order_by("number"))


AGENDA_MATERIALS: JobType = register(
    JobType(
        kind="agenda_materials",
        label=_("Agenda material"),
        subject="tasks_app.AgendaMaterial",
        queue=CONTENT,
        stages=(fetch(), extract(material), chunk(), embed(), summarise()),
        outputs=outputs,
        samples=samples,
    )
)
