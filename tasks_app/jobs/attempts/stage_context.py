"""What a running stage is given: the job's facts, and the only ways to write before the stage is saved."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import CANCELLED_ON_REQUEST, AlreadyEnqueued, Cancelled, InputChanged, LeaseLost, Release
from tasks_app.jobs import sql
from tasks_app.jobs.statements import retry_on_connection_loss, rows
from tasks_app.jobs.transitions import force_end, subjects, verbs
from tasks_app.jobs.transitions.lease import Lease, refusal
from tasks_app.jobs.workers import shutdown
from tasks_app.models import Job
from tasks_app.registry import JobSubject, Stage, StageFacts, Usage

PROGRESS_SECONDS = 0.5
"""Progress reports closer together than this are not written."""


def key_of(stage: Stage, facts: StageFacts) -> str:
    """Digest of all that a stage's outputs depend on: a checkpoint with the same key holds."""
    inputs = [facts.kind, stage.name, stage.version, dict(stage.inputs(facts))]
    return sha256(json.dumps(inputs, sort_keys=True, default=str).encode()).hexdigest()


class KeptParts(Mapping[str, Any]):
    """Pieces by key. One that is looked up counts as used; the others go when the stage is saved."""

    def __init__(self, pieces: dict[str, Any], used: set[str]) -> None:
        self._pieces = pieces
        self._used = used

    def __getitem__(self, key: str) -> Any:
        piece = self._pieces[key]
        self._used.add(key)
        return piece

    def __iter__(self) -> Iterator[str]:
        return iter(self._pieces)

    def __len__(self) -> int:
        return len(self._pieces)


class LeasedStageContext:
    """A `registry.StageContext`: one stage of one attempt."""

    def __init__(self, lease: Lease, stage: Stage) -> None:
        self.lease = lease
        self.stage = stage
        self.usage = Usage()
        self.used_parts: set[str] = set()
        self._reported = 0.0
        self._share = -1.0

    @property
    def kind(self) -> str:
        return self.lease.job_type.kind

    @property
    def job_id(self) -> UUID:
        return self.lease.job_id

    @property
    def params(self) -> Mapping[str, Any]:
        return self.lease.params

    @property
    def input_digest(self) -> str:
        return self.lease.input_digest

    @cached_property
    def subject(self) -> Any:
        subject = subjects.find(self.lease.job_type, self.lease.subject_id)
        if subject is None:
            raise Cancelled(subjects.DELETED)
        return subject

    @property
    def key(self) -> str:
        return key_of(self.stage, self)

    def begin(self) -> None:
        """Say that this stage runs now, where the row does not say so already."""
        if self.lease.stage != self.stage.name:
            self.fence(self.stage.name)

    def part(self, key: str, data: Any) -> None:
        """Keep one finished piece (JSON) of this stage."""
        self.check()
        saved = retry_on_connection_loss(
            lambda: rows(sql.PART, {**self.lease.fence, **self.place, "key": key, "data": json.dumps(data)})
        )
        if not saved:
            raise refusal(self.lease)
        self.used_parts.add(key)
        self.lease.saved_something = True

    def parts(self) -> Mapping[str, Any]:
        """The pieces kept for this stage so far, also by earlier attempts."""
        found = retry_on_connection_loss(
            lambda: rows(sql.PARTS, {**self.place, "rebuild_since": self.lease.rebuild_since})
        )
        return KeptParts({key: json.loads(data) for key, data in found}, self.used_parts)

    def progress(self, done: int, total: int) -> None:
        """Say how far the stage is; written at most twice a second, when it is through, and never backwards."""
        self.check()
        share = done / total if total else 0.0
        if share <= self._share or (done < total and monotonic() - self._reported < PROGRESS_SECONDS):
            return
        self._reported = monotonic()
        self._share = share
        self.fence(self.stage.name, done, total)

    def check(self) -> None:
        """Stop here if the job is no longer ours, is to be cancelled, or must leave this worker. Costs no SQL."""
        if self.lease.lost:
            raise LeaseLost
        if self.lease.cancel_requested:
            raise Cancelled(CANCELLED_ON_REQUEST)
        if self.lease.input_changed:
            raise InputChanged
        if shutdown.requested():
            raise Release("worker_stopping", _("The worker was shut down; another worker continues the job."))

    def record_usage(self, usage: Usage) -> None:
        """Count what a provider call cost, for the stage, the attempt and the job."""
        self.usage += usage
        self.lease.usage += usage

    def enqueue_child(self, kind: str, subject: JobSubject) -> UUID:
        """The active job of this kind for that subject, made with this one as its parent where there is none.

        An active one takes the subject as it is now, continues if it was to be cancelled, and gets the parent's
        priority where that is higher.
        """
        self.check()
        parent = Job.objects.select_related("requested_by").get(pk=self.job_id)
        order = verbs.prepare(kind, subject, requested_by=parent.requested_by, priority=parent.priority, parent=parent)
        while True:
            made = retry_on_connection_loss(lambda: self._create(order))
            try:
                child = made or retry_on_connection_loss(lambda: verbs.join(order))
            except AlreadyEnqueued as taken:
                active: UUID = taken.job_id
                return active
            if child is not None:
                return child.pk

    @transaction.atomic
    def _create(self, order: Mapping[str, Any]) -> Job | None:
        """Fenced like all writes, so that a job that is to be cancelled has no more children.

        Locked as by those who lock several jobs: making a job waits for a transaction that is ending its predecessor.
        """
        force_end.several_jobs()
        self.fence(self.stage.name)
        return verbs.create(order)

    def fence(self, stage: str, done: int | None = None, total: int | None = None) -> None:
        """Lock the job's row and prove that it is ours, on the same input, and wanted; report stage and progress."""
        ours = retry_on_connection_loss(
            lambda: rows(sql.FENCE, {**self.lease.fence, "stage": stage, "done": done, "total": total})
        )
        if not ours:
            raise refusal(self.lease)
        self.lease.stage = stage

    @property
    def place(self) -> dict[str, Any]:
        """Where checkpoints and pieces of this stage are filed."""
        return {"kind": self.kind, "subject_id": self.lease.subject_id, "stage": self.stage.name}
