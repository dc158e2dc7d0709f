"""The right to work on a job: issued by one statement, renewed by one thread, lost when it is revoked."""

import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import CANCELLED_ON_REQUEST, Cancelled, InputChanged, LeaseLost, Release
from tasks_app.jobs import sql
from tasks_app.jobs.statements import execute, records, retry_on_connection_loss, rows
from tasks_app.queues import HARD_LIMIT_GRACE_SECONDS
from tasks_app.registry import JobType, Usage

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
"""Until the next renewal after one that did not reach PostgreSQL."""


@dataclass(kw_only=True)
class Lease:
    """What claim returns. The last block is written by the heartbeat and the running work."""

    job_id: UUID
    job_type: JobType
    subject_id: UUID
    params: Mapping[str, Any]
    input_digest: str
    dispatch_id: UUID
    token: UUID
    attempt: int
    max_attempts: int
    attempt_id: int
    stage: str
    checkpoints: Mapping[str, str]
    rebuild_since: Any
    released_seconds: float

    lost: bool = False
    cancel_requested: bool = False
    input_changed: bool = False
    saved_something: bool = False
    ended: bool = False
    usage: Usage = field(default_factory=Usage)

    @property
    def fence(self) -> dict[str, Any]:
        """The parameters that prove the right to write."""
        return {"id": self.job_id, "token": self.token, "input_digest": self.input_digest}


def claim(job_type: JobType, job_id: UUID, dispatch_id: UUID, worker: str, token: UUID | None = None) -> Lease | None:
    """Start an attempt, or None where this message may not: it is stale, early, a copy, paused or waiting.

    `token` (a new one where none is given) is this process's own: by it a claim is known whose answer was lost.
    """
    facts = {
        "id": job_id,
        "dispatch_id": dispatch_id,
        "token": token or uuid4(),
        "lease": settings.JOB_LEASE_SECONDS,
        "limit": job_type.hard_limit + HARD_LIMIT_GRACE_SECONDS,
        "worker": worker,
        "process_id": os.getpid(),
        "stage": job_type.stages[0].name,
        "task_name": job_type.task_name,
    }
    found = retry_on_connection_loss(
        lambda: records(sql.CLAIM, facts),
        after_loss=lambda: records(sql.CLAIM, facts) or records(sql.CLAIMED, facts),
    )
    if not found:
        return None
    row = found[0]
    return Lease(
        job_id=row["id"],
        job_type=job_type,
        subject_id=row["subject_id"],
        params=json.loads(row["params"]),
        input_digest=row["input_digest"],
        dispatch_id=row["dispatch_id"],
        token=row["lease_token"],
        attempt=row["attempt"],
        max_attempts=row["max_attempts"],
        attempt_id=row["attempt_id"],
        stage=row["stage"],
        checkpoints=json.loads(row["checkpoints"] or "{}"),
        rebuild_since=row["rebuild_since"],
        released_seconds=row["released_seconds"],
    )


def refusal(lease: Lease) -> LeaseLost | Cancelled | InputChanged | Release:
    """Why a fenced statement did not apply. A cancel comes before a change of the input: it is not to start over."""
    found = rows(sql.FENCE_STATE, lease.fence)
    ours, same_input, wanted = found[0] if found else (False, True, True)
    if not ours:
        return LeaseLost()
    if not wanted:
        return Cancelled(CANCELLED_ON_REQUEST)
    if not same_input:
        return InputChanged()
    return Release("cancel_withdrawn", _("The job was requested again while it was being cancelled; it continues."))


def note_refusal(lease: Lease) -> None:
    """Leave a trace that this attempt brought something for a job that was no longer its own, and what it has spent."""
    retry_on_connection_loss(
        lambda: execute(
            sql.REFUSED,
            {
                "task_id": lease.dispatch_id,
                "stage": lease.stage,
                "input_tokens": lease.usage.input_tokens,
                "output_tokens": lease.usage.output_tokens,
                "cost": lease.usage.cost,
            },
        )
    )


class LeaseHeartbeat:
    """Renews the lease its process holds, in one thread with its own connection, started at the first lease.

    The thread looks twice per interval and renews what it has seen before. It is never woken: most jobs are over before
    it looks, and waking it for each of them costs more than claiming them.
    """

    def __init__(self) -> None:
        self._lease: Lease | None = None
        self._process_id = 0

    @contextmanager
    def holding(self, lease: Lease) -> Iterator[None]:
        """Renew this lease while the block runs."""
        if self._process_id != os.getpid():
            self._process_id = os.getpid()
            Thread(target=self._beat, name="lease-heartbeat", daemon=True).start()
        self._lease = lease
        try:
            yield
        finally:
            self._lease = None

    def _beat(self) -> None:
        clock = Event()
        seen: Lease | None = None
        while True:
            clock.wait(settings.JOB_HEARTBEAT_SECONDS / 2)
            lease = self._lease
            if lease is None:
                connection.close()
            if lease is None or lease is not seen:
                seen = lease
                continue
            while self._lease is lease and not renew(lease):
                clock.wait(RETRY_SECONDS)
            seen = None


heartbeat = LeaseHeartbeat()


def renew(lease: Lease) -> bool:
    """Prolong the lease and learn what others requested; False if PostgreSQL could not be reached."""
    try:
        found = rows(sql.RENEW, {**lease.fence, "lease": settings.JOB_LEASE_SECONDS})
    except (DatabaseError, InterfaceError) as error:
        logger.warning("lease of job %s not renewed (%s)", lease.job_id, type(error).__name__)
        connection.close()
        return False
    if not found:
        lease.lost = True
        return True
    lease.cancel_requested, lease.input_changed = found[0]
    return True
