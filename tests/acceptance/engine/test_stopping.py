"""A worker that is asked once to stop, as containers are, stops in time, and its job is requeued uncounted."""

import signal
from collections.abc import Callable

import pytest

from tasks_app.models import WorkerHeartbeat
from tests.acceptance.conftest import Submit, wait_for_state
from tests.acceptance.engine.test_recovery import results
from tests.acceptance.worker_processes import Process, Workers
from tests.support.step_controller import StepController


def ask(worker: Process) -> None:
    worker.send(signal.SIGTERM)


def ask_all_processes(worker: Process) -> None:
    """As some service managers do."""
    worker.send_to_group(signal.SIGTERM)


def freeze_the_pool_and_ask(worker: Process) -> None:
    for child in worker.children:
        child.suspend()
    worker.send(signal.SIGTERM)


@pytest.mark.parametrize("stop", [ask, ask_all_processes, freeze_the_pool_and_ask])
def test_stage_that_does_not_stop(
    workers: Workers, submit: Submit, step_controller: StepController, stop: Callable[[Process], None]
) -> None:
    worker = workers.worker("worker", WORKER_SOFT_SHUTDOWN_SECONDS="1", JOB_LEASE_SECONDS="60")
    step_controller.hold("first")
    job = submit()
    step_controller.wait_until_asked("first")

    children = worker.children
    stop(worker)
    worker.wait(25)

    wait_for_state(job, "queued")
    assert results(job) == [("released", "REVOKED")]
    assert job.attempt == 0
    assert not WorkerHeartbeat.objects.exists()
    assert not any(child.is_running() for child in children)
