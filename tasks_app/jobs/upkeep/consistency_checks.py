"""What the consistency check compares: attempts and TaskResults, successes and outputs, rows and
files, jobs and messages.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from tasks_app.jobs.attempts import freshness
from tasks_app.jobs.statements import execute, records, rows
from tasks_app.jobs.transitions import broker, failures, outcomes, recovery, subjects
from tasks_app.jobs.upkeep.consistency import ConsistencyCheck, DetectedInconsistency
from tasks_app.models import Job, StageResult
from tasks_app.models.content.base.stored_file import StoredFile
from tasks_app.models.engine.attempt import Outcome
from tasks_app.models.engine.job import State
from tasks_app.registry import JobType, job_types

logger = logging.getLogger(__name__)

NEEDED = {
    "characters": gettext_noop("It succeeded, but produced no text."),
    "chunks": gettext_noop("It succeeded, but its text cannot be searched: it was not chunked and indexed."),
}
"""Figures of an outcome that must not be zero where a kind has them, and what is said where one is."""

SETTLED_SECONDS = 60
"""Records younger than this may still be on their way."""

_ATTEMPTS = "SELECT id::text AS key FROM tasks_app_attempt WHERE id > %(after)s ORDER BY id LIMIT %(number)s"
"""Index: primary key."""

_JUDGE_ATTEMPTS = """
SELECT
    attempt.id, attempt.job_id, attempt.run, attempt.number, attempt.outcome, attempt.ended_at IS NULL AS open,
    attempt.ended_at IS NULL AND (job.state <> 'running' OR job.executions <> attempt.number) AS left_open,
    attempt.started_at > now() - (%(days)s - 1) * interval '1 day' AS kept,
    attempt.started_at > now() - %(settled)s * interval '1 second' AS young,
    result.status
FROM tasks_app_attempt AS attempt
JOIN tasks_app_job AS job ON job.id = attempt.job_id
LEFT JOIN django_celery_results_taskresult AS result ON result.task_id = attempt.task_id::text
WHERE attempt.id = ANY(%(ids)s::bigint[])
"""
"""Indexes: primary keys, taskresult.task_id."""

_WRITE_RESULT = """
INSERT INTO django_celery_results_taskresult (
    task_id, task_name, task_args, task_kwargs, status, worker, content_type, content_encoding, result, meta,
    traceback, date_created, date_started, date_done
)
SELECT
    attempt.task_id::text, %(prefix)s || job.kind, to_jsonb(format('["%%s"]', job.id))::text, '"{}"', %(status)s,
    attempt.worker, 'application/json', 'utf-8', 'null', '{"children": []}', attempt.traceback,
    attempt.started_at, attempt.started_at, coalesce(attempt.ended_at, attempt.started_at)
FROM tasks_app_attempt AS attempt JOIN tasks_app_job AS job ON job.id = attempt.job_id
WHERE attempt.id = %(id)s
ON CONFLICT (task_id) DO UPDATE SET status = excluded.status, date_done = excluded.date_done
"""
"""From the attempt, which is the engine's own record."""

_CLOSE = """
UPDATE tasks_app_attempt AS attempt SET
    ended_at = now(), outcome = 'recovered', error_class = %(error_class)s, error_code = %(error_code)s,
    error_message = %(error_message)s, error_fingerprint = %(error_fingerprint)s
FROM tasks_app_job AS job
WHERE attempt.id = %(id)s AND attempt.ended_at IS NULL AND job.id = attempt.job_id
    AND (job.state <> 'running' OR job.executions <> attempt.number)
"""

_SUCCEEDED = """
SELECT to_char(finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || ' ' || id FROM tasks_app_job
WHERE finished_at IS NOT NULL AND finished_at >= %(after)s::timestamp AT TIME ZONE 'UTC'
    AND (finished_at, id) > (%(after)s::timestamp AT TIME ZONE 'UTC', %(id)s) AND state = 'succeeded'
ORDER BY finished_at, id LIMIT %(number)s
"""
"""Index: job_finished."""

_SAVED = "SELECT id::text AS key FROM tasks_app_stageresult WHERE id > %(after)s ORDER BY id LIMIT %(number)s"
"""Index: primary key."""

