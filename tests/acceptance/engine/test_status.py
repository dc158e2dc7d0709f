"""Why a job does not move, each diagnosis in its situation: real workers, servers that are away, messages lost."""

from django.db import transaction
from django.utils import translation
from pytest_django.fixtures import Settings
from redis import Redis

from launcher.servers.ports import any_free
from launcher.servers.server import EmbeddedServer
from tasks_app.admin.jobs.status.diagnose import diagnose
from tasks_app.admin.jobs.status.duration_stats import MIN_SAMPLES
from tasks_app.jobs.transitions import pausing, verbs
from tasks_app.models import Job, Notebook, PeriodicHeartbeat, Source
from tests.acceptance.conftest import Submit, wait_for_state
from tests.acceptance.test_providers import providers
from tests.acceptance.worker_processes import Workers
from tests.engine.providers.scripted_endpoint import CHAT, endpoint
from tests.support.agenda import agenda_item
from tests.support.step_controller import StepController
from tests.support.waiting import wait_for


def verdict(job: Job) -> str:
    job.refresh_from_db()
    return diagnose(job).name


def wait_for_verdict(job: Job, name: str) -> None:
    wait_for(lambda: verdict(job) == name, f"the verdict {name}")


def another(notebook: Notebook, title: str) -> Source:
    return Source.objects.create(notebook=notebook, title=title, pasted_text=title)


def test_a_paused_queue_starts_nothing(workers: Workers, submit: Submit) -> None:
    workers.worker("willing")
    pausing.pause("content", by=None, reason="disk full")
    job = submit()
    assert verdict(job) == "queue_paused"
    with transaction.atomic():  # the worker sees no moment between the two
        pausing.resume("content", by=None)
        pausing.drain(by=None, reason="upgrade")
    assert verdict(job) == "queue_paused"
    pausing.end_drain(by=None)
    workers.keeper()
    wait_for_state(job, "succeeded")


def test_a_retry_is_scheduled(workers: Workers, submit: Submit, step_controller: StepController) -> None:
    step_controller.command("second", {"do": "retry_after", "seconds": 300})
    workers.worker("willing", JOB_BACKOFF_SCALE="10")
    job = submit()
    wait_for_verdict(job, "retry_scheduled")
    assert (job.state, job.attempt) == ("queued", 1)


def test_waiting_for_another_job(
    workers: Workers, submit: Submit, step_controller: StepController, notebook: Notebook
) -> None:
    workers.keeper()
    workers.worker("willing", concurrency=2)
    step_controller.hold("third")
    child = submit()
    step_controller.wait_until_asked("third")
    step_controller.command("second", {"do": "park", "awaited": [str(child.pk)]})
    job = verbs.enqueue("probe", another(notebook, "parent"), params={"url": step_controller.url})
    wait_for_verdict(job, "waiting_for_others")
    step_controller.let_go("third")
    wait_for_state(job, "succeeded")


def test_a_provider_that_cannot_be_reached(workers: Workers, source: Source) -> None:
    nobody = f"http://127.0.0.1:{any_free()}/v1"
    workers.worker("willing", LLM_BASE_URL=nobody, LLM_MODEL="writer", JOB_BACKOFF_SCALE="10")
    job = verbs.enqueue("source", source)
    wait_for_verdict(job, "provider_away")
    assert nobody.split("/")[2] in diagnose(job).what


def test_a_provider_that_limits(workers: Workers, source: Source) -> None:
    with endpoint() as server:
        server.command(CHAT, {"do": "limit", "seconds": 90})
        workers.worker("willing", "content", 1, **providers(server))
        job = verbs.enqueue("source", source)
        wait_for_verdict(job, "provider_away")
        assert (job.error_code, job.attempts.get().outcome) == ("provider_limiting", "released")
        assert server.url.split("/")[2] in diagnose(job).what


def test_an_agenda_item_waits_for_its_parts(workers: Workers) -> None:
    with endpoint() as model:
        model.hold(CHAT)
        workers.worker("willing", "content", 2, **providers(model))
        job = verbs.enqueue("agenda_content", agenda_item(materials=2, minutes=""))
        wait_for_verdict(job, "waiting_for_others")
        told = diagnose(job).what
        assert [str(child) in told for child in job.children.all()] == [True, True]
        model.let_go(CHAT)
        wait_for_state(job, "succeeded")


