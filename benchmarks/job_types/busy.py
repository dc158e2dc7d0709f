"""A job that keeps a processor and a model busy, as document checks and slides do."""

from collections.abc import Mapping
from time import monotonic
from typing import Any

from tasks_app.providers.endpoint import chat_model
from tasks_app.providers.llm import ChatModel, Message
from tasks_app.queues import LLM
from tasks_app.registry import JobType, Stage, StageContext, StageFacts, register
from tasks_app.text.japanese import bigrams

BUSY_SECONDS = 0.5
PAGE = "委員会は、公共施設の再編について、利用の実態と将来の見通しを踏まえて審議した。" * 100


def _inputs(facts: StageFacts) -> Mapping[str, Any]:
    return {"input": facts.input_digest}


def _run(context: StageContext) -> None:
    give_up = monotonic() + BUSY_SECONDS
    while monotonic() < give_up:
        bigrams.vector(PAGE)
    if endpoint := chat_model():
        ChatModel(endpoint=endpoint).complete([Message(role="user", content=PAGE)])


def _save(context: StageContext, data: None) -> Mapping[str, Any]:
    return {}


def _outputs(subject: Any) -> Mapping[str, int | str]:
    return {"title": subject.title}


def _samples(notebook: Any) -> list[Any]:
    return []


BUSY = register(
    JobType(
        kind="busy",
        label="Busy",
        subject="tasks_app.Source",
        queue=LLM,
        stages=(Stage(name="work", label="Work", inputs=_inputs, run=_run, save=_save),),
        outputs=_outputs,
        samples=_samples,
    )
)
