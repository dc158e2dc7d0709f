"""Variables that were settings in an earlier release: a warning says that they no longer have any effect."""

import os
from typing import Any

from django.core.checks import CheckMessage, Warning, register

REMOVED = (
    "ADMIN_BULK_LIMIT",
    "ADMIN_ORDER_LIMIT",
    "ADMIN_ORDER_STEP_SECONDS",
    "ADMIN_ORDER_TRIAL_JOBS",
    "ADMIN_ORDER_TRIAL_PERCENT",
    "API_RATE_HEADERS",
    "API_THROTTLE_TIMEOUT_SECONDS",
    "BEAT_MAX_LOOP_SECONDS",
    "BROKER_VISIBILITY_TIMEOUT",
    "BULK_ACTION_CANARY_PERCENT",
    "BULK_ACTION_STEP_SECONDS",
    "CELERY_DB_REUSE_MAX",
    "CHAT_EXACT_SCAN_CHUNKS",
    "CHAT_MAX_WINDOWS",
    "CHAT_QUESTION_CHARACTERS",
    "DATABASE_CONNECT_TIMEOUT",
    "DATABASE_CONN_MAX_AGE",
    "DOWNLOAD_WALL_SECONDS",
    "EXTRACTION_CPU_SECONDS",
    "EXTRACTION_MAX_ARCHIVE_BYTES",
    "EXTRACTION_MAX_ARCHIVE_ENTRIES",
    "EXTRACTION_MAX_ARCHIVE_RATIO",
    "EXTRACTION_MAX_CELLS",
    "FETCH_LOOPBACK_ORIGIN",
    "FORMAT_WINDOW_CHARACTERS",
    "IDEMPOTENCY_RETENTION_HOURS",
    "JOB_DATABASE_PATIENCE_SECONDS",
    "JOB_HARD_LIMIT_GRACE_SECONDS",
    "JOB_RELEASE_MAX_SECONDS",
    "JOB_REPUBLISH_SECONDS",
    "MEDIA_MEMORY_BYTES",
    "MEDIA_WALL_SECONDS",
    "OCR_DPI",
    "OCR_VERTICAL_LANGUAGE",
    "SLIDES_OUTLINE_CHARACTERS",
    "SLIDES_PASSAGE_CHARACTERS",
    "SLIDES_PICTURE_MEMORY_BYTES",
    "SLIDES_TEMPLATE_MAX_BYTES",
    "SLIDES_TEMPLATE_MAX_UNPACKED_BYTES",
    "TRUTH_CHECK_EVERY_SECONDS",
    "TRUTH_CHECK_SECONDS",
    "WORKER_MAX_TASKS_PER_CHILD",
    "WORKER_RETENTION_HOURS",
)
"""By name. CHANGELOG.md says what replaced each."""


@register("notebookops")
def nothing_removed_is_set(**_kwargs: Any) -> list[CheckMessage]:
    """The environment holds what `.env` says as well."""
    return [
        Warning(
            f"{name} is set, but it is no longer a setting and has no effect.",
            hint="Remove it from the environment or from .env. CHANGELOG.md says what replaced it.",
            id="notebookops.W003",
        )
        for name in REMOVED
        if name in os.environ
    ]
