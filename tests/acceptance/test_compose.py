"""All services of docker-compose.yml run as the file says until all are well; a job goes through; all stop in order."""

import re
from base64 import b64encode
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import UUID

import pytest

from tasks_app.models import Job, WorkerHeartbeat
from tasks_app.models.engine.job import ACTIVE, State
from tasks_app.queues import QUEUES
from tests.acceptance.container import Machine
from tests.acceptance.worker_processes import Process, environment
from tests.support import env_example
from tests.support.compose_file import ComposeService, services
from tests.support.waiting import wait_for

pytestmark = [pytest.mark.full, pytest.mark.timeout(400)]

FIRST = ("redis", "postgres")
ONE_SHOT = "migrate"
PROXY = "proxy"
"""Its image is nginx's; tests/acceptance/test_proxy.py runs what we say to it."""

LOGIN = "operator:let-me-in"
START_SECONDS = 120.0


@pytest.fixture(name="machine")
def _machine(tmp_path: Path, dotenv: dict[str, str], transactional_db: None) -> Machine:
    return Machine(tmp_path, dotenv, environment()["DATABASE_URL"])


@pytest.fixture(name="dotenv")
def _dotenv() -> dict[str, str]:
    """`.env.example` with what must be filled in, for a console on this machine."""
    lines = re.findall(r"^(\w+)=$", env_example.FILE.read_text("utf-8"), re.MULTILINE)
    return {**{name: name.lower() * 5 for name in lines}, "HTTPS": "false", "FLOWER_BASIC_AUTH": LOGIN}


@pytest.fixture(name="running")
def _running() -> Iterator[dict[str, Process]]:
    """What the test starts, by name; nothing of it outlives the test."""
    started: dict[str, Process] = {}
    yield started
    for process in started.values():
        process.discard()


def test_everything_runs(machine: Machine, dotenv: dict[str, str], running: dict[str, Process]) -> None:
    found = services(dotenv)
    later = [one for name, one in found.items() if name not in (*FIRST, ONE_SHOT, PROXY)]
    machine.build(found[ONE_SHOT])

    running["redis"] = machine.start(found["redis"])
    wait_until_well(machine, [found[name] for name in FIRST])
    assert redis_answers(machine, found["redis"], "redis-cli config get appendonly") == ["appendonly", "yes"]
    assert redis_answers(machine, found["redis"], "redis-cli config get maxmemory-policy") == [
        "maxmemory-policy",
        "noeviction",
    ]
    (refusal,) = redis_answers(machine, found["redis"], "unset REDISCLI_AUTH; redis-cli ping || true")
    assert refusal.startswith("NOAUTH")
    migration = machine.start(found[ONE_SHOT])
    assert migration.wait(START_SECONDS) == 0, machine.log(found[ONE_SHOT]).read_text()
    for service in later:
        running[service.name] = machine.start(service)
    wait_until_well(machine, later)

    expected = {(name, queue.concurrency) for name, queue in QUEUES.items()}
    wait_for(lambda: workers_at_work() == expected, "a worker for each queue")
    assert re.search(r"/static/tasks_app/console\.\w+\.css", page(machine.web, "/admin/login/"))
    with pytest.raises(HTTPError, match="401"):
        page(machine.flower, "/workers")
    assert page(machine.flower, "/workers", LOGIN)
    jobs = [UUID(line) for line in machine.run(found["web"], ["python", "manage.py", "submit_samples"]).split()]
    assert jobs
    samples = Job.objects.filter(pk__in=jobs)
    wait_for(lambda: not samples.filter(state__in=ACTIVE).exists(), "the samples", 120.0)
    assert set(samples.values_list("state", flat=True)) == {State.SUCCEEDED}

    stop(running, later)
    assert workers_at_work() == set(), "each said good-bye"
    stop(running, [found["redis"]])


def test_flower_refuses_to_be_open(machine: Machine, dotenv: dict[str, str], running: dict[str, Process]) -> None:
    del dotenv["FLOWER_BASIC_AUTH"]
    flower = services(dotenv)["flower"]
    machine.build(flower)
    running["flower"] = machine.start(flower)
    assert running["flower"].wait(START_SECONDS) != 0
    assert "FLOWER_BASIC_AUTH: set it in .env" in machine.log(flower).read_text()


def wait_until_well(machine: Machine, waiting: list[ComposeService]) -> None:
    for service in waiting:
        wait_for(partial(machine.is_well, service), f"{service.name} to be well", START_SECONDS)


def redis_answers(machine: Machine, redis: ComposeService, script: str) -> list[str]:
    return [line for line in machine.run(redis, ["sh", "-c", script]).splitlines() if line]


def stop(running: dict[str, Process], leaving: list[ComposeService]) -> None:
    """All at once, as compose does with services on which no running one depends."""
    for service in leaving:
        running[service.name].send(service.stop_signal)
    for service in leaving:
        running[service.name].wait(service.grace_seconds)


def workers_at_work() -> set[tuple[str, int]]:
    """Queue and processes of each worker."""
    return {(queue, row.concurrency) for row in WorkerHeartbeat.objects.all() for queue in row.queues}


def page(address: str, path: str, login: str = "") -> str:
    """Raises HTTPError for anything but success."""
    headers = {"Authorization": f"Basic {b64encode(login.encode()).decode()}"} if login else {}
    with urlopen(Request(f"http://{address}{path}", headers=headers), timeout=30) as answer:
        return str(answer.read().decode())
