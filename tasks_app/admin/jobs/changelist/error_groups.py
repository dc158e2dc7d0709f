"""Failures that are alike, seen together: by kind, stage, error and fingerprint."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from tasks_app.admin.common.display import stage_label
from tasks_app.admin.jobs.status.finished import remedy
from tasks_app.jobs.statements import records
from tasks_app.models import Job
from tasks_app.models.engine.job import State

DAYS = 30
SCAN_LIMIT = 5_000
"""The newest failures; with more, the page is about these alone."""

SHOWN = 40
REQUEUES = 20
"""The newest requeues after such a failure, from which the next one's chances are estimated."""

SEPARATOR = "~"

_GROUPS = """
SELECT
    kind, stage, error_code, error_fingerprint, count(*) AS jobs,
    count(*) FILTER (WHERE acknowledged_at IS NULL) AS unseen,
    min(finished_at) AS first_at, max(finished_at) AS last_at, (array_agg(id ORDER BY finished_at DESC))[1] AS newest
FROM (
    SELECT id, kind, stage, error_code, error_fingerprint, finished_at, acknowledged_at FROM tasks_app_job
    WHERE state = 'failed' AND finished_at >= now() - %(days)s * interval '1 day'
    ORDER BY finished_at DESC LIMIT %(limit)s
) AS recent
GROUP BY kind, stage, error_code, error_fingerprint
ORDER BY unseen DESC, last_at DESC LIMIT %(shown)s
"""
"""Index: job_failed."""

_REQUEUE_SUCCESS = """
SELECT wanted.kind, wanted.fingerprint, count(*) AS requeues, count(*) FILTER (WHERE tried.worked) AS worked
FROM unnest(%(kinds)s::text[], %(fingerprints)s::text[]) AS wanted(kind, fingerprint), LATERAL (
    SELECT EXISTS (
        SELECT FROM tasks_app_attempt AS good
        WHERE good.job_id = failed.job_id AND good.run = failed.run + 1 AND good.outcome = 'succeeded'
    ) AS worked
    FROM (
        SELECT id, job_id, run, number FROM tasks_app_attempt
        WHERE error_fingerprint = wanted.fingerprint AND error_fingerprint <> ''
        ORDER BY id DESC LIMIT 500
    ) AS failed
    JOIN tasks_app_job AS job ON job.id = failed.job_id
    WHERE job.kind = wanted.kind AND job.run > 1
        AND (job.run > failed.run + 1 OR (job.run = failed.run + 1 AND job.state NOT IN ('queued', 'running')))
        AND NOT EXISTS (
            SELECT FROM tasks_app_attempt AS later
            WHERE later.job_id = failed.job_id AND later.run = failed.run AND later.number > failed.number
        )
    ORDER BY failed.id DESC LIMIT %(requeues)s
) AS tried
GROUP BY wanted.kind, wanted.fingerprint
"""
"""Indexes: attempt_alike, read alone; job_requeued, which `run > 1` makes possible; attempt_number.

A run is judged by its last attempt. Kinds are distinguished because a worker's failure has one fingerprint in all of
them. Few jobs are ever requeued: the others are passed over without being read.
"""


@dataclass(frozen=True, kw_only=True)
class ErrorGroup:
    """What failures have in common. Its text is its name in addresses."""

    kind: str
    stage: str
    code: str
    fingerprint: str

    @classmethod
    def parse(cls, text: str) -> "ErrorGroup | None":
        pieces = text.split(SEPARATOR)
        if len(pieces) != 4 or not text.isprintable():
            return None
        kind, stage, code, fingerprint = pieces
        return cls(kind=kind, stage=stage, code=code, fingerprint=fingerprint)

    def __str__(self) -> str:
        return SEPARATOR.join((self.kind, self.stage, self.code, self.fingerprint))


@dataclass(frozen=True, kw_only=True)
class ErrorGroupStats:
    """One group: how many failures, how many of them nobody has acknowledged, and what requeueing them came to."""

    group: ErrorGroup
    jobs: int
    unseen: int
    first_at: datetime
    last_at: datetime
    sample: Job
    requeues: int
    worked: int

    @property
    def stage_label(self) -> str:
        return stage_label(self.group.stage, self.sample)

    @property
    def remedy(self) -> str:
        return remedy(self.sample.error_class, self.sample.error_code)


def newest() -> list[ErrorGroupStats]:
    """The groups of the last DAYS days, those with the most unseen failures first. Three statements."""
    found = records(_GROUPS, {"days": DAYS, "limit": SCAN_LIMIT, "shown": SHOWN})
    samples = Job.objects.defer("title_search").in_bulk([row["newest"] for row in found])
    success = _requeue_success({(row["kind"], row["error_fingerprint"]) for row in found})
    return [_line(row, samples[row["newest"]], success) for row in found if row["newest"] in samples]


def error_group_of(failed: Job) -> ErrorGroup:
    """Where a failed job belongs."""
    return ErrorGroup(
        kind=failed.kind, stage=failed.stage, code=failed.error_code, fingerprint=failed.error_fingerprint
    )


def jobs_of(jobs: QuerySet[Job], group: ErrorGroup) -> QuerySet[Job]:
    """Of `jobs`, the failures of this group. Index: job_cause."""
    return jobs.filter(
        state=State.FAILED,
        kind=group.kind,
        stage=group.stage,
        error_code=group.code,
        error_fingerprint=group.fingerprint,
    )


def _line(row: dict[str, Any], sample: Job, success: Mapping[tuple[str, str], tuple[int, int]]) -> ErrorGroupStats:
    requeues, worked = success.get((row["kind"], row["error_fingerprint"]), (0, 0))
    return ErrorGroupStats(
        group=error_group_of(sample),
        jobs=row["jobs"],
        unseen=row["unseen"],
        first_at=row["first_at"],
        last_at=row["last_at"],
        sample=sample,
        requeues=requeues,
        worked=worked,
    )


def _requeue_success(wanted: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[int, int]]:
    """By kind and fingerprint: how many of the newest requeues there were, and how many of them worked."""
    named = [(kind, fingerprint) for kind, fingerprint in wanted if fingerprint]
    kinds, fingerprints = [kind for kind, _ in named], [fingerprint for _, fingerprint in named]
    found = records(_REQUEUE_SUCCESS, {"kinds": kinds, "fingerprints": fingerprints, "requeues": REQUEUES})
    return {(row["kind"], row["fingerprint"]): (row["requeues"], row["worked"]) for row in found}
