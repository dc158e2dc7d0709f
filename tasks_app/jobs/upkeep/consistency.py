"""The consistency check: records that ought to agree are compared, a batch at a time, and what does not agree is kept.

Each comparison walks its records in the order of an index and remembers where it is; at the end it waits for new ones,
and once a day it starts over. Nothing is repaired by itself.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from tasks_app.errors import Message
from tasks_app.jobs.statements import rows
from tasks_app.models import ConsistencyCheckProgress, Inconsistency

logger = logging.getLogger(__name__)

BATCH = 500
INCONSISTENCIES_REVISITED = 200
QUICK_SECONDS = 0.05
"""What was looked at as quickly as this may be followed by twice as much."""
ROUND_HOURS = 24
"""How often everything is compared again."""

_ROUND_IS_DUE = """
SELECT at_end AND round_started_at < now() - %(hours)s * interval '1 hour'
FROM tasks_app_consistencycheckprogress WHERE name = %(name)s
"""


@dataclass(frozen=True, kw_only=True)
class DetectedInconsistency:
    """`about` is the key of the record; `message` is a message id, filled by `details`."""

    about: str
    message: str
    job_id: UUID | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ConsistencyCheck:
    """`following(position, number)` are the next keys, none at the end; `judge` finds the inconsistencies of some keys.

    `repair` fixes one key where that is safe without a person's judgement. What is `standing` is looked at from
    the start each time.
    """

    name: str
    label: Message
    following: Callable[[str, int], Sequence[str]]
    judge: Callable[[Sequence[str]], Sequence[DetectedInconsistency]]
    repair: Callable[[str], object] | None = None
    consequence: Message = ""
    standing: bool = False


def check(checks: Sequence[ConsistencyCheck], seconds: float) -> int:
    """Continue with each comparison for its share of `seconds`; how many records were compared."""
    share = seconds / len(checks)
    return sum(_go_on(check, share) for check in checks)


def revisit(check: ConsistencyCheck, keys: Sequence[str]) -> None:
    """Look at these keys again: what agrees now is forgotten, what does not is kept."""
    inconsistencies = {one.about: one for one in check.judge(keys)}
    known = Inconsistency.objects.filter(check_name=check.name, about__in=keys)
    with transaction.atomic():
        known.exclude(about__in=list(inconsistencies)).delete()
        for one in inconsistencies.values():
            Inconsistency.objects.update_or_create(
                check_name=check.name,
                about=one.about,
                defaults={
                    "job_id": one.job_id,
                    "message": one.message,
                    "details": one.details,
                    "seen_at": Now(),
                },
            )
    if inconsistencies:
        logger.warning("consistency check %s: %d inconsistent record(s)", check.name, len(inconsistencies))


def start_over() -> None:
    """From the next check on everything is compared again."""
    ConsistencyCheckProgress.objects.update(position="", at_end=False, round_started_at=Now())


def _go_on(check: ConsistencyCheck, seconds: float) -> int:
    """Half of the time at most goes to what was found before, those first that were not looked at for longest."""
    started = monotonic()
    state, _created = ConsistencyCheckProgress.objects.get_or_create(name=check.name)
    found = Inconsistency.objects.filter(check_name=check.name).order_by("seen_at")
    known = list(found.values_list("about", flat=True)[:INCONSISTENCIES_REVISITED])
    _revisit_until(started + seconds / 2, check, known)
    seen = 0
    fresh = check.standing or _round_is_due(check.name)
    position = "" if fresh else state.position
    while monotonic() < started + seconds:
        keys = check.following(position, BATCH)
        number = _revisit_until(started + seconds, check, keys)
        seen += number
        if number:
            position = keys[number - 1]
        _remember(check.name, position, number, fresh=fresh, at_end=not keys)
        fresh = False
        if not keys:
            break
    return seen


def _revisit_until(stop: float, check: ConsistencyCheck, keys: Sequence[str]) -> int:
    """How many of these keys were looked at before time was up: first one alone, then more at once if that is quick.

    A slow file store, of which each question may take seconds, so delays the end by one question.
    """
    done, size = 0, 1
    while done < len(keys) and monotonic() < stop:
        started = monotonic()
        revisit(check, keys[done : done + size])
        done += size
        size = size * 2 if monotonic() - started < QUICK_SECONDS else 1
    return min(done, len(keys))


def _round_is_due(name: str) -> bool:
    due = rows(_ROUND_IS_DUE, {"hours": ROUND_HOURS, "name": name})
    return bool(due and due[0][0])


def _remember(name: str, position: str, seen: int, *, fresh: bool, at_end: bool) -> None:
    changes: dict[str, Any] = {"position": position, "looked_at": Now(), "seen": F("seen") + seen, "at_end": at_end}
    ConsistencyCheckProgress.objects.filter(name=name).update(**changes)
    if fresh:
        ConsistencyCheckProgress.objects.filter(name=name).update(round_started_at=Now())
