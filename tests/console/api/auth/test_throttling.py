"""So many requests per minute and caller; a Redis that is away lets everybody through."""

import socket
import time
from collections.abc import Iterator

import pytest
import redis
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from tasks_app.api.auth import throttling
from tasks_app.models import Job
from tests.console.api.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _counted_anew(broker: "redis.Redis") -> Iterator[None]:
    throttling.forgive()
    yield
    throttling.forgive()


def test_too_many_requests(mine: Client, sign_in: SignIn, viewer: User, job: Job, settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    answers = [mine.get(f"/api/v1/jobs/{job.pk}") for _ in range(7)]  # at most one turn of the minute between them
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert answers[0].status_code == 200
    assert refused[0]["Content-Type"] == "application/problem+json"
    assert 0 < int(refused[0]["Retry-After"]) <= 60
    assert refused[0]["RateLimit-Policy"] == '"poll";q=3;w=60'
    assert refused[0]["RateLimit"].startswith('"poll";r=0;t=')
    assert sign_in(viewer).get(f"/api/v1/jobs/{job.pk}").status_code == 200


def test_a_batch_counts_once(mine: Client, job: Job, another: Job, settings: Settings) -> None:
    answers = [mine.get("/api/v1/jobs", {"ids": f"{job.pk},{another.pk}"}) for _ in range(2)]
    left = [int(answer["RateLimit"].split(";")[1].removeprefix("r=")) for answer in answers]
    assert left in ([119, 118], [119, 119])


def test_backends_may_ask_more_often(service: Client, job: Job, settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1
    assert [service.get(f"/api/v1/jobs/{job.pk}").status_code for _ in range(4)] == [200] * 4


def test_a_dead_redis_stops_nobody(mine: Client, job: Job, settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answers = [mine.get(f"/api/v1/jobs/{job.pk}") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert "RateLimit" not in answers[0]


def test_a_redis_that_hangs_costs_one_timeout(mine: Client, job: Job, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        settings.REDIS_URL = f"redis://127.0.0.1:{mute.getsockname()[1]}/0"
        started = time.monotonic()
        assert [mine.get(f"/api/v1/jobs/{job.pk}").status_code for _ in range(10)] == [200] * 10
        assert time.monotonic() - started < 10 * throttling.COUNT_SECONDS


def test_an_address_has_an_allowance_of_its_own(
    mine: Client, sign_in: SignIn, viewer: User, service: Client, job: Job, settings: Settings
) -> None:
    """However many users and read tokens share it; backends are not counted."""
    settings.API_REQUESTS_PER_MINUTE_AND_ADDRESS = 3
    callers = [mine, sign_in(viewer)]
    path = f"/api/v1/jobs/{job.pk}"
    answers = [callers[turn % 2].get(path).status_code for turn in range(8)]  # at most one turn of the minute
    assert answers[0] == 200
    assert 429 in answers
    assert mine.get(path, REMOTE_ADDR="192.0.2.9").status_code == 200
    assert [service.get(path).status_code for _ in range(4)] == [200] * 4


def test_strangers_are_refused_only_so_often(job: Job, settings: Settings) -> None:
    settings.API_REFUSALS_PER_MINUTE_AND_ADDRESS = 3
    strangers = [Client(), Client(headers={"Authorization": f"Bearer nbs_{'x' * 43}"})]
    answers = [strangers[turn % 2].get(f"/api/v1/jobs/{job.pk}") for turn in range(8)]
    assert answers[0].status_code == 401
    assert {answer.status_code for answer in answers} == {401, 429}
    assert 0 < int(answers[-1].get("Retry-After", "1")) <= 60
    assert Client().get("/api/v1/jobs", REMOTE_ADDR="192.0.2.9").status_code == 401
