"""A kind about a subject of its own, which no file under admin/ or api/ knows; its table is made by `pages.py`."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import models

from tasks_app.models import Notebook
from tasks_app.models.content.base.subject import Subject
from tasks_app.queues import CONTENT
from tasks_app.registry import JobRequest, JobType, Stage, StageContext, StageFacts, register


class Leaflet(Subject):
    notebook = models.ForeignKey(Notebook, models.CASCADE, related_name="+")
    text = models.TextField()

    class Meta:
        app_label = "tasks_app"

    @property
    def job_notebook_id(self) -> UUID | None:
        notebook: UUID = self.notebook.pk
        return notebook

    @property
    def job_owner_id(self) -> int | None:
        owner: int | None = self.notebook.owner_id
        return owner

    def input_digest(self) -> str:
        return sha256(self.text.encode()).hexdigest()


def _inputs(facts: StageFacts) -> Mapping[str, Any]:
    return {"text": facts.input_digest}


def _run(context: StageContext) -> int:
    return len(str(context.subject.text).split())


def _save(context: StageContext, words: int) -> Mapping[str, Any]:
    return {"words": words}


def _outputs(leaflet: Leaflet) -> Mapping[str, int | str]:
    return {"words": len(leaflet.text.split())}


def _samples(notebook: Notebook) -> Sequence[Leaflet]:
    return [Leaflet._default_manager.create(notebook=notebook, title="leaflet", text="three short words")]


LEAFLET = register(
    JobType(
        kind="leaflet",
        label="Leaflet",
        subject="tasks_app.Leaflet",
        queue=CONTENT,
        stages=(Stage(name="count", label="Count", inputs=_inputs, run=_run, save=_save),),
        outputs=_outputs,
        samples=_samples,
        figure_labels={"words": "words"},
        requests=(JobRequest(button="Count the words"),),
        primary=True,
    )
)
