"""How long the audit trail, bulk actions, access log, keys of requests and rows of silent workers are kept."""

from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from tasks_app.jobs import sql
from tasks_app.jobs.statements import execute
from tasks_app.models import AccessRecord, BulkAction, WorkerHeartbeat

KEY_HOURS = 24
"""How long a request with the same Idempotency-Key is answered alike; the API's clients are promised this."""

SILENT_WORKER_HOURS = 72
"""How long the Workers page shows a worker that is not responding: over a weekend."""

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


def purge_bulk_actions() -> int:
    """Delete bulk actions as old, drafts included, with their lines; what was done is kept in the jobs' own history."""
    old = BulkAction.objects.filter(requested_at__lt=Now() - timedelta(days=settings.TASK_RESULT_RETENTION_DAYS))
    purged = 0
    for order in old:
        order.delete()
        purged += 1
    return purged


def purge_idempotency_keys() -> int:
    """Forget idempotency keys older than KEY_HOURS; how many."""
    return execute(sql.PURGE_KEYS, {"hours": KEY_HOURS})


def purge_access_records() -> int:
    """Delete lines of the access log older than ACCESS_LOG_RETENTION_DAYS, in short transactions; how many."""
    old = AccessRecord.objects.filter(at__lt=Now() - timedelta(days=settings.ACCESS_LOG_RETENTION_DAYS)).order_by()
    purged = 0
    while batch := AccessRecord.objects.filter(pk__in=old.values("pk")[:BATCH]).delete()[0]:
        purged += batch
    return purged


def purge_workers() -> int:
    """Forget workers not seen for SILENT_WORKER_HOURS; how many. One that comes back reports itself again."""
    silent = WorkerHeartbeat.objects.filter(seen_at__lt=Now() - timedelta(hours=SILENT_WORKER_HOURS))
    purged, _ = silent.delete()
    return purged
