"""Why a job does not move, each verdict told in its situation: real workers, servers that are away, messages lost."""

from django.utils import translation
from pytest_django.fixtures import Settings
from redis import Redis

from launcher.servers.ports import any_free
from launcher.servers.server import Server
from tasks_app.admin.jobs.status.duration_stats import ENOUGH
from tasks_app.admin.jobs.status.explain import situation
from tasks_app.jobs.transitions import control, verbs
from tasks_app.models import Job, Notebook, Pulse, Source
from tests.acceptance.conftest import Submit, wait_for_state
from tests.acceptance.processes import Fleet
from tests.acceptance.test_providers import providers
from tests.engine.providers.endpoint import CHAT, endpoint
from tests.support.agenda import agenda_item
from tests.support.oracle import Oracle
from tests.support.waiting import wait_for


def verdict(job: Job) -> str:
    job.refresh_from_db()
    return situation(job).name


def wait_for_verdict(job: Job, name: str) -> None:
    wait_for(lambda: verdict(job) == name, f"the verdict {name}")


def another(notebook: Notebook, title: str) -> Source:
    return Source.objects.create(notebook=notebook, title=title, pasted_text=title)


def test_a_paused_queue_starts_nothing(fleet: Fleet, submit: Submit) -> None:
    fleet.worker("willing")
    control.pause("content", by=None, reason="disk full")
    job = submit()
    assert verdict(job) == "queue_paused"
    control.resume("content", by=None)
    control.drain(by=None, reason="upgrade")
    assert verdict(job) == "queue_paused"
    control.end_drain(by=None)
    fleet.keeper()
    wait_for_state(job, "succeeded")


def test_a_retry_is_scheduled(fleet: Fleet, submit: Submit, oracle: Oracle) -> None:
    oracle.order("second", {"do": "retry_after", "seconds": 300})
    fleet.worker("willing", JOB_BACKOFF_SCALE="10")
    job = submit()
    wait_for_verdict(job, "retry_scheduled")
    assert (job.state, job.attempt) == ("queued", 1)


def test_waiting_for_another_job(fleet: Fleet, submit: Submit, oracle: Oracle, notebook: Notebook) -> None:
    fleet.keeper()
    fleet.worker("willing", concurrency=2)
    oracle.hold("third")
    child = submit()
    oracle.wait_until_asked("third")
    oracle.order("second", {"do": "park", "awaited": [str(child.pk)]})
    job = verbs.enqueue("probe", another(notebook, "parent"), params={"url": oracle.url})
    wait_for_verdict(job, "waiting_for_others")
    oracle.let_go("third")
    wait_for_state(job, "succeeded")


def test_a_provider_that_cannot_be_reached(fleet: Fleet, source: Source) -> None:
    nobody = f"http://127.0.0.1:{any_free()}/v1"
    fleet.worker("willing", LLM_BASE_URL=nobody, LLM_MODEL="writer", JOB_BACKOFF_SCALE="10")
    job = verbs.enqueue("source", source)
    wait_for_verdict(job, "provider_away")
    assert nobody.split("/")[2] in situation(job).what


def test_a_provider_that_limits(fleet: Fleet, source: Source) -> None:
    with endpoint() as server:
        server.order(CHAT, {"do": "limit", "seconds": 90})
        fleet.worker("willing", "content", 1, **providers(server))
        job = verbs.enqueue("source", source)
        wait_for_verdict(job, "provider_away")
        assert (job.error_code, job.attempts.get().outcome) == ("provider_limiting", "released")
        assert server.url.split("/")[2] in situation(job).what


def test_an_agenda_item_waits_for_its_parts(fleet: Fleet) -> None:
    with endpoint() as model:
        model.hold(CHAT)
        fleet.worker("willing", "content", 2, **providers(model))
        job = verbs.enqueue("agenda_content", agenda_item(materials=2, minutes=""))
        wait_for_verdict(job, "waiting_for_others")
        told = situation(job).what
        assert [str(child) in told for child in job.children.all()] == [True, True]
        model.let_go(CHAT)
        wait_for_state(job, "succeeded")


def test_redis_away(fleet: Fleet, submit: Submit, servers: dict[str, Server]) -> None:
    fleet.keeper()
    fleet.worker("willing")
    servers["REDIS_URL"].stop()
    try:
        job = submit()
        assert verdict(job) == "broker_away"
    finally:
        servers["REDIS_URL"].start()
    wait_for_state(job, "succeeded")


def test_a_lost_message_and_nobody_who_repairs_it(
    fleet: Fleet, submit: Submit, oracle: Oracle, notebook: Notebook, broker: Redis, settings: Settings
) -> None:
    """Recovery stands still long enough to look at both."""
    settings.JOB_SWEEP_SECONDS = 3
    beat = fleet.beat(JOB_SWEEP_SECONDS="3")
    fleet.worker("keeper", "maintenance", JOB_SWEEP_SECONDS="3")
    fleet.worker("busy")
    oracle.hold("second")
    submit()
    oracle.wait_until_asked("second")
    job = verbs.enqueue("probe", another(notebook, "lost"))
    wait_for(lambda: Pulse.objects.filter(name="sweep").exists(), "recovery to look")
    beat.pause()
    broker.flushdb()
    wait_for_verdict(job, "dispatch_lost")
    wait_for_verdict(job, "recovery_silent")
    beat.resume()
    oracle.let_go("second")
    wait_for_state(job, "succeeded")


def test_slower_than_its_kind(fleet: Fleet, submit: Submit, oracle: Oracle, notebook: Notebook) -> None:
    fleet.worker("willing", concurrency=2)
    for job in [verbs.enqueue("probe", another(notebook, f"quick {number}")) for number in range(ENOUGH)]:
        wait_for_state(job, "succeeded")
    oracle.hold("second")
    slow = submit()
    oracle.wait_until_asked("second")
    wait_for_verdict(slow, "unusually_slow")
    oracle.let_go("second")
    wait_for_state(slow, "succeeded")


def test_asked_to_stop(fleet: Fleet, submit: Submit, oracle: Oracle) -> None:
    fleet.worker("willing")
    oracle.hold("second")
    job = submit()
    oracle.wait_until_asked("second")
    verbs.cancel(job, by=None, reason="not wanted")
    assert verdict(job) == "asked_to_stop"
    oracle.let_go("second")
    wait_for_state(job, "cancelled")
    assert verdict(job) == "cancelled"


def test_behind_a_busy_worker_is_a_backlog(fleet: Fleet, submit: Submit, oracle: Oracle, notebook: Notebook) -> None:
    oracle.hold("second")
    first = submit()
    assert verdict(first) == "no_worker"
    fleet.worker("busy")
    oracle.wait_until_asked("second")
    assert verdict(first) == "runs"
    waiting = [
        verbs.enqueue("probe", Source.objects.create(notebook=notebook, title=str(number), pasted_text=str(number)))
        for number in range(3)
    ]
    assert verdict(waiting[2]) == "backlog"
    with translation.override("en"):
        assert "Number 3 in the queue content" in situation(waiting[2]).what
    oracle.let_go("second")
    wait_for_state(waiting[2], "succeeded")


def test_a_silent_worker_whose_late_result_is_refused(fleet: Fleet, submit: Submit, oracle: Oracle) -> None:
    fleet.keeper()
    sleeper = fleet.worker("sleeper")
    oracle.hold("second")
    job = submit()
    oracle.wait_until_asked("second")
    sleeper.pause()
    found = wait_for(lambda: verdict(job) == "heartbeat_late", "the heartbeat to be late")
    assert found
    heir = fleet.worker("heir")
    oracle.let_go("second")
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
