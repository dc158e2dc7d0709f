"""Why a job does not move, told while real workers are busy, silent, or too late."""

from django.utils import translation

from tasks_app.admin.situation import situation
from tasks_app.jobs import verbs
from tasks_app.models import Job, Notebook, Source
from tests.acceptance.conftest import Submit, wait_for_state
from tests.acceptance.processes import Fleet
from tests.oracle import Oracle
from tests.waiting import wait_for


def verdict(job: Job) -> str:
    job.refresh_from_db()
    return situation(job).name


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
