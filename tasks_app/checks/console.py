"""Numbers by which the console carries out bulk actions, and for how long it keeps what it shows."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

AT_LEAST_ONE = (
    "BULK_ACTION_LIMIT",
    "TASK_RESULT_RETENTION_DAYS",
)


@register("notebookops")
def bulk_actions_can_finish(**_kwargs: Any) -> list[CheckMessage]:
    faults = [f"{name} is below 1" for name in AT_LEAST_ONE if getattr(settings, name) < 1]
    if settings.BULK_ACTION_CANARY_JOBS < 0:
        faults.append("BULK_ACTION_CANARY_JOBS is below 0")
    return [
        Error(f"{fault}.", hint="See docs/settings.md for what each number may be.", id="notebookops.E091")
        for fault in faults
    ]
