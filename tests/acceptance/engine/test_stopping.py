"""A worker that is asked once to stop, as containers are, stops in time, and its job is requeued uncounted."""

import signal

from tasks_app.models import WorkerHeartbeat
from tests.acceptance.conftest import Submit, wait_for_state
from tests.acceptance.engine.test_recovery import results
from tests.acceptance.worker_processes import Workers
from tests.support.step_controller import StepController


def test_stage_that_does_not_stop(workers: Workers, submit: Submit, step_controller: StepController) -> None:
    worker = workers.worker("worker", WORKER_SOFT_SHUTDOWN_SECONDS="1", JOB_LEASE_SECONDS="60")
    step_controller.hold("first")
    job = submit()
    step_controller.wait_until_asked("first")

    children = worker.children
    worker.send(signal.SIGTERM)
    worker.wait(15)

    wait_for_state(job, "queued")
    assert results(job) == [("released", "REVOKED")]
    assert job.attempt == 0
    assert not WorkerHeartbeat.objects.exists()
    assert not any(child.is_running() for child in children)
