"""The health of real processes: hung, cut off from Redis, and well again."""

from pathlib import Path

import pytest

from launcher.servers.server import EmbeddedServer
from tests.acceptance.conftest import Submit, wait_for_state
from tests.acceptance.worker_processes import Process, Workers
from tests.support.waiting import wait_for
from tests.unit.test_health import health


@pytest.fixture
def watched(tmp_path: Path) -> dict[str, str]:
    """The environment of a process and of the command that judges it."""
    return {"HEALTH_FILE": str(tmp_path / "alive"), "HEALTH_STALE_SECONDS": "2"}


def wait_for_health(watched: dict[str, str], *, well: bool) -> None:
    wait_for(lambda: (health(**watched)[0] == 0) is well, f"the process to be {'well' if well else 'unwell'}")


def stop_and_go(process: Process, watched: dict[str, str]) -> None:
    """Its health follows it."""
    wait_for_health(watched, well=True)
    process.pause()
    wait_for_health(watched, well=False)
    process.resume()
    wait_for_health(watched, well=True)


def test_worker_that_hangs(workers: Workers, watched: dict[str, str]) -> None:
    stop_and_go(workers.worker("worker", "content", 1, **watched), watched)


def test_beat_that_hangs(workers: Workers, watched: dict[str, str]) -> None:
    stop_and_go(workers.beat(**watched), watched)


def test_worker_without_redis_is_unwell_until_it_is_back(
    workers: Workers, watched: dict[str, str], servers: dict[str, EmbeddedServer]
) -> None:
    """Its threads run on meanwhile: what is seen is the loop that takes messages."""
    workers.worker("worker", "content", 1, **watched)
    wait_for_health(watched, well=True)
    servers["REDIS_URL"].stop()
    try:
        wait_for_health(watched, well=False)
    finally:
        servers["REDIS_URL"].start()
    wait_for_health(watched, well=True)


def test_file_that_cannot_be_touched_stops_no_worker(workers: Workers, tmp_path: Path, submit: Submit) -> None:
    watched = {"HEALTH_FILE": str(tmp_path / "missing" / "alive"), "HEALTH_STALE_SECONDS": "2"}
    worker = workers.worker("worker", "content", 1, **watched)
    wait_for_state(submit(), "succeeded")
    wait_for_health(watched, well=False)
    wait_for(lambda: worker.log.read_text().count("HEALTH_FILE cannot be touched") > 1, "the worker to say why")
