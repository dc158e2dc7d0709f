"""The right to work on a job: held by one process, renewed by one thread, lost when somebody takes it away."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition, Thread
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from tasks_app.jobs import sql
from tasks_app.jobs.database import rows
from tasks_app.registry import JobType, Usage

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
"""Until the next renewal after one that did not reach PostgreSQL."""


@dataclass(kw_only=True)
class Lease:
    """What claim hands out. The last block is written by the heartbeat and the running work."""

    job_id: UUID
    job_type: JobType
    subject_id: UUID
    params: dict[str, Any]
    input_digest: str
    dispatch_id: UUID
    token: UUID
    attempt: int
    max_attempts: int
    attempt_id: int
    worker: str
    stage: str
    rebuild_since: Any

    lost: bool = False
    cancel_requested: bool = False
    input_changed: bool = False
    worker_stopping: bool = False
    saved_something: bool = False
    usage: Usage = field(default_factory=Usage)

    @property
    def fence(self) -> dict[str, Any]:
        """The parameters that prove the right to write."""
        return {"id": self.job_id, "token": self.token, "input_digest": self.input_digest}


class Heartbeat:
    """Renews the lease its process holds, in one thread with its own connection, started at the first lease."""

    def __init__(self) -> None:
        self._lease: Lease | None = None
        self._changed = Condition()
        self._process_id = 0

    @contextmanager
    def holding(self, lease: Lease) -> Iterator[None]:
        self._set(lease)
        try:
            yield
        finally:
            self._set(None)

    def _set(self, lease: Lease | None) -> None:
        if self._process_id != os.getpid():
            self._changed = Condition()
            self._process_id = os.getpid()
            Thread(target=self._beat, args=(self._changed,), name="lease-heartbeat", daemon=True).start()
        with self._changed:
            self._lease = lease
            self._changed.notify()

    def _beat(self, changed: Condition) -> None:
        while True:
            with changed:
                lease = self._lease
                if lease is None:
                    changed.wait()
                    continue
                changed.wait(settings.JOB_HEARTBEAT_SECONDS)
                if self._lease is not lease:
                    continue
            while self._lease is lease and not renew(lease):
                with changed:
                    changed.wait(RETRY_SECONDS)


heartbeat = Heartbeat()


def renew(lease: Lease) -> bool:
    """Prolong the lease and learn what others wish; False if PostgreSQL could not be reached."""
    try:
        found = rows(
            sql.RENEW, {**lease.fence, "lease": settings.JOB_LEASE_SECONDS, "worker": lease.worker}
        )
    except (DatabaseError, InterfaceError) as error:
        logger.warning("lease of job %s not renewed (%s)", lease.job_id, type(error).__name__)
        connection.close()
        return False
    if not found:
        lease.lost = True
        return True
    lease.cancel_requested, lease.input_changed, lease.worker_stopping = found[0]
    return True
