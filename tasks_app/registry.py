"""What a kind of job is, and the one list of all of them.

A kind is declared once, as a frozen `JobType` in its own file under `job_types/`. Celery tasks, routing, admin
filters, API values and the contract tests are derived from the list kept here.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.utils.functional import Promise

from tasks_app.errors import Message, message_id
from tasks_app.queues import QUEUES, Queue

TASK_PREFIX = "tasks_app.tasks."


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What calls to providers cost: tokens, and money in the currency of the price table."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost=self.cost + other.cost,
        )


class StageFacts(Protocol):
    """What is known of a job without running it: all that the `inputs` of a stage may look at."""

    @property
    def kind(self) -> str: ...

    @property
    def job_id(self) -> UUID: ...

    @property
    def input_digest(self) -> str:
        """The subject's digest that the job works on."""

    @property
    def subject(self) -> Any:
        """The subject's row; a running stage has one that was read at its start."""

    @property
    def params(self) -> Mapping[str, Any]: ...


class Work(StageFacts, Protocol):
    """What a running stage is given. Its methods raise LeaseLost, Cancelled, InputChanged or Release to stop it."""

    def part(self, key: str, data: Any) -> None:
        """Keep one finished piece (JSON) of a running stage. `key` must name all that the piece depends on."""

    def parts(self) -> Mapping[str, Any]:
        """The pieces kept for this stage so far, also by earlier attempts; unused ones go when the stage is saved."""

    def progress(self, done: int, total: int) -> None: ...

    def check(self) -> None:
        """Stop here if the job is no longer ours or is to be cancelled. Costs no SQL."""

    def spent(self, usage: Usage) -> None:
        """Count what a provider call cost."""

    def child(self, kind: str, subject: "JobSubject") -> UUID:
        """The active job of this kind for that subject, made with this one as its parent where there is none."""


class JobSubject(Protocol):
    """What the engine asks of a subject's row."""

    pk: Any
    title: str

    @property
    def job_notebook_id(self) -> UUID | None:
        """The notebook whose readers may follow the subject's jobs."""

    @property
    def job_owner_id(self) -> int | None:
        """The user who may follow the subject's jobs."""

    def input_digest(self) -> str:
        """64 hex digits at most that change whenever the work would have to be done again."""


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """Returned by a stage's `run` when there is nothing for it to do; `reason` is shown to staff."""

    reason: Message

    @property
    def reason_id(self) -> str:
        """The untranslated reason: what is stored."""
        return message_id(self.reason)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One checkpoint of a kind.

    `inputs` names all that the result depends on (digests, provider, model, prompt hash) and makes the checkpoint's
    key together with name and version. `run` is slow, outside any transaction, and returns data or `Skipped`.
    `save` is short, inside one fenced transaction, and returns small JSON figures for staff to see. `in_seconds`: its
    progress counts seconds of a recording.
    """

    name: str
    label: Message
    inputs: Callable[[StageFacts], Mapping[str, Any]]
    run: Callable[[Work], Any]
    save: Callable[[Work, Any], Mapping[str, Any]]
    version: int = 1
    in_seconds: bool = False


def own_digest(subject: JobSubject) -> str:
    """What most kinds depend on: all of their subject."""
    return subject.input_digest()


def never_edited(_subject: Any) -> bool:
    """Of most kinds nobody can edit what comes out."""
    return False


@dataclass(frozen=True, kw_only=True)
class JobType:
    """One kind of job. Limits left out are those of the queue; they may only be lower.

    `input_digest` tells what of a subject this kind depends on, where several kinds share one subject. `outputs`
    returns the figures by which staff and tests judge what came out. `samples` creates the bundled sample subjects
    in a notebook and returns them, stored but not enqueued. `edited` tells whether a person has changed what came out.
    """

    kind: str
    label: Message
    subject: str
    queue: Queue
    stages: tuple[Stage, ...]
    outputs: Callable[[Any], Mapping[str, int | str]]
    samples: Callable[[Any], Sequence[Any]]
    input_digest: Callable[[Any], str] = own_digest
    edited: Callable[[Any], bool] = never_edited
    soft_limit: int = 0
    hard_limit: int = 0
    attempts: int = 0

    def __post_init__(self) -> None:
        for field, ceiling in (
            ("soft_limit", self.queue.soft_limit),
            ("hard_limit", self.queue.hard_limit),
            ("attempts", self.queue.attempts),
        ):
            value = getattr(self, field) or ceiling
            if value > ceiling:
                raise ValueError(f"{self.kind}: {field} {value} is above its queue's {ceiling}")
            object.__setattr__(self, field, value)
        if len({stage.name for stage in self.stages}) != len(self.stages):
            raise ValueError(f"{self.kind}: two stages share a name")

    @property
    def task_name(self) -> str:
        return TASK_PREFIX + self.kind

    def stage(self, name: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.name == name), None)


job_types: dict[str, JobType] = {}
"""By kind, in the order of registration."""


def register(job_type: JobType) -> JobType:
    """Add a kind. Raises ValueError if the name is taken or the queue is not one of `QUEUES`."""
    if job_type.kind in job_types:
        raise ValueError(f"kind {job_type.kind!r} is declared twice")
    if QUEUES.get(job_type.queue.name) is not job_type.queue:
        raise ValueError(f"kind {job_type.kind!r} names a queue that does not exist")
    job_types[job_type.kind] = job_type
    return job_type


def kind_choices() -> list[tuple[str, str | Promise]]:
    """(kind, label) pairs, for filters and forms."""
    return [(job_type.kind, job_type.label) for job_type in job_types.values()]


def discover(package: str) -> None:
    """Import every module of `package` (dotted name) so that each registers its kind."""
    root = importlib.import_module(package)
    for module in pkgutil.iter_modules(root.__path__, f"{package}."):
        importlib.import_module(module.name)
