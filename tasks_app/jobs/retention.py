"""How long the audit trail is kept."""

from django.conf import settings

from tasks_app.jobs import sql
from tasks_app.jobs.database import execute

BATCH = 1000


def purge_task_results() -> int:
    """Delete final TaskResults older than TASK_RESULT_RETENTION_DAYS, in short transactions; how many.

    Those of running attempts stay, however old.
    """
    purged = 0
    while True:
        batch = execute(sql.PURGE, {"days": settings.TASK_RESULT_RETENTION_DAYS, "batch": BATCH})
        purged += batch
        if batch < BATCH:
            return purged


def purge_idempotency_keys() -> int:
    """Forget keys older than IDEMPOTENCY_RETENTION_HOURS; how many."""
    return execute(sql.PURGE_KEYS, {"hours": settings.IDEMPOTENCY_RETENTION_HOURS})
