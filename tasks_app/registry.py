"""What a kind of job is, and the one list of all of them.

A kind is declared once, as a frozen `JobType` in its own file under `job_types/`. Celery tasks, routing, admin
filters, the console's buttons, the API's requests and the contract tests are derived from the list kept here.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
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


class StageContext(StageFacts, Protocol):
    """What a running stage is given. Its methods raise LeaseLost, Cancelled, InputChanged or Release to stop it."""

    def part(self, key: str, data: Any) -> None:
        """Keep one finished piece (JSON) of a running stage. `key` must name all that the piece depends on."""

    def parts(self) -> Mapping[str, Any]:
        """The pieces kept for this stage so far, also by earlier attempts; unused ones go when the stage is saved."""

    def progress(self, done: int, total: int) -> None: ...

    def check(self) -> None:
        """Stop here if the job is no longer ours or is to be cancelled. Costs no SQL."""

    def record_usage(self, usage: Usage) -> None:
        """Count what a provider call cost."""

    def enqueue_child(self, kind: str, subject: "JobSubject") -> UUID:
        """The active job of this kind for that subject, made with this one as its parent where there is none."""


class JobSubject(Protocol):
    """What the engine asks of a subject's row."""

    pk: Any
    title: str

    @property
    def job_title(self) -> str:
        """What lists of jobs, logs and exports may show to everybody who may see jobs."""

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
    run: Callable[[StageContext], Any]
    save: Callable[[StageContext, Any], Mapping[str, Any]]
    version: int = 1
    in_seconds: bool = False


def own_digest(subject: JobSubject) -> str:
    """What most kinds depend on: all of their subject."""
    return subject.input_digest()


def never_edited(_subject: Any) -> bool:
    """Of most kinds nobody can edit what comes out."""
    return False


def itself(subject: Any) -> Sequence[Any]:
    """Most kinds are requested on the page of their own subject."""
    return (subject,)


def always_possible(_subject: Any) -> None:
    """Most kinds can be requested whatever their subject holds."""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter of the job that the person who requests it chooses: one of `choices`, pairs of (value, label).

    `initial` is the value a form begins with. `missing` is the error message where none of them was chosen.
    `description` explains it in the API's schema.
    """

    name: str
    label: Message
    choices: Sequence[tuple[str, Message]]
    initial: str = ""
    missing: Message = ""
    required: bool = True
    description: Message = ""


@dataclass(frozen=True, kw_only=True)
class JobRequest:
    """How people request a kind for a stored row: always by the API, and in the console where it has a `button`.

    `button` is the button's text; empty where the page starts the job in another way. `on` is the label of the model
    ("app_label.ModelName") on whose page it is offered, where that is not the kind's own subject; `subjects` then
    returns the subjects, which get a job each. `obstacle` returns why nothing can be done for a row, or None.
    `permission` ("app_label.codename") is what staff need in the console; empty: to change the kind's subjects.
    `default`: the API's request about such a row means this kind where it names none.
    """

    button: Message = ""
    on: str = ""
    subjects: Callable[[Any], Sequence[Any]] = itself
    obstacle: Callable[[Any], Message | None] = always_possible
    parameters: tuple[Parameter, ...] = ()
    permission: str = ""
    default: bool = False


@dataclass(frozen=True, kw_only=True)
class JobType:
    """One kind of job. Limits left out are those of the queue; they may only be lower.

    `input_digest` covers what this kind depends on in a subject, where several kinds share one subject. `outputs`
    returns the figures by which staff and tests judge what came out. `samples` creates the bundled sample subjects
    in a notebook and returns them, stored but not enqueued. `edited` says whether a person has changed what came out.

    Its face: `figure_labels` names every figure that its stages and `outputs` return. `requests` say how people
    request it; without any, only other jobs and programs enqueue it. `primary`: it processes the content of its
    subject and is enqueued whenever that is stored; a model has at most one such kind.
    """

    kind: str
    label: Message
    subject: str
    queue: Queue
    stages: tuple[Stage, ...]
    outputs: Callable[[Any], Mapping[str, int | str]]
    samples: Callable[[Any], Sequence[Any]]
    figure_labels: Mapping[str, Message] = dataclass_field(default_factory=dict)
    requests: tuple[JobRequest, ...] = ()
    primary: bool = False
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
        if len({request.on for request in self.requests}) != len(self.requests):
            raise ValueError(f"{self.kind}: requested in two ways on one model")

    @property
    def task_name(self) -> str:
        return TASK_PREFIX + self.kind

    def stage(self, name: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.name == name), None)


job_types: dict[str, JobType] = {}
"""By kind, in the order of registration."""


def register(job_type: JobType) -> JobType:
    """Add a kind. Raises ValueError if the name is taken, the queue is not one of `QUEUES` or two are primary."""
    if job_type.kind in job_types:
        raise ValueError(f"kind {job_type.kind!r} is declared twice")
    if job_type.primary and any(other.primary and other.subject == job_type.subject for other in job_types.values()):
        raise ValueError(f"{job_type.subject} has a primary kind already; {job_type.kind!r} cannot be another")
    if QUEUES.get(job_type.queue.name) is not job_type.queue:
        raise ValueError(f"kind {job_type.kind!r} names a queue that does not exist")
    job_types[job_type.kind] = job_type
    return job_type


def kind_choices() -> list[tuple[str, str | Promise]]:
    """(kind, label) pairs, for filters and forms."""
    return [(job_type.kind, job_type.label) for job_type in job_types.values()]


def primary_kind(subject: str) -> str:
    """The kind that processes the content of such subjects ("app_label.ModelName"). Raises LookupError without one."""
    for job_type in job_types.values():
        if job_type.primary and job_type.subject == subject:
            return job_type.kind
    raise LookupError(f"no primary kind for {subject}")


def requests_on(model: str) -> dict[str, JobRequest]:
    """How people request work on a row of this model ("app_label.ModelName"), by kind, the default one first.

    That is the one declared as `default`, else the primary kind, else the first registered.
    """
    found = {
        job_type.kind: request
        for job_type in job_types.values()
        for request in job_type.requests
        if (request.on or job_type.subject) == model
    }
    declared = [kind for kind, request in found.items() if request.default]
    primary = [kind for kind in found if job_types[kind].primary]
    first = [*declared, *primary][:1]
    return {kind: found[kind] for kind in dict.fromkeys([*first, *found])}


def discover(package: str) -> None:
    """Import every module of `package` (dotted name) so that each registers its kind."""
    root = importlib.import_module(package)
    for module in pkgutil.iter_modules(root.__path__, f"{package}."):
        importlib.import_module(module.name)
