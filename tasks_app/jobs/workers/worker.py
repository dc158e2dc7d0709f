"""What a Celery worker does besides running tasks: it shows that it lives, and cleans up when it comes and goes."""

import json
import logging
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread, Timer
from typing import Any

import psutil
from celery import Task
from celery.signals import (
    task_prerun,
    task_revoked,
    worker_init,
    worker_process_init,
    worker_ready,
    worker_shutdown,
    worker_shutting_down,
)
from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from tasks_app.errors import Refused
from tasks_app.jobs import sql
from tasks_app.jobs.statements import execute
from tasks_app.jobs.transitions import recovery, verbs
from tasks_app.jobs.workers import shutdown
from tasks_app.jobs.workers.celery_request import JobTask
from tasks_app.models import Job
from tasks_app.models.engine.job import ACTIVE
from tasks_app.providers import clients
from tasks_app.providers.endpoint import chat_model
from tasks_app.queues import CHAT, MAINTENANCE

logger = logging.getLogger(__name__)

COLD_SHUTDOWN_SECONDS = 8.0
"""How long Celery may take to drop what runs: less than bin/up and containers wait."""

RELEASE_SECONDS = 3.0
"""How long a worker that ends so waits for PostgreSQL to take its jobs back; after that their leases run out."""

_leaving = Event()
_name = [""]
"""The worker's, once it is known."""

_chatting = Event()
"""Set in a worker that serves chats, and inherited by the processes it starts."""


def watch() -> None:
    """Connect to Celery's signals."""
    worker_init.connect(_step_back, dispatch_uid="worker_steps_back")
    worker_process_init.connect(_warm_up, dispatch_uid="worker_process_warms_up")
    task_prerun.connect(_refresh_connection, dispatch_uid="refresh_connection")
    worker_ready.connect(_arrive, dispatch_uid="worker_arrives")
    worker_shutting_down.connect(_announce, dispatch_uid="worker_stops")
    worker_shutdown.connect(_leave, dispatch_uid="worker_leaves")
    task_revoked.connect(_cancel_revoked, dispatch_uid="revoked_job_is_cancelled")


def _step_back(sender: Any, **_kwargs: Any) -> None:
    """Background work leaves the processors to those who wait: chats, and the sweep that looks after all the others.

    Processes that the worker starts inherit it.
    """
    _name[:] = [sender.hostname]
    served = set(sender.app.amqp.queues.consume_from)
    if CHAT.name in served:
        _chatting.set()
    if not {CHAT.name, MAINTENANCE.name} & served:
        os.nice(settings.WORKER_NICENESS)


def _warm_up(**_kwargs: Any) -> None:
    """Anyone who asks first must not wait for imports and for the client that asks the model."""
    if _chatting.is_set() and (endpoint := chat_model()):
        _ = clients.client(endpoint).chat.completions


def _refresh_connection(task: Task[..., Any], **_kwargs: Any) -> None:
    """Celery keeps the connection between tasks (CELERY_DB_REUSE_MAX), so a broken one has to be noticed here.

    Tasks that run jobs notice it by their first statement, the claim, which is repeated on a new connection.
    """
    if not isinstance(task, JobTask):
        close_old_connections()


def _cancel_revoked(sender: Task[..., Any], request: Any, expired: bool, **_kwargs: Any) -> None:
    """Somebody revoked a job's message, as by Flower: workers would discard its copies for hours, and it would wait."""

    def cancel() -> None:
        for job in Job.objects.filter(dispatch_id=request.id, state__in=ACTIVE):
            with suppress(Refused):
                verbs.cancel(job, by=None, reason="Celery: revoke")

    if isinstance(sender, JobTask) and not expired:
        _survive(cancel)


def _arrive(sender: Any, **_kwargs: Any) -> None:
    """Pick up what was left behind while no worker ran, and begin to send heartbeats."""
    facts = {
        "worker": sender.hostname,
        "queues": json.dumps([queue.name for queue in sender.task_consumer.queues]),
        "process_id": os.getpid(),
        "concurrency": sender.pool.num_processes,
        "version": settings.RELEASE,
    }
    Thread(target=_live, args=(facts,), name="worker-beat", daemon=True).start()


def _live(facts: dict[str, Any]) -> None:
    """Whatever keeps the maintenance worker busy, and if beat or Redis fails, every worker recovers jobs."""
    _survive(recovery.sweep)
    while not _leaving.is_set():
        _survive(lambda: execute(sql.WORKER_HEARTBEAT, facts))
        _survive(recovery.sweep_if_late)
        _leaving.wait(settings.JOB_HEARTBEAT_SECONDS)


def _announce(how: str, **_kwargs: Any) -> None:
    """Running stages stop at their next chance, so that a stop never waits for an hour's work.

    One that finds no chance in time is dropped by the signal that Celery takes for that: anyone who stops a container
    sends one signal only, and kills what is left after a while. Celery then waits for its processes without a limit,
    as for one that is frozen: that wait is cut off.
    """
    shutdown.request()
    patience = settings.WORKER_SOFT_SHUTDOWN_SECONDS if how == "Warm" else 0.0
    if how == "Warm":
        _later(patience, os.kill, os.getpid(), signal.SIGQUIT)
    _later(patience + COLD_SHUTDOWN_SECONDS, _end_at_once)


def _later(seconds: float, action: Callable[..., object], *arguments: Any) -> None:
    timer = Timer(seconds, action, arguments)
    timer.daemon = True
    timer.start()


def _end_at_once() -> None:
    """Kill the pool, give back what it held if PostgreSQL can be reached, and be gone."""
    logger.warning("the pool does not end; its processes are killed")
    pool = psutil.Process().children(recursive=True)
    for process in pool:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(pool, timeout=RELEASE_SECONDS)
    release = Thread(target=_give_back, args=(_name[0],), daemon=True)
    release.start()
    release.join(RELEASE_SECONDS)
    os._exit(0)


def _leave(sender: Any, **_kwargs: Any) -> None:
    """The pool is gone: put back what it still held."""
    _give_back(sender.hostname)


def _give_back(worker: str) -> None:
    _leaving.set()
    _survive(lambda: recovery.release_worker(worker))
    _survive(lambda: execute(sql.WORKER_GONE, {"worker": worker}))


def _survive(action: Callable[[], object]) -> None:
    """Do it if PostgreSQL can be reached; the sweep makes up for it otherwise.

    The connection is not kept: processes forked later must not inherit it.
    """
    try:
        action()
    except (DatabaseError, InterfaceError) as error:
        logger.warning("PostgreSQL could not be reached (%s)", type(error).__name__)
    finally:
        connection.close()
