"""A job that does nothing, so that only the engine is measured."""

from collections.abc import Mapping
from typing import Any

from benchmarks.support.marks import mark
from tasks_app.queues import CONTENT
from tasks_app.registry import JobType, Stage, StageContext, StageFacts, register


def _inputs(facts: StageFacts) -> Mapping[str, Any]:
    return {"input": facts.input_digest}


def _run(context: StageContext) -> None:
    mark()


def _save(context: StageContext, data: None) -> Mapping[str, Any]:
    return {}


def _outputs(subject: Any) -> Mapping[str, int | str]:
    return {"title": subject.title}


def _samples(notebook: Any) -> list[Any]:
    return []


NOOP = register(
    JobType(
        kind="noop",
        label="No-op",
        subject="tasks_app.Source",
        queue=CONTENT,
        stages=(Stage(name="nothing", label="Nothing", inputs=_inputs, run=_run, save=_save),),
        outputs=_outputs,
        samples=_samples,
    )
)
