"""Several real processes at one endpoint: the cap, what is reserved, dead holders, and Redis away."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from pytest_django.fixtures import Settings
from redis import Redis

from launcher.servers.ports import any_free
from launcher.servers.server import EmbeddedServer
from tasks_app.errors import Release
from tasks_app.providers import limiter
from tasks_app.providers.endpoint import LLM, SPEECH, Endpoint, PriorityClass
from tests.engine.providers.holder import HELD, Holder
from tests.support.waiting import wait_for

URL = "http://127.0.0.1:9/v1"
CAP, RESERVED = 3, 1
BUSY = "provider_busy"

NUMBERS = {
    "PROVIDER_CONCURRENCY": CAP,
    "PROVIDER_CHAT_RESERVED": RESERVED,
    "PROVIDER_PROCESSES": 2,
    "PROVIDER_SLOT_WAIT_SECONDS": 0.3,
    "PROVIDER_TIMEOUT_SECONDS": 60,
}


class Holders:
    """Processes that each hold one slot or were refused one."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def start(self, priority_class: PriorityClass, **numbers: float) -> Holder:
        holder = Holder(URL, priority_class, {**NUMBERS, **numbers})
        self._stack.callback(holder.kill)
        return holder

    def ask(self, *lanes: PriorityClass, **numbers: float) -> list[tuple[Holder, str]]:
        """One process after another has begun; each with what it said first."""
        started = [self.start(priority_class, **numbers) for priority_class in lanes]
        return [(holder, holder.said()) for holder in started]


@pytest.fixture
def holders(broker: Redis) -> Iterator[Holders]:
    with ExitStack() as stack:
        yield Holders(stack)


def verdicts(asked: list[tuple[Holder, str]]) -> list[str]:
    return sorted(word for _holder, word in asked)


def test_the_cap_holds_over_processes_and_leaves_room_for_chats(holders: Holders) -> None:
    assert verdicts(holders.ask(*[PriorityClass.WORK] * 4)) == [HELD] * (CAP - RESERVED) + [BUSY] * 2
    assert verdicts(holders.ask(PriorityClass.CHAT, PriorityClass.CHAT)) == [HELD] * RESERVED + [BUSY]


def test_chats_may_take_all_of_it(holders: Holders) -> None:
    assert verdicts(holders.ask(*[PriorityClass.CHAT] * 4)) == [HELD] * CAP + [BUSY]
    assert verdicts(holders.ask(PriorityClass.WORK)) == [BUSY]


def test_a_killed_holder_frees_its_slot_when_its_call_would_have_ended(holders: Holders, broker: Redis) -> None:
    """Beside one that lives on and keeps the set of slots in being."""
    ((_living, _word),) = holders.ask(PriorityClass.WORK)
    ((victim, word),) = holders.ask(PriorityClass.WORK, PROVIDER_TIMEOUT_SECONDS=1)
    assert word == HELD
    victim.kill()
    assert holders.start(PriorityClass.WORK, PROVIDER_SLOT_WAIT_SECONDS=20).said() == HELD
    (key,) = broker.keys("*slots*")
    assert broker.zcard(key) == 2, "the dead one does not count any more"


def test_slots_for_speech_are_short_and_renewed_while_the_call_goes_on(settings: Settings, broker: Redis) -> None:
    settings.WHISPER_TIMEOUT_SECONDS = 240.0
    with limiter.slot(Endpoint(name=SPEECH, base_url=URL, model="m"), PriorityClass.SPEECH) as held:
        until = score(broker, held)
        assert until - now_ms(broker) <= (limiter.RENEWED_SECONDS + limiter.GRACE_SECONDS) * 1000
        held.lease = 0.3
        broker.zadd(held.key, {held.member: now_ms(broker)})
        broker.expire(held.key, 60)
        before = score(broker, held)
        with limiter.renewed(held):
            wait_for(lambda: score(broker, held) > before, "the slot to be renewed")
    assert not broker.exists(held.key)


def score(broker: Redis, held: limiter.Slot) -> float:
    found = broker.zscore(held.key, held.member)
    assert found is not None
    return float(found)


