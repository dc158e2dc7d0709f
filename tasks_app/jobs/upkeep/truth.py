"""The truth check: records that ought to agree are compared, a batch at a time, and what does not agree is kept.

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
from tasks_app.jobs.database import rows
from tasks_app.models import Finding, TruthCheck

logger = logging.getLogger(__name__)

BATCH = 500
FINDINGS_REVISITED = 200
ROUND_HOURS = 24
"""How often everything is compared anew."""

_ROUND_IS_DUE = """
SELECT at_end AND round_started_at < now() - %(hours)s * interval '1 hour'
FROM tasks_app_truthcheck WHERE name = %(name)s
"""


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """`about` is the key of the record; `message` is a message id, filled by `details`."""

    about: str
    message: str
    job_id: UUID | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """`following(position, number)` are the next keys, none at the end; `judge` tells which of some keys disagree.

    `repair` puts one key right where that is safe without a person's judgement. What is `standing` is looked at from
    the start each time.
    """

    name: str
    label: Message
    following: Callable[[str, int], Sequence[str]]
    judge: Callable[[Sequence[str]], Sequence[Disagreement]]
    repair: Callable[[str], object] | None = None
    consequence: Message = ""
    standing: bool = False


def check(comparisons: Sequence[Comparison], seconds: float) -> int:
    """Go on with each comparison for its share of `seconds`; how many records were compared."""
    share = seconds / len(comparisons)
    return sum(_go_on(comparison, share) for comparison in comparisons)


def revisit(comparison: Comparison, keys: Sequence[str]) -> None:
    """Look at these keys again: what agrees now is forgotten, what does not is kept."""
    disagreements = {one.about: one for one in comparison.judge(keys)}
    known = Finding.objects.filter(check_name=comparison.name, about__in=keys)
    with transaction.atomic():
        known.exclude(about__in=list(disagreements)).delete()
        for one in disagreements.values():
            Finding.objects.update_or_create(
                check_name=comparison.name,
                about=one.about,
                defaults={
                    "job_id": one.job_id,
                    "message": one.message,
                    "details": one.details,
                    "seen_at": Now(),
                },
            )
    if disagreements:
        logger.warning("truth check %s: %d record(s) disagree", comparison.name, len(disagreements))


def start_over() -> None:
    """From the next check on everything is compared anew."""
    TruthCheck.objects.update(position="", at_end=False, round_started_at=Now())


def _go_on(comparison: Comparison, seconds: float) -> int:
    stop = monotonic() + seconds
    state, _created = TruthCheck.objects.get_or_create(name=comparison.name)
    found = Finding.objects.filter(check_name=comparison.name).order_by("seen_at")
    revisit(comparison, list(found.values_list("about", flat=True)[:FINDINGS_REVISITED]))
    seen = 0
    fresh = comparison.standing or _round_is_due(comparison.name)
    position = "" if fresh else state.position
    while monotonic() < stop:
        keys = comparison.following(position, BATCH)
        revisit(comparison, keys)
        seen += len(keys)
        if keys:
            position = keys[-1]
        _remember(comparison.name, position, len(keys), fresh=fresh, at_end=not keys)
        fresh = False
        if not keys:
            break
    return seen


def _round_is_due(name: str) -> bool:
    due = rows(_ROUND_IS_DUE, {"hours": ROUND_HOURS, "name": name})
    return bool(due and due[0][0])


def _remember(name: str, position: str, seen: int, *, fresh: bool, at_end: bool) -> None:
    changes: dict[str, Any] = {"position": position, "looked_at": Now(), "seen": F("seen") + seen, "at_end": at_end}
    TruthCheck.objects.filter(name=name).update(**changes)
    if fresh:
        TruthCheck.objects.filter(name=name).update(round_started_at=Now())