def test_redis_away(workers: Workers, submit: Submit, servers: dict[str, EmbeddedServer]) -> None:
    workers.keeper()
    workers.worker("willing")
    servers["REDIS_URL"].stop()
    try:
        job = submit()
        assert verdict(job) == "broker_away"
    finally:
        servers["REDIS_URL"].start()
    wait_for_state(job, "succeeded")


def test_a_lost_message_and_nobody_who_repairs_it(
    workers: Workers,
    submit: Submit,
    step_controller: StepController,
    notebook: Notebook,
    broker: Redis,
    settings: Settings,
) -> None:
    """Recovery stands still long enough to look at both: to these workers a sweep is late after 20 s only."""
    settings.JOB_SWEEP_SECONDS = 3
    beat = workers.beat(JOB_SWEEP_SECONDS="3")
    workers.worker("keeper", "maintenance", JOB_SWEEP_SECONDS="10")
    workers.worker("busy", JOB_SWEEP_SECONDS="10")
    step_controller.hold("second")
    submit()
    step_controller.wait_until_asked("second")
    job = verbs.enqueue("probe", another(notebook, "lost"))
    wait_for(lambda: PeriodicHeartbeat.objects.filter(name="sweep").exists(), "recovery to look")
    beat.pause()
    broker.flushdb()
    wait_for_verdict(job, "dispatch_lost")
    wait_for_verdict(job, "recovery_silent")
    beat.resume()
    step_controller.let_go("second")
    wait_for_state(job, "succeeded")


def test_slower_than_its_kind(
    workers: Workers, submit: Submit, step_controller: StepController, notebook: Notebook
) -> None:
    workers.worker("willing", concurrency=2)
    for job in [verbs.enqueue("probe", another(notebook, f"quick {number}")) for number in range(MIN_SAMPLES)]:
        wait_for_state(job, "succeeded")
    step_controller.hold("second")
    slow = submit()
    step_controller.wait_until_asked("second")
    wait_for_verdict(slow, "unusually_slow")
    step_controller.let_go("second")
    wait_for_state(slow, "succeeded")


def test_asked_to_stop(workers: Workers, submit: Submit, step_controller: StepController) -> None:
    workers.worker("willing")
    step_controller.hold("second")
    job = submit()
    step_controller.wait_until_asked("second")
    verbs.cancel(job, by=None, reason="not wanted")
    assert verdict(job) == "asked_to_stop"
    step_controller.let_go("second")
    wait_for_state(job, "cancelled")
    assert verdict(job) == "cancelled"


def test_behind_a_busy_worker_is_a_backlog(
    workers: Workers, submit: Submit, step_controller: StepController, notebook: Notebook
) -> None:
    step_controller.hold("second")
    first = submit()
    assert verdict(first) == "no_worker"
    workers.worker("busy")
    step_controller.wait_until_asked("second")
    assert verdict(first) == "runs"
    waiting = [
        verbs.enqueue("probe", Source.objects.create(notebook=notebook, title=str(number), pasted_text=str(number)))
        for number in range(3)
    ]
    assert verdict(waiting[2]) == "backlog"
    with translation.override("en"):
        assert "Position 3 in the queue content" in diagnose(waiting[2]).what
    step_controller.let_go("second")
    wait_for_state(waiting[2], "succeeded")


def test_a_silent_worker_whose_late_result_is_refused(
    workers: Workers, submit: Submit, step_controller: StepController
) -> None:
    workers.keeper()
    sleeper = workers.worker("sleeper")
    step_controller.hold("second")
    job = submit()
    step_controller.wait_until_asked("second")
    sleeper.pause()
    found = wait_for(lambda: verdict(job) == "heartbeat_late", "the heartbeat to be late")
    assert found
    heir = workers.worker("heir")
    step_controller.let_go("second")
    wait_for_state(job, "succeeded")
    late = job.attempts.order_by("number")[0]
    assert (late.outcome, late.refused_at) == ("recovered", None)

    sleeper.resume()

    def refused() -> bool:
        late.refresh_from_db()
        return late.refused_at is not None

    wait_for(refused, "the late result to be refused")
    assert late.refused_stage == "second"
    assert heir.children
