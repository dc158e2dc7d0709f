"""What people do while a job runs: cancel, fail, edit, delete, submit again; and the time limits."""

from threading import Barrier, Thread

from django.db import connection

from tasks_app.jobs.transitions import verbs
from tasks_app.models import Attempt, Job, Part, Source
from tests.acceptance.conftest import Submit, wait_for_state
from tests.acceptance.engine.test_recovery import journal, results
from tests.acceptance.worker_processes import Workers
from tests.support.step_controller import StepController
from tests.support.waiting import wait_for


def test_cancel_while_running(workers: Workers, submit: Submit, step_controller: StepController) -> None:
    workers.worker("worker")
    step_controller.hold("second")
    job = submit()
    step_controller.wait_until_asked("second")
    verbs.cancel(job, by=None, reason="not needed")
    assert job.state == "running"
    assert job.cancel_requested_at is not None
    step_controller.let_go("second")

    wait_for_state(job, "cancelled")

    assert results(job) == [("cancelled", "REVOKED")]
    assert journal(job) == ["first"]


def test_cancel_of_a_job_that_does_not_notice(
    workers: Workers, submit: Submit, step_controller: StepController
) -> None:
    workers.keeper()
    workers.worker("worker")
    step_controller.hold("second")
    job = submit()
    step_controller.wait_until_asked("second")
    verbs.cancel(job, by=None)

    wait_for_state(job, "cancelled")
    step_controller.let_go("second")

    assert results(job) == [("cancelled", "REVOKED")]
    assert journal(job) == ["first"]


def test_fail_while_running(workers: Workers, submit: Submit, step_controller: StepController) -> None:
    worker = workers.worker("worker")
    step_controller.hold("second")
    job = submit()
    step_controller.wait_until_asked("second")
    verbs.fail(job, by=None, reason="wrong file")
    assert job.state == "failed"
    step_controller.let_go("second")

    wait_for(lambda: "lease lost" in worker.log.read_text(), "the worker to notice")

    assert results(job) == [("failed", "FAILURE")]
    assert journal(job) == ["first"]


def test_edit_while_running(workers: Workers, submit: Submit, source: Source, step_controller: StepController) -> None:
    workers.keeper()
    workers.worker("worker")
    step_controller.hold("second")
    job = submit()
    step_controller.wait_until_asked("second")
    source.pasted_text = "新しい本文です。"
    source.save()
    assert submit().pk == job.pk
    step_controller.let_go("second")

    wait_for_state(job, "succeeded")

    source.document.refresh_from_db()
    assert source.document.formatted_text == f"third of {source.content_digest[:8]}"
    assert journal(job) == ["first", "first", "second", "third"]
    assert [outcome for outcome, _status in results(job)] == ["released", "succeeded"]
    assert job.attempt == 1


def test_delete_while_running(
    workers: Workers, submit: Submit, source: Source, step_controller: StepController
) -> None:
    worker = workers.worker("worker")
    step_controller.hold("pieces-2")
    job = submit("pieces")
    step_controller.wait_until_asked("pieces-2")
    source.delete()
    job.refresh_from_db()
    assert job.state == "cancelled"
    step_controller.let_go("pieces-2")

    wait_for(lambda: "lease lost" in worker.log.read_text(), "the worker to notice")

    assert results(job) == [("cancelled", "REVOKED")]
    assert not Part.objects.exists()


def test_two_enqueues_at_the_same_instant(workers: Workers, submit: Submit, step_controller: StepController) -> None:
    together = Barrier(8)
    jobs: list[Job] = []

    def press() -> None:
        together.wait()
        jobs.append(submit())
        connection.close()

    threads = [Thread(target=press) for _ in range(together.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (only,) = Job.objects.all()
    assert [job.pk for job in jobs] == [only.pk] * together.parties
    workers.worker("worker", concurrency=2)
    wait_for_state(only, "succeeded")
    assert Attempt.objects.count() == 1


def test_duplicate_delivery(workers: Workers, submit: Submit, step_controller: StepController) -> None:
    from tasks_app.jobs.transitions import broker

    job = submit()
    message = {name: getattr(job, name) for name in ("id", "kind", "queue", "priority", "dispatch_id")}
    broker.dispatch([message] * 3)
    worker = workers.worker("worker", concurrency=2)

    wait_for_state(job, "succeeded")
    wait_for(lambda: worker.log.read_text().count("succeeded in") == 4, "the copies to be taken")

    assert results(job) == [("succeeded", "SUCCESS")]
    assert step_controller.steps(job.pk) == ["first", "second", "third"]


def test_soft_limit_without_anything_saved(workers: Workers, submit: Submit, step_controller: StepController) -> None:
    workers.worker("worker")
    step_controller.command("pieces-0", {"do": "spin", "seconds": 30})

    job = wait_for_state(submit("brief"), "failed")

    assert (job.error_code, job.attempt) == ("soft_time_limit", 1)


def test_soft_limit_after_a_piece_was_saved(workers: Workers, submit: Submit, step_controller: StepController) -> None:
    workers.worker("worker")
    step_controller.command("pieces-2", {"do": "spin", "seconds": 30})

    job = wait_for_state(submit("brief"), "succeeded")

    assert [outcome for outcome, _status in results(job)] == ["retried", "succeeded"]
    assert step_controller.steps(job.pk).count("pieces-0") == 1


def test_hard_limit(workers: Workers, submit: Submit, step_controller: StepController) -> None:
    workers.worker("worker", JOB_LEASE_SECONDS="60")
    step_controller.command("pieces-0", {"do": "stubborn"})

    job = wait_for_state(submit("brief"), "succeeded")

    assert results(job) == [("recovered", "FAILURE"), ("succeeded", "SUCCESS")]
    assert job.attempts.order_by("id")[0].error_code == "hard_time_limit"
