"""A kind whose every step is decided by the test: each stage asks a loopback server what to do, and does it.

The server may keep it waiting for as long as the test likes, so tests need not sleep.
"""

import json
import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.request import urlopen
from uuid import UUID

from billiard.exceptions import SoftTimeLimitExceeded

from tasks_app.errors import Park, PermanentError, Release, TransientError
from tasks_app.models import Notebook, Source
from tasks_app.queues import CONTENT
from tasks_app.registry import JobType, Stage, StageContext, StageFacts, Usage, register

STAGES = ("first", "second", "third")
PARTS = 4
LABELS = {name: name for name in ("length", "pieces", "title")}


def ask(context: StageContext, step: str) -> dict[str, Any]:
    """What the test's server wants done at this step; blocks until it answers. Without a server, nothing."""
    if "url" not in context.params:
        return {}
    with urlopen(f"{context.params['url']}/{step}?job={context.job_id}&pid={os.getpid()}", timeout=60) as answer:
        command: dict[str, Any] = json.load(answer)
    return command


def obey(context: StageContext, command: Mapping[str, Any]) -> None:
    """Do what the server said: nothing, or one of the ways to end."""
    match command.get("do"):
        case "permanent":
            raise PermanentError("probe_permanent", "The probe was instructed to fail.", told="permanent")
        case "transient":
            raise TransientError("probe_transient", "The probe was instructed to try again.")
        case "retry_after":
            raise TransientError("probe_transient", "Later.", retry_after=float(command["seconds"]))
        case "release":
            raise Release("probe_release", "The probe was instructed to let go.", delay=0.0)
        case "park":
            raise Park(tuple(UUID(job) for job in command["awaited"]))
        case "bug":
            raise ZeroDivisionError("text that must not be kept")
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "spend":
            context.record_usage(Usage(input_tokens=10, output_tokens=5, cost=0.25))
        case "spin":
            started = time.monotonic()
            while time.monotonic() - started < float(command["seconds"]):
                pass
        case "stubborn":
            _swallow_the_soft_limit()


def _swallow_the_soft_limit() -> None:
    while True:
        with suppress(SoftTimeLimitExceeded):
            while True:
                pass


def _inputs(facts: StageFacts) -> Mapping[str, Any]:
    return {"content": facts.subject.content_digest}


def _stage(name: str) -> Stage:
    def run(context: StageContext) -> dict[str, str]:
        obey(context, ask(context, name))
        return {"text": f"{name} of {context.subject.content_digest[:8]}"}

    def save(context: StageContext, data: dict[str, str]) -> Mapping[str, Any]:
        subject = Source.objects.select_related("document").get(pk=context.subject.pk)
        document = subject.document
        document.formatted_text = data["text"]
        document.headings = [*document.headings, name]  # a journal: shows a save that happened twice
        document.save(update_fields=["formatted_text", "headings"])
        return {"length": len(data["text"])}

    return Stage(name=name, label=name, inputs=_inputs, run=run, save=save)


def _piecewise() -> Stage:
    def run(context: StageContext) -> list[str]:
        kept = context.parts()
        pieces = []
        for number in range(PARTS):
            key = f"{context.subject.content_digest[:8]}:{number}"
            if key not in kept:
                obey(context, ask(context, f"pieces-{number}"))
                context.part(key, f"piece {number}")
            pieces.append(kept.get(key) or f"piece {number}")
            context.progress(number + 1, PARTS)
        return pieces

    def save(context: StageContext, data: list[str]) -> Mapping[str, Any]:
        return {"pieces": len(data)}

    return Stage(name="pieces", label="pieces", inputs=_inputs, run=run, save=save)


def _outputs(subject: Source) -> Mapping[str, int | str]:
    return {"title": subject.title}


def _samples(notebook: Notebook) -> list[Source]:
    return [Source.objects.create(notebook=notebook, title="probe", pasted_text="probe")]


PROBE = register(
    JobType(
        kind="probe",
        label="Probe",
        subject="tasks_app.Source",
        queue=CONTENT,
        stages=tuple(_stage(name) for name in STAGES),
        outputs=_outputs,
        samples=_samples,
        figure_labels=LABELS,
    )
)

PIECES = register(
    JobType(
        kind="pieces",
        label="Pieces",
        subject="tasks_app.Source",
        queue=CONTENT,
        stages=(_piecewise(),),
        outputs=_outputs,
        samples=_samples,
        figure_labels=LABELS,
    )
)

BRIEF = register(
    JobType(
        kind="brief",
        label="Brief",
        subject="tasks_app.Source",
        queue=CONTENT,
        stages=(_piecewise(), _stage("last")),
        outputs=_outputs,
        samples=_samples,
        figure_labels=LABELS,
        soft_limit=2,
        hard_limit=4,
    )
)
