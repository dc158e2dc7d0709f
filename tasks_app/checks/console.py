"""Numbers by which the console works orders off, and for how long it keeps what it shows."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

AT_LEAST_ONE = (
    "ADMIN_BULK_LIMIT",
    "ADMIN_ORDER_LIMIT",
    "TASK_RESULT_RETENTION_DAYS",
)


@register("notebookops")
def orders_can_be_worked_off(**_kwargs: Any) -> list[CheckMessage]:
    faults = [f"{name} is below 1" for name in AT_LEAST_ONE if getattr(settings, name) < 1]
    if settings.ADMIN_ORDER_STEP_SECONDS <= 0:
        faults.append("ADMIN_ORDER_STEP_SECONDS is not above 0")
    if settings.ADMIN_ORDER_TRIAL_JOBS < 0:
        faults.append("ADMIN_ORDER_TRIAL_JOBS is below 0")
    if not 0 <= settings.ADMIN_ORDER_TRIAL_PERCENT <= 100:
        faults.append("ADMIN_ORDER_TRIAL_PERCENT is not between 0 and 100")
    return [
        Error(f"{fault}.", hint="See docs/settings.md for what each number may be.", id="notebookops.E091")
        for fault in faults
    ]