def now_ms(broker: Redis) -> float:
    seconds, micros = broker.time()
    return float(seconds) * 1000 + float(micros) / 1000


def test_a_slot_given_back_is_free_at_once(holders: Holders) -> None:
    (first, _word), *_rest = holders.ask(PriorityClass.WORK, PROVIDER_CONCURRENCY=2)
    waiting = holders.start(PriorityClass.WORK, PROVIDER_CONCURRENCY=2, PROVIDER_SLOT_WAIT_SECONDS=20)
    first.let_go()
    assert waiting.said() == HELD


def test_with_redis_away_each_process_keeps_to_its_share() -> None:
    """Two processes, two slots for work: one call each, whatever the other does; a second one in a process waits."""
    code = f"""
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError
from tasks_app.errors import Release
from tasks_app.providers import limiter
from tasks_app.providers.endpoint import LLM, SPEECH, Endpoint, PriorityClass
endpoint = Endpoint(name=LLM, base_url={URL!r}, model="writer")
barrier = Barrier(2)
def call(_number):
    try:
        with limiter.slot(endpoint, PriorityClass.WORK):
            barrier.wait(timeout=3)
            return "held"
    except Release as refusal:
        barrier.wait(timeout=3)
        return refusal.code
with ThreadPoolExecutor(2) as pool:
    print(sorted(pool.map(call, range(2))))
"""
    environ = {
        **os.environ,
        "REDIS_URL": f"redis://127.0.0.1:{any_free()}/0",
        "PROVIDER_CONCURRENCY": "3",
        "PROVIDER_CHAT_RESERVED": "1",
        "PROVIDER_PROCESSES": "2",
        "PROVIDER_SLOT_WAIT_SECONDS": "0.3",
    }
    done = [
        subprocess.Popen([sys.executable, "-c", code], env=environ, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    assert [process.communicate()[0].strip() for process in done] == ["['held', 'provider_busy']"] * 2


def test_redis_going_away_under_a_holder_harms_nobody(broker: Redis, servers: dict[str, EmbeddedServer]) -> None:
    endpoint = Endpoint(name=LLM, base_url=URL, model="writer")
    try:
        with limiter.slot(endpoint, PriorityClass.WORK) as held:
            servers["REDIS_URL"].stop()
            held.kept_at -= 1000
            held.keep()
            with ThreadPoolExecutor(1) as pool:
                assert pool.submit(_take, endpoint).result() is False, "by its share, not by Redis"
    finally:
        servers["REDIS_URL"].start()
    wait_for(lambda: _take(endpoint), "Redis to be asked again")


def _take(endpoint: Endpoint) -> bool:
    """Whether the slot came from Redis."""
    with limiter.slot(endpoint, PriorityClass.CHAT) as held:
        return held.shared


def test_a_long_call_keeps_its_slot(broker: Redis) -> None:
    endpoint = Endpoint(name=LLM, base_url=URL, model="writer")
    with limiter.slot(endpoint, PriorityClass.WORK) as held:
        before = broker.zscore(held.key, held.member)
        held.keep()
        assert broker.zscore(held.key, held.member) == before, "not before half of it has passed"
        held.kept_at -= held.lease
        wait_for(lambda: _prolonged(broker, held, before), "the lease to be prolonged")
    assert broker.zcard(held.key) == 0


def _prolonged(broker: Redis, held: limiter.Slot, before: float | None) -> bool:
    held.kept_at -= held.lease
    held.keep()
    now = broker.zscore(held.key, held.member)
    return now is not None and before is not None and now > before


def test_no_slot_in_time_releases_the_job(broker: Redis, settings: Settings) -> None:
    endpoint = Endpoint(name=LLM, base_url=URL, model="writer")
    with ExitStack() as stack:
        for _ in range(limiter.most(PriorityClass.WORK)):
            stack.enter_context(limiter.slot(endpoint, PriorityClass.WORK))
        settings.PROVIDER_SLOT_WAIT_SECONDS = 0.1
        with pytest.raises(Release) as raised, limiter.slot(endpoint, PriorityClass.WORK):
            pytest.fail("there was none left")
    assert raised.value.code == BUSY
    assert raised.value.delay > 0
