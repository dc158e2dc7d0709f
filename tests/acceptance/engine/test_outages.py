"""Redis and PostgreSQL go away and come back; no job is lost, none runs twice."""

from django_celery_results.models import TaskResult
from redis import Redis

from launcher.servers.server import EmbeddedServer
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Notebook, Source
from tests.acceptance.conftest import Submit, wait_for_state
from tests.acceptance.engine.test_recovery import journal, results
from tests.acceptance.worker_processes import Workers
from tests.support.step_controller import StepController
from tests.support.waiting import once_reachable, wait_for

Servers = dict[str, EmbeddedServer]


def test_redis_flushed_with_jobs_queued(
    workers: Workers, notebook: Notebook, step_controller: StepController, broker: Redis
) -> None:
    sources = [Source.objects.create(notebook=notebook, title=str(n), pasted_text=str(n)) for n in range(5)]
    jobs = [verbs.enqueue("probe", source, params={"url": step_controller.url}) for source in sources]
    broker.flushdb()
    workers.keeper()
    workers.worker("worker", concurrency=2)

    for job in jobs:
        wait_for_state(job, "succeeded")

    assert all(journal(job) == ["first", "second", "third"] for job in jobs)
    assert TaskResult.objects.filter(status="SUCCESS").count() == len(jobs)


def test_redis_down_at_submit(workers: Workers, submit: Submit, servers: Servers) -> None:
    workers.keeper()
    workers.worker("worker")
    servers["REDIS_URL"].stop()
    try:
        job = submit()
        assert job.state == "queued"
        job.refresh_from_db()
        assert job.published_at is None
    finally:
        servers["REDIS_URL"].start()

    wait_for_state(job, "succeeded")

    assert results(job) == [("succeeded", "SUCCESS")]


def test_redis_killed_and_restarted_while_running(
    workers: Workers, submit: Submit, step_controller: StepController, servers: Servers
) -> None:
    """With a process that is free, and so waits for a message from that Redis."""
    workers.keeper()
    workers.worker("worker", concurrency=2)
    step_controller.hold("second")
    job = submit()
    step_controller.wait_until_asked("second")
    servers["REDIS_URL"].kill()
    servers["REDIS_URL"].start()
    step_controller.let_go("second")

    wait_for_state(job, "succeeded")

    assert results(job) == [("succeeded", "SUCCESS")]
    assert journal(job) == ["first", "second", "third"]


def test_postgres_restarted_in_a_stage(
    workers: Workers, submit: Submit, step_controller: StepController, servers: Servers
) -> None:
    workers.keeper()
    workers.worker("worker", JOB_LEASE_SECONDS="60")
    step_controller.hold("second")
    job = submit()
    step_controller.wait_until_asked("second")
    servers["DATABASE_URL"].restart()
    step_controller.let_go("second")

    wait_for_state(job, "succeeded")

    assert results(job) == [("succeeded", "SUCCESS")]
    assert journal(job) == ["first", "second", "third"]


def test_postgres_away_when_the_stage_is_through(
    workers: Workers, submit: Submit, step_controller: StepController, servers: Servers
) -> None:
    workers.keeper()
    worker = workers.worker("worker", JOB_LEASE_SECONDS="60")
    step_controller.hold("third")
    job = submit()
    step_controller.wait_until_asked("third")
    servers["DATABASE_URL"].kill()
    step_controller.let_go("third")
    wait_for(lambda: "not renewed" in worker.log.read_text(), "the worker to notice")
    servers["DATABASE_URL"].start()

    wait_for_state(job, "succeeded")

    assert results(job) == [("succeeded", "SUCCESS")]
    assert journal(job) == ["first", "second", "third"]


def test_worker_goes_on_after_a_restart_of_postgres(
    workers: Workers, submit: Submit, source: Source, servers: Servers
) -> None:
    workers.keeper()
    workers.worker("worker")
    wait_for_state(submit(), "succeeded")
    servers["DATABASE_URL"].restart()

    job = once_reachable(lambda: submit("pieces"))
    wait_for_state(job, "succeeded")
    assert results(job) == [("succeeded", "SUCCESS")]
