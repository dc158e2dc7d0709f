"""What happens at intervals, and in which order messages are served."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from tasks_app.queues import PRIORITIES


@register("notebookops")
def heartbeat_within_lease(**_kwargs: Any) -> list[CheckMessage]:
    heartbeat, lease = settings.JOB_HEARTBEAT_SECONDS, settings.JOB_LEASE_SECONDS
    if 0 < heartbeat < lease / 2:
        return []
    return [
        Error(
            f"A lease of {lease:g} s is renewed every {heartbeat:g} s: one late renewal would lose the job.",
            hint="Set JOB_HEARTBEAT_SECONDS above 0 and below half of JOB_LEASE_SECONDS.",
            id="notebookops.E004",
        )
    ]


@register("notebookops")
def sweep_within_lease(**_kwargs: Any) -> list[CheckMessage]:
    sweep, lease = settings.JOB_SWEEP_SECONDS, settings.JOB_LEASE_SECONDS
    if 0 < sweep <= lease:
        return []
    return [
        Error(
            f"The sweep for lost jobs runs every {sweep:g} s, while a lease lasts {lease:g} s.",
            hint="Set JOB_SWEEP_SECONDS above 0 and at most to JOB_LEASE_SECONDS.",
            id="notebookops.E005",
        )
    ]


@register("notebookops")
def beat_within_freshness(**_kwargs: Any) -> list[CheckMessage]:
    rest, stale = settings.CELERY_BEAT_MAX_LOOP_INTERVAL, settings.HEALTH_STALE_SECONDS
    if not settings.HEALTH_FILE or 0 < rest < stale:
        return []
    return [
        Error(
            f"Beat may rest for {rest:g} s between two touches of its file, which counts as stale after {stale:g} s.",
            hint="Set HEALTH_STALE_SECONDS above 0; beat rests for a part of it.",
            id="notebookops.E030",
        )
    ]


@register("notebookops")
def priorities_known_to_broker(**_kwargs: Any) -> list[CheckMessage]:
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    if options.get("queue_order_strategy") == "priority" and set(PRIORITIES) <= set(options.get("priority_steps", ())):
        return []
    return [
        Error(
            "The broker does not distinguish job priorities: users would wait behind bulk jobs.",
            hint="In CELERY_BROKER_TRANSPORT_OPTIONS set queue_order_strategy to 'priority' and priority_steps to "
            f"{list(PRIORITIES)}.",
            id="notebookops.E006",
        )
    ]