_UNSENT = """
SELECT id::text AS key FROM tasks_app_job AS job
WHERE state = 'queued' AND queue = ANY(%(queues)s) AND next_run_at < now() - %(late)s * interval '1 second'
    AND (published_at IS NULL OR published_at < now() - %(late)s * interval '1 second')
    AND (%(any)s OR id = ANY(%(ids)s::uuid[]))
    AND NOT EXISTS (SELECT FROM tasks_app_queuecontrol AS control WHERE control.queue = job.queue AND control.paused)
    AND NOT EXISTS (SELECT FROM tasks_app_jobdependency AS wait WHERE wait.parent_id = job.id)
ORDER BY next_run_at LIMIT %(number)s
"""
"""Index: job_due. Late means: recovery ought to have sent their messages again several times."""


def attempts_after(position: str, number: int) -> Sequence[str]:
    return [row[0] for row in rows(_ATTEMPTS, {"after": int(position or 0), "number": number})]


def judge_attempts(keys: Sequence[str]) -> list[DetectedInconsistency]:
    """An attempt, its job and its TaskResult must tell the same story while the TaskResult is kept."""
    facts = {"ids": list(keys), "days": settings.TASK_RESULT_RETENTION_DAYS, "settled": SETTLED_SECONDS}
    return [found for row in records(_JUDGE_ATTEMPTS, facts) if (found := _judge_attempt(row)) is not None]


def _judge_attempt(row: dict[str, Any]) -> DetectedInconsistency | None:
    about, job_id = str(row["id"]), row["job_id"]
    details = {"attempt": f"{row['run']}.{row['number']}", "status": row["status"] or "", "outcome": row["outcome"]}
    if row["left_open"]:
        message = gettext_noop("Attempt %(attempt)s was never closed, although the job is no longer running it.")
    elif row["status"] is None and row["kept"] and not row["young"]:
        message = gettext_noop("Attempt %(attempt)s has no TaskResult.")
    elif row["status"] is not None and row["status"] != _expected(row):
        message = gettext_noop("Attempt %(attempt)s ended as “%(outcome)s”, but its TaskResult says %(status)s.")
    else:
        return None
    return DetectedInconsistency(about=about, job_id=job_id, message=message, details=details)


def _expected(row: dict[str, Any]) -> str:
    return "STARTED" if row["open"] else outcomes.TASK_STATES[Outcome(row["outcome"])]


def repair_attempt(key: str) -> None:
    """End it where it was left open, and write its TaskResult as the attempt records it."""
    failure = failures.WORKER_SILENT.columns()
    execute(_CLOSE, {**failure, "id": int(key)})
    facts = {"ids": [key], "days": settings.TASK_RESULT_RETENTION_DAYS, "settled": SETTLED_SECONDS}
    for row in records(_JUDGE_ATTEMPTS, facts):
        execute(_WRITE_RESULT, {"id": int(key), "status": _expected(row), "prefix": "tasks_app.tasks."})


def successes_after(position: str, number: int) -> Sequence[str]:
    moment, _space, pk = (position or f"1970-01-01T00:00:00 {UUID(int=0)}").partition(" ")
    return [row[0] for row in rows(_SUCCEEDED, {"after": moment, "id": pk, "number": number})]


def judge_successes(keys: Sequence[str]) -> list[DetectedInconsistency]:
    """A job that succeeded, and is the last word on its subject, has saved every stage, and something came out."""
    by_id = {UUID(key.partition(" ")[2]): key for key in keys}
    jobs = Job.objects.defer("title_search").filter(pk__in=by_id, state=State.SUCCEEDED)
    return [
        DetectedInconsistency(about=by_id[job.pk], job_id=job.pk, message=message, details=details)
        for job in jobs
        if job.job_type is not None
        for message, details in _faults(job, job.job_type)
    ]


def _faults(job: Job, job_type: JobType) -> Iterable[tuple[str, dict[str, Any]]]:
    subject = subjects.find(job_type, job.subject_id)
    newest = freshness.newest(job.kind, job.subject_id)
    if subject is None or newest is None or newest.pk != job.pk or not freshness.succeeded(job, subject):
        return
    saved = set(
        StageResult.objects.filter(kind=job.kind, subject_id=job.subject_id).values_list("stage", flat=True).distinct()
    )
    missing = [stage.name for stage in job_type.stages if stage.name not in saved]
    if missing:
        yield gettext_noop("It succeeded, but these stages left no result: %(stages)s."), {"stages": ", ".join(missing)}
        return
    outputs = job_type.outputs(subject)
    empty = [message for name, message in NEEDED.items() if outputs.get(name) == 0]
    if empty:
        yield empty[0], {}


def results_after(position: str, number: int) -> Sequence[str]:
    return [row[0] for row in rows(_SAVED, {"after": int(position or 0), "number": number})]


