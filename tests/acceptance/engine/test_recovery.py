"""Workers die, fall silent or come back from the dead; the job ends once, with its outputs written once."""

import os
import signal
from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now
from django_celery_results.models import TaskResult
from redis import Redis

from tasks_app.models import Attempt, Job, Source
from tests.acceptance.conftest import Submit, wait_for_state
from tests.acceptance.worker_processes import Workers
from tests.support.step_controller import StepController
from tests.support.waiting import wait_for


def journal(job: Job) -> list[str]:
    """The stages whose outputs were written, each time they were."""
    saves: list[str] = Source.objects.get(pk=job.subject_id).document.headings
    return saves


def results(job: Job) -> list[tuple[str, str]]:
    """Outcome and TaskResult of each attempt, oldest first."""
    attempts = Attempt.objects.filter(job=job).order_by("id")
    return [(a.outcome, TaskResult.objects.get(task_id=str(a.task_id)).status) for a in attempts]


def test_process_killed_in_a_stage(workers: Workers, submit: Submit, step_controller: StepController) -> None:
    workers.keeper()
    workers.worker("victim", JOB_LEASE_SECONDS="60")
    step_controller.hold("second")
    job = submit()
    os.kill(step_controller.wait_until_asked("second").pid, signal.SIGKILL)
    step_controller.let_go("second")

    wait_for_state(job, "succeeded")

    assert results(job) == [("recovered", "FAILURE"), ("succeeded", "SUCCESS")]
    assert step_controller.steps(job.pk) == ["first", "second", "second", "third"]
    assert journal(job) == ["first", "second", "third"]
    assert job.attempts.order_by("id")[0].error_code == "worker_killed"


def test_whole_worker_killed(workers: Workers, submit: Submit, step_controller: StepController) -> None:
    workers.keeper()
    victim = workers.worker("victim")
    step_controller.hold("second")
    job = submit()
    step_controller.wait_until_asked("second")
    victim.kill_group()
    step_controller.let_go("second")
    workers.worker("heir")

    wait_for_state(job, "succeeded")

    assert results(job) == [("recovered", "FAILURE"), ("succeeded", "SUCCESS")]
    assert journal(job) == ["first", "second", "third"]
    assert job.attempts.order_by("id")[0].error_code == "worker_silent"


def test_stale_worker_can_save_nothing(workers: Workers, submit: Submit, step_controller: StepController) -> None:
    workers.keeper()
    sleeper = workers.worker("sleeper")
    step_controller.hold("second")
    job = submit()
    step_controller.wait_until_asked("second")
    sleeper.pause()
    wait_for_state(job, "queued")
    workers.worker("heir")
    step_controller.wait_until_asked("second", 2)
    sleeper.resume()
    step_controller.let_go("second")

    wait_for_state(job, "succeeded")
    wait_for(lambda: "lease lost" in sleeper.log.read_text(), "the sleeper to notice")

    assert results(job) == [("recovered", "FAILURE"), ("succeeded", "SUCCESS")]
    assert journal(job) == ["first", "second", "third"]


def test_pieces_are_not_done_again(workers: Workers, submit: Submit, step_controller: StepController) -> None:
    workers.keeper()
    workers.worker("victim")
    step_controller.hold("pieces-2")
    job = submit("pieces")
    os.kill(step_controller.wait_until_asked("pieces-2").pid, signal.SIGKILL)
    step_controller.let_go("pieces-2")

    wait_for_state(job, "succeeded")

    assert step_controller.steps(job.pk) == ["pieces-0", "pieces-1", "pieces-2", "pieces-2", "pieces-3"]


def test_job_that_kills_every_worker_is_given_up(
    workers: Workers, submit: Submit, step_controller: StepController
) -> None:
    workers.keeper()
    workers.worker("victim", JOB_LEASE_SECONDS="60")
    step_controller.command("first", *[{"do": "die"}] * 9)

    job = wait_for_state(submit(), "failed")

    assert (job.attempt, job.error_code) == (job.max_attempts, "worker_killed")
    assert results(job) == [("recovered", "FAILURE")] * job.max_attempts


def test_worker_stopped_in_order_gives_its_job_back(
    workers: Workers, submit: Submit, step_controller: StepController
) -> None:
    workers.keeper()
    leaving = workers.worker("leaving")
    step_controller.hold("first")
    job = submit()
    step_controller.wait_until_asked("first")
    leaving.ask_to_stop()
    wait_for(lambda: "Warm shutdown" in leaving.log.read_text(), "the worker to begin stopping")
    step_controller.let_go("first")
    wait_for(lambda: job.attempts.filter(outcome="released").exists(), "the job to be released")
    leaving.stop()
    workers.worker("heir")

    wait_for_state(job, "succeeded")

    assert job.attempt == 1
    assert [outcome for outcome, _status in results(job)] == ["released", "succeeded"]


def test_worker_that_starts_picks_up_what_was_left(
    workers: Workers, submit: Submit, step_controller: StepController, broker: Redis
) -> None:
    job = submit()
    broker.flushdb()
    patience = timedelta(seconds=settings.JOB_SWEEP_SECONDS)
    wait_for(lambda: Job.objects.filter(published_at__lt=Now() - patience).exists(), "the message to be missed")

    workers.worker("newcomer")

    wait_for_state(job, "succeeded")
