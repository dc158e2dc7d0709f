"""Many jobs at once, in the shapes they have after months of use, for looking at a console that has a past.

Of `jobs` 98 % are finished (96.5 % succeeded, 1.2 % failed, 0.3 % cancelled), spread over 90 days; the rest waits, but
for a few that run. Each has its attempts, each attempt its TaskResult, and each stage that was saved its result.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import get_user_model
from django.db import ProgrammingError, connection, transaction
from psycopg2.extras import execute_values

from tasks_app.models import Notebook
from tasks_app.registry import JobType, job_types
from tasks_app.text.japanese import bigrams

BATCH = 50_000
DAYS = 90
RUNNING = 8
USERS = 6
NOTEBOOKS = 200
TITLES = 20_000

PLACES = (
    "霧原",
    "瀬ノ浦",
    "若葉台",
    "東雲",
    "白峰",
    "汐見",
    "青柳",
    "千草",
    "豊里",
    "水無瀬",
    "榎本",
    "朝日野",
    "沖ノ宮",
)
TOPICS = (
    "防災計画",
    "公共施設",
    "子育て支援",
    "地域交通",
    "上下水道",
    "観光振興",
    "学校給食",
    "空き家対策",
    "図書館",
    "予算編成",
    "介護予防",
    "農地利用",
    "河川改修",
    "除雪体制",
    "電子申請",
    "窓口業務",
    "生涯学習",
    "文化財",
    "港湾整備",
    "移住促進",
)
FORMS = ("検討委員会 議事録", "説明資料", "報告書", "要綱案", "意見交換会の記録", "住民アンケート", "会議録")

WEIGHTS = {"chat": 5, "content": 3, "llm": 2, "transcription": 1}
"""How often the kinds of a queue are asked for, compared with others."""

CAUSES = (
    ("PermanentError", "unreadable", "The file cannot be read."),
    ("PermanentError", "no_text", "The file holds no text."),
    ("TransientError", "provider_unreachable", "The model cannot be reached."),
    ("SoftTimeLimitExceeded", "soft_time_limit", "The stage did not finish within the time limit of 540 seconds."),
    ("WorkerLost", "worker_silent", "The worker stopped reporting."),
    ("KeyError", "bug", "Internal error (KeyError). The traceback shows developers where."),
)

FILLED = ("tasks_app_job", "tasks_app_attempt", "tasks_app_stageresult", "django_celery_results_taskresult")

Say = Callable[[str], object]

_JOBS = """
INSERT INTO tasks_app_job (
    id, kind, queue, subject_id, subject_title, title_search, notebook_id, owner_id, params, input_digest, state, run,
    attempt, max_attempts, executions, priority, dispatch_id, next_run_at, published_at, lease_token, lease_until,
    worker, requested_by_id, stage, created_at, started_at, finished_at, updated_at, error_class, error_code,
    error_message, error_details, error_fingerprint, input_tokens, output_tokens
)
SELECT
    gen_random_uuid(), kind.name, kind.queue, gen_random_uuid(), title.title, title.search,
    (%(notebooks)s)[1 + n %% %(notebook_count)s], (%(users)s)[1 + n %% %(user_count)s], '{}', 'filled', state, 1,
    executions, 4, executions, CASE WHEN n %% 3 = 0 THEN 6 ELSE 0 END, gen_random_uuid(), created, created,
    CASE WHEN state = 'running' THEN gen_random_uuid() END,
    CASE WHEN state = 'running' THEN now() + interval '1 hour' END,
    CASE WHEN executions > 0 THEN kind.queue || '@filled' ELSE '' END,
    CASE WHEN n %% 10 <> 0 THEN (%(users)s)[1 + n %% %(user_count)s] END,
    CASE WHEN state IN ('running', 'failed') THEN kind.stages[1] ELSE '' END,
    created,
    CASE WHEN executions > 0 THEN created + interval '5 s' END,
    CASE WHEN finished THEN created + (10 + n %% 240) * interval '1 s' END,
    created,
    CASE WHEN state = 'failed' THEN (%(classes)s)[cause] ELSE '' END,
    CASE WHEN state = 'failed' THEN (%(codes)s)[cause] ELSE '' END,
    CASE WHEN state = 'failed' THEN (%(messages)s)[cause] ELSE '' END,
    '{}',
    CASE WHEN state = 'failed' THEN left(md5(cause::text), 16) ELSE '' END,
    n %% 5000, n %% 900
