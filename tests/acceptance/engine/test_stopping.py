"""A worker that is told to stop once, as containers are, is gone in time, and its job goes back uncounted."""

import signal

from tasks_app.models import WorkerBeat
from tests.acceptance.conftest import Submit, wait_for_state
from tests.acceptance.engine.test_recovery import results
from tests.acceptance.processes import Fleet
from tests.support.oracle import Oracle


def test_stage_that_does_not_stop(fleet: Fleet, submit: Submit, oracle: Oracle) -> None:
    worker = fleet.worker("worker", WORKER_SOFT_SHUTDOWN_SECONDS="1", JOB_LEASE_SECONDS="60")
    oracle.hold("first")
    job = submit()
    oracle.wait_until_asked("first")

    children = worker.children
    worker.send(signal.SIGTERM)
    worker.wait(15)

    wait_for_state(job, "queued")
    assert results(job) == [("released", "REVOKED")]
    assert job.attempt == 0
    assert not WorkerBeat.objects.exists()
    assert not any(child.is_running() for child in children)