def judge_results(keys: Sequence[str]) -> list[DetectedInconsistency]:
    """The last stage is saved in the breath in which the job succeeds: neither is there without the other."""
    results = StageResult.objects.filter(pk__in=[int(key) for key in keys]).select_related("attempt")
    return [
        DetectedInconsistency(
            about=str(result.pk),
            job_id=result.job_id,
            message=gettext_noop("The output of the last stage is saved, but attempt %(attempt)s did not succeed."),
            details={"attempt": str(result.attempt)},
        )
        for result in results
        if _is_last(result) and result.attempt.ended_at is not None and result.attempt.outcome != Outcome.SUCCEEDED
    ]


def _is_last(result: StageResult) -> bool:
    job_type = job_types.get(result.kind)
    return job_type is not None and job_type.stages[-1].name == result.stage


def files_after(position: str, number: int) -> Sequence[str]:
    """Keys are `model:pk`; models in alphabetical order, each by its primary key."""
    names = sorted(model._meta.model_name or "" for model in _file_models())
    name, _colon, pk = position.partition(":")
    for model_name in names:
        if model_name < name:
            continue
        found = apps.get_model("tasks_app", model_name)._default_manager.exclude(file="").order_by("pk")
        if model_name == name and pk:
            found = found.filter(pk__gt=pk)
        keys = [f"{model_name}:{key}" for key in found.values_list("pk", flat=True)[:number]]
        if keys:
            return keys
    return []


def judge_files(keys: Sequence[str]) -> list[DetectedInconsistency]:
    """Every row with a file has it in the store."""
    found = []
    for key in keys:
        name, _colon, pk = key.partition(":")
        row: Any = apps.get_model("tasks_app", name)._default_manager.filter(pk=pk).first()
        if row is not None and row.file and not row.file.storage.exists(row.file.name):
            found.append(
                DetectedInconsistency(
                    about=key,
                    message=gettext_noop("The file %(name)s of “%(title)s” is missing. Upload it again."),
                    details={"name": row.filename, "title": str(row)},
                )
            )
    return found


def _file_models() -> list[type[StoredFile]]:
    return [model for model in apps.get_app_config("tasks_app").get_models() if issubclass(model, StoredFile)]


def unsent_after(position: str, number: int) -> Sequence[str]:
    """Few at any time: all of them at once."""
    return [] if position else _unsent(None, number)


def judge_unsent(keys: Sequence[str]) -> list[DetectedInconsistency]:
    """A job that could start has a message, or recovery gives it one."""
    return [
        DetectedInconsistency(
            about=key,
            job_id=UUID(key),
            message=gettext_noop(
                "It is ready to start, but Redis holds no message for it and recovery has not sent one."
            ),
        )
        for key in _unsent(keys, len(keys))
    ]


def _unsent(keys: Sequence[str] | None, number: int) -> list[str]:
    names = {job_type.queue.name for job_type in job_types.values()}
    try:
        empty = [name for name, waiting in broker.depths(sorted(names)).items() if not waiting]
    except broker.UNREACHABLE as error:
        logger.warning("messages not compared: broker unavailable (%s)", type(error).__name__)
        return []
    facts = {
        "queues": empty,
        "late": settings.JOB_STUCK_SECONDS,
        "any": keys is None,
        "ids": list(keys or ()),
        "number": number,
    }
    return [row[0] for row in rows(_UNSENT, facts)]


CONSISTENCY_CHECKS = (
    ConsistencyCheck(
        name="attempts",
        label=_("Attempts and task results"),
        following=attempts_after,
        judge=judge_attempts,
        repair=repair_attempt,
        consequence=_("Open attempts are closed, and the TaskResult is rewritten from the attempt."),
    ),
    ConsistencyCheck(
        name="successes", label=_("Successes and outputs"), following=successes_after, judge=judge_successes
    ),
    ConsistencyCheck(name="results", label=_("Outputs and successes"), following=results_after, judge=judge_results),
    ConsistencyCheck(name="files", label=_("Records and files"), following=files_after, judge=judge_files),
    ConsistencyCheck(
        name="messages",
        standing=True,
        label=_("Jobs and messages"),
        following=unsent_after,
        judge=judge_unsent,
        repair=lambda _key: recovery.sweep(),
        consequence=_("Recovery runs immediately and sends the missing messages."),
    ),
)
BY_NAME = {comparison.name: comparison for comparison in CONSISTENCY_CHECKS}