FROM (
    SELECT
        n, state, state IN ('succeeded', 'failed', 'cancelled') AS finished,
        CASE WHEN state = 'queued' THEN 0 WHEN n %% 20 = 0 THEN 2 ELSE 1 END AS executions,
        1 + n %% %(cause_count)s AS cause,
        now() - interval '1 minute' - %(days)s * interval '1 day' * (1 - n::float / %(jobs)s) AS created
    FROM (
        SELECT n, CASE
            WHEN n > %(jobs)s - %(running)s THEN 'running'
            WHEN n > %(jobs)s * 0.9 AND n %% 5 = 0 THEN 'queued'
            WHEN n %% 1000 < 12 THEN 'failed'
            WHEN n %% 1000 < 15 THEN 'cancelled'
            ELSE 'succeeded'
        END AS state
        FROM generate_series(%(first)s::int, %(last)s::int) AS n
    ) AS numbered
) AS job
JOIN filling_title AS title ON title.number = (n * 7919::bigint) %% %(titles)s
JOIN filling_kind AS kind ON kind.number = (n * 31::bigint) %% %(kind_count)s
"""

_ATTEMPTS = """
INSERT INTO tasks_app_attempt (
    job_id, number, run, task_id, input_digest, worker, process_id, due_at, started_at, ended_at, outcome,
    error_class, error_code, error_message, error_details, error_fingerprint, traceback
)
SELECT
    id, number, 1, CASE WHEN number = executions THEN dispatch_id ELSE gen_random_uuid() END, 'filled', worker, 100,
    created_at, started_at, CASE WHEN state <> 'running' THEN coalesce(finished_at, started_at) END,
    CASE WHEN number < executions THEN 'retried' WHEN state = 'running' THEN '' ELSE state END,
    error_class, error_code, error_message, '{}', error_fingerprint, ''
FROM tasks_app_job, generate_series(1, executions) AS number
WHERE created_at >= %(since)s AND executions > 0
"""

_RESULTS = """
INSERT INTO django_celery_results_taskresult (
    task_id, task_name, task_args, task_kwargs, status, worker, content_type, content_encoding, result, meta,
    date_created, date_started, date_done
)
SELECT
    attempt.task_id::text, 'tasks_app.tasks.' || job.kind, to_json(format('["%%s"]', job.id))::text, '"{}"',
    CASE attempt.outcome
        WHEN 'succeeded' THEN 'SUCCESS' WHEN 'cancelled' THEN 'REVOKED' WHEN '' THEN 'STARTED' ELSE 'FAILURE'
    END,
    attempt.worker, 'application/json', 'utf-8', 'null', '{"children": []}', attempt.started_at, attempt.started_at,
    coalesce(attempt.ended_at, attempt.started_at)
FROM tasks_app_attempt AS attempt JOIN tasks_app_job AS job ON job.id = attempt.job_id
WHERE job.created_at >= %(since)s
"""

_STAGES = """
INSERT INTO tasks_app_stageresult (
    job_id, attempt_id, kind, subject_id, stage, key, state, note, figures, seconds, saved_at
)
SELECT
    job.id, attempt.id, job.kind, job.subject_id, saved.stage, md5(saved.stage || job.id::text), 'done', '',
    '{"characters": 1234, "chunks": 12}', 0.4, attempt.ended_at
