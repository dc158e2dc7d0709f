"""Variables that were settings in an earlier release: anyone who still sets one learns that it changes nothing."""

import os
from typing import Any

from django.core.checks import CheckMessage, Warning, register

REMOVED = (
    "API_THROTTLE_TIMEOUT_SECONDS",
    "BEAT_MAX_LOOP_SECONDS",
    "BROKER_VISIBILITY_TIMEOUT",
    "CELERY_DB_REUSE_MAX",
    "CHAT_MAX_WINDOWS",
    "CHAT_QUESTION_CHARACTERS",
    "DATABASE_CONNECT_TIMEOUT",
    "DATABASE_CONN_MAX_AGE",
    "DOWNLOAD_WALL_SECONDS",
    "EXTRACTION_CPU_SECONDS",
    "EXTRACTION_MAX_ARCHIVE_BYTES",
    "EXTRACTION_MAX_ARCHIVE_ENTRIES",
    "EXTRACTION_MAX_ARCHIVE_RATIO",
    "FETCH_LOOPBACK_ORIGIN",
    "IDEMPOTENCY_RETENTION_HOURS",
    "JOB_DATABASE_PATIENCE_SECONDS",
    "JOB_HARD_LIMIT_GRACE_SECONDS",
    "JOB_REPUBLISH_SECONDS",
    "MEDIA_MEMORY_BYTES",
    "MEDIA_WALL_SECONDS",
    "OCR_DPI",
    "SLIDES_PASSAGE_CHARACTERS",
    "SLIDES_PICTURE_MEMORY_BYTES",
    "SLIDES_TEMPLATE_MAX_UNPACKED_BYTES",
    "CONSISTENCY_CHECK_EVERY_SECONDS",
    "CONSISTENCY_CHECK_SECONDS",
    "WORKER_MAX_TASKS_PER_CHILD",
    "WORKER_RETENTION_HOURS",
)
"""By name. What became of each stands in CHANGELOG.md."""


@register("notebookops")
def nothing_removed_is_set(**_kwargs: Any) -> list[CheckMessage]:
    """The environment holds what `.env` says as well."""
    return [
        Warning(
            f"{name} is set, but it is no setting any more: it changes nothing.",
            hint="Take it out of the environment or of .env. See CHANGELOG.md for what became of it.",
            id="notebookops.W003",
        )
        for name in REMOVED
        if name in os.environ
    ]
