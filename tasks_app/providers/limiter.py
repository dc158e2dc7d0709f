"""How many calls an endpoint gets at once, over all workers: leased slots in Redis.

Each call holds one member of a sorted set, scored by when its lease ends by Redis's clock; members past that moment
do not count. So a process that is killed needs nobody to clean up behind it. Background work leaves some slots free
for chats. While Redis is away, each process keeps to its own share of the cap.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from random import uniform
from threading import BoundedSemaphore, Event, Lock, Thread
from time import monotonic
from uuid import uuid4

import redis
from django.conf import settings

from tasks_app.errors import Release
from tasks_app.providers import provider_errors
from tasks_app.providers.endpoint import Endpoint, PriorityClass

logger = logging.getLogger(__name__)

GRACE_SECONDS = 1.0
"""A lease outlives its call's time limit by this, so that it does not end first."""

RENEWED_SECONDS = 30.0
"""Speech takes minutes: its slots last this long and are `renewed`, so that those of a killed process are soon free."""

AWAY_SECONDS = 5.0
"""After Redis did not answer, it is left alone for this long."""

MIN_PAUSE, MAX_PAUSE = 0.02, 0.5
"""Seconds between two looks for a free slot, doubling."""

BUSY_DELAY = 10.0
"""Seconds until a job that found no slot is tried again."""

SHARED_CAP = {PriorityClass.WORK: PriorityClass.CHAT, PriorityClass.CHAT: PriorityClass.WORK}
"""Lanes that share one cap. Audio has its own: a recogniser is another server, or another part of one."""

# KEYS: slots of this class, slots of the other. ARGV: member, lease in ms, most in this class, most in both.
TAKE = """
local now = redis.call('TIME')
local at = now[1] * 1000 + math.floor(now[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', at)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', at)
local mine = redis.call('ZCARD', KEYS[1])
if mine >= tonumber(ARGV[3]) or mine + redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[4]) then return 0 end
redis.call('ZADD', KEYS[1], at + ARGV[2], ARGV[1])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1
"""

# KEYS: slots. ARGV: member, lease in ms. Only a slot that is still held can be kept.
KEEP = """
local now = redis.call('TIME')
local at = now[1] * 1000 + math.floor(now[2] / 1000)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZADD', KEYS[1], 'XX', 'GT', at + ARGV[2], ARGV[1])
"""

_clients: dict[int, "redis.Redis"] = {}
_shares: dict[tuple[int, str, PriorityClass, int], BoundedSemaphore] = {}
_lock = Lock()
_away_until = 0.0


@dataclass
class Slot:
    """The right to one call. A long one says from time to time that it continues."""

    key: str
    lease: float
    member: str = field(default_factory=lambda: f"{os.getpid()}-{uuid4().hex}")
    kept_at: float = field(default_factory=monotonic)
    shared: bool = True

    def keep(self) -> None:
        """Prolong the lease once half of it has passed. Without Redis there is none to prolong."""
        if not self.shared or monotonic() - self.kept_at < self.lease / 2:
            return
        self.kept_at = monotonic()
        try:
            _redis().eval(KEEP, 1, self.key, self.member, int(self.lease * 1000))
        except redis.RedisError as error:
            _note_away(error)


@contextmanager
def slot(endpoint: Endpoint, priority_class: PriorityClass) -> Iterator[Slot]:
    """Hold a slot within the block. Raises Release if none comes free while the priority class allows waiting."""
    give_up = monotonic() + priority_class.patience
    if held := _from_redis(endpoint, priority_class, give_up):
        try:
            yield held
        finally:
            _give_back(held)
        return
    share = _share(endpoint, priority_class)
    if not share.acquire(timeout=max(give_up - monotonic(), 0.0)):
        raise _busy(endpoint)
    try:
        yield Slot(key="", lease=0.0, shared=False)
    finally:
        share.release()


@contextmanager
def renewed(held: Slot) -> Iterator[None]:
    """Keep the slot for as long as the block takes, from a thread that ends with it."""
    if not held.shared:
        yield
        return
    done = Event()
    Thread(target=_renew, args=(held, done), name="slot", daemon=True).start()
    try:
        yield
    finally:
        done.set()


def _renew(held: Slot, done: Event) -> None:
    while not done.wait(held.lease * 2 / 3):
        held.keep()


def _from_redis(endpoint: Endpoint, priority_class: PriorityClass, give_up: float) -> Slot | None:
    """None if Redis is away. Raises Release when time is up."""
    lasting = (
        min(priority_class.seconds, RENEWED_SECONDS)
        if priority_class is PriorityClass.SPEECH
        else priority_class.seconds
    )
    held = Slot(key=_key(endpoint, priority_class), lease=lasting + GRACE_SECONDS)
    other = _key(endpoint, SHARED_CAP[priority_class]) if priority_class in SHARED_CAP else f"{held.key}:none"
    pause = MIN_PAUSE
    while monotonic() >= _away_until:
        facts = (held.member, int(held.lease * 1000), most(priority_class), cap(priority_class))
        try:
            taken = _redis().eval(TAKE, 2, held.key, other, *facts)
        except redis.RedisError as error:
            _note_away(error)
            return None
        if taken:
            return held
        if monotonic() > give_up:
            raise _busy(endpoint)
        Event().wait(pause * uniform(0.5, 1.0))  # noqa: S311 - no secret depends on it
        pause = min(2 * pause, MAX_PAUSE)
    return None


def cap(priority_class: PriorityClass) -> int:
    """How many calls may run at once in this priority class and the one it shares a cap with."""
    return int(
        settings.WHISPER_CONCURRENCY if priority_class is PriorityClass.SPEECH else settings.PROVIDER_CONCURRENCY
    )


def most(priority_class: PriorityClass) -> int:
    """How many calls of this priority class may run at once."""
    reserved = int(settings.PROVIDER_CHAT_RESERVED) if priority_class is PriorityClass.WORK else 0
    return max(1, cap(priority_class) - reserved)


def share(priority_class: PriorityClass) -> int:
    """How many of them each process may make while Redis is away; at least one, or no work would continue."""
    return max(1, most(priority_class) // max(1, int(settings.PROVIDER_PROCESSES)))


def _share(endpoint: Endpoint, priority_class: PriorityClass) -> BoundedSemaphore:
    key = (os.getpid(), endpoint.base_url, priority_class, share(priority_class))
    with _lock:
        return _shares.setdefault(key, BoundedSemaphore(share(priority_class)))


def _give_back(held: Slot) -> None:
    """What cannot be given back ends with its lease."""
    try:
        _redis().zrem(held.key, held.member)
    except redis.RedisError as error:
        _note_away(error)


def _note_away(error: redis.RedisError) -> None:
    global _away_until
    _away_until = monotonic() + AWAY_SECONDS
    logger.warning("Redis is unavailable (%s); each process is limited to its share of calls", type(error).__name__)


def _busy(endpoint: Endpoint) -> Release:
    return provider_errors.busy(endpoint, BUSY_DELAY * settings.JOB_BACKOFF_SCALE)


def _key(endpoint: Endpoint, priority_class: PriorityClass) -> str:
    digest = sha256(endpoint.base_url.encode()).hexdigest()[:16]
    return f"{settings.CELERY_BROKER_KEY_PREFIX}slots:{digest}:{priority_class}"


def _redis() -> "redis.Redis":
    """One client per process."""
    pid = os.getpid()
    with _lock:
        if pid not in _clients:
            _clients[pid] = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
        return _clients[pid]