FROM tasks_app_attempt AS attempt
JOIN tasks_app_job AS job ON job.id = attempt.job_id
JOIN (SELECT DISTINCT name, stages FROM filling_kind) AS kind ON kind.name = job.kind
CROSS JOIN unnest(kind.stages) AS saved(stage)
WHERE attempt.outcome = 'succeeded' AND job.created_at >= %(since)s
"""


def fill(jobs: int, say: Say) -> None:
    """Add so many jobs to a database that has none. Raises ValueError where it has some."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM tasks_app_job)")
        if cursor.fetchone()[0]:
            raise ValueError("the database has jobs already")
    facts = {**_people(), **_causes(), "jobs": jobs, "days": DAYS, "running": min(RUNNING, jobs)}
    kinds = [job_type for job_type in job_types.values() for _ in range(WEIGHTS.get(job_type.queue.name, 1))]
    with _unchecked(), _unindexed(say):
        _tables(kinds)
        for first in range(1, jobs + 1, BATCH):
            last = min(first + BATCH - 1, jobs)
            _batch({**facts, "first": first, "last": last, "titles": TITLES, "kind_count": len(kinds)})
            say(f"{last:,} of {jobs:,} jobs")
    with connection.cursor() as cursor:
        for table in FILLED:
            cursor.execute(f"VACUUM ANALYZE {table}")


@transaction.atomic
def _batch(facts: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(_JOBS, facts)
        since = "SELECT now() - interval '1 minute' - %(days)s * interval '1 day' * (1 - %(first)s::float / %(jobs)s)"
        cursor.execute(since, facts)
        moment = {"since": cursor.fetchone()[0]}
        read = {_ATTEMPTS: "tasks_app_job", _RESULTS: "tasks_app_attempt", _STAGES: "tasks_app_attempt"}
        for statement, table in read.items():
            if facts["first"] == 1:  # what is known of an empty table would make the planner join row by row
                cursor.execute(f"ANALYZE {table}")
            cursor.execute(statement, moment)


def _people() -> dict[str, Any]:
    users = get_user_model()._default_manager
    numbers = [users.get_or_create(username=f"filled-{number}")[0].pk for number in range(USERS)]
    notebooks = Notebook.objects.bulk_create(
        Notebook(title=f"{PLACES[number % len(PLACES)]}市 {number}", owner_id=numbers[number % USERS])
        for number in range(NOTEBOOKS)
    )
    return {
        "users": numbers,
        "user_count": USERS,
        "notebooks": [notebook.pk for notebook in notebooks],
        "notebook_count": NOTEBOOKS,
    }


def _causes() -> dict[str, Any]:
    classes, codes, messages = zip(*CAUSES, strict=True)
    return {"classes": list(classes), "codes": list(codes), "messages": list(messages), "cause_count": len(CAUSES)}


def _titles() -> Iterator[tuple[int, str, str]]:
    for number in range(TITLES):
        place, topic, form = (words[number % len(words)] for words in (PLACES, TOPICS, FORMS))
        title = f"{place}市 {topic}{form} 第{1 + number // 50}回"
        yield number, title, bigrams.vector(title)


def _tables(kinds: list[JobType]) -> None:
    """What the statements choose from, for this connection alone."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS filling_title, filling_kind")
        cursor.execute("CREATE TEMPORARY TABLE filling_title (number int PRIMARY KEY, title text, search tsvector)")
        execute_values(cursor, "INSERT INTO filling_title VALUES %s", list(_titles()), page_size=1000)
        cursor.execute(
            "CREATE TEMPORARY TABLE filling_kind (number int PRIMARY KEY, name text, queue text, stages text[])"
        )
        rows = [
            (number, kind.kind, kind.queue.name, [stage.name for stage in kind.stages])
            for number, kind in enumerate(kinds)
        ]
        cursor.executemany("INSERT INTO filling_kind VALUES (%s, %s, %s, %s)", rows)
        cursor.execute("ANALYZE filling_title")


@contextmanager
def _unchecked() -> Iterator[None]:
    """Without a look-up for each foreign key, where the database's user may leave that out."""
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute("SET session_replication_role = replica")
        except ProgrammingError:
            yield
            return
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


@contextmanager
def _unindexed(say: Say) -> Iterator[None]:
    """Without the indexes that prove nothing, which are built several times faster at the end."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
            WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique
            """,
            [list(FILLED)],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        try:
            yield
        finally:
            say("building indexes")
            cursor.execute("SET maintenance_work_mem = '256MB'")
            for _name, definition in indexes:
                cursor.execute(definition)
            cursor.execute("RESET maintenance_work_mem")
