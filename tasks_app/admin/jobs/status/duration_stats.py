"""How long jobs of each kind take, and what they cost, by the newest that went well."""

from collections.abc import Mapping
from dataclasses import dataclass

from tasks_app.jobs.statements import records
from tasks_app.registry import job_types

NEWEST = 100
"""Jobs of each kind that are looked at."""

MIN_SAMPLES = 10
"""With fewer than this, no job is called unusually slow."""

_STATS = """
SELECT
    wanted.kind, count(*) AS jobs, avg(seconds) AS seconds, avg(tokens)::float AS tokens, avg(cost)::float AS cost,
    percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds) AS p95
FROM unnest(%(kinds)s::text[]) AS wanted(kind), LATERAL (
    SELECT
        extract(epoch FROM attempt.ended_at - attempt.started_at)::float AS seconds,
        job.input_tokens + job.output_tokens AS tokens, job.cost
    FROM (
        SELECT id, executions, input_tokens, output_tokens, cost FROM tasks_app_job
        WHERE kind = wanted.kind AND state = 'succeeded'
        ORDER BY finished_at DESC LIMIT %(newest)s
    ) AS job
    JOIN tasks_app_attempt AS attempt ON attempt.job_id = job.id AND attempt.number = job.executions
) AS recent
GROUP BY wanted.kind
"""
"""Indexes: job_pace, attempt_number."""


@dataclass(frozen=True, kw_only=True)
class DurationStats:
    """Means over `jobs` jobs: seconds of the attempt that succeeded, tokens, and money; `p95` in seconds."""

    jobs: int
    seconds: float
    tokens: float
    cost: float
    p95: float

    @property
    def has_enough_samples(self) -> bool:
        """Whether there are enough of them to call another one slow."""
        return self.jobs >= MIN_SAMPLES


def duration_stats() -> Mapping[str, DurationStats]:
    """By kind; those that never went well are missing. One statement."""
    found = records(_STATS, {"kinds": list(job_types), "newest": NEWEST})
    return {
        row["kind"]: DurationStats(
            jobs=row["jobs"], seconds=row["seconds"], tokens=row["tokens"], cost=row["cost"], p95=row["p95"]
        )
        for row in found
        if row["seconds"] is not None
    }
