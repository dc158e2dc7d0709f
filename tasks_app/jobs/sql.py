"""The statements that move jobs: each a single round trip, each safe to run by many processes at once.

All times are the database's. A running job is changed only by anyone who holds its lease token, or by a statement that
takes the token away; what a late attempt has spent is the one thing that is added to it from outside.
Wherever an attempt ends, its Attempt and its TaskResult end in the same statement.

Locks are taken in one order by everybody, so that nobody can wait for each other: first SEVERAL_JOBS by those who are
going to lock several jobs or a job before its subject, then rows of jobs, then rows of subjects and what hangs on them.
A worker locks its own job alone, but where it makes another job. What follows for others is done after its transaction,
one job at a time.
"""

ENQUEUE = """
INSERT INTO tasks_app_job (
    id, kind, queue, subject_id, subject_title, title_search, notebook_id, owner_id, params, input_digest, state,
    max_attempts, priority, parent_id, requested_by_id, request_reason, dispatch_id, published_at
) VALUES (
    %(id)s, %(kind)s, %(queue)s, %(subject_id)s, %(subject_title)s, %(title_search)s, %(notebook_id)s, %(owner_id)s,
    %(params)s, %(input_digest)s, 'queued', %(max_attempts)s, %(priority)s, %(parent_id)s, %(requested_by_id)s,
    %(request_reason)s, %(dispatch_id)s, now()
)
ON CONFLICT (kind, subject_id) WHERE state IN ('queued', 'running') DO NOTHING
RETURNING *
"""
"""Constraint: job_one_active_per_subject. Returns no row where an active job exists."""

REFUSED = """
WITH late AS (
    UPDATE tasks_app_attempt SET
        refused_at = now(),
        refused_stage = %(stage)s,
        input_tokens = %(input_tokens)s,
        output_tokens = %(output_tokens)s,
        cost = %(cost)s
    WHERE task_id = %(task_id)s AND taken_away AND refused_at IS NULL
    RETURNING job_id
)
UPDATE tasks_app_job AS job SET
    input_tokens = input_tokens + %(input_tokens)s,
    output_tokens = output_tokens + %(output_tokens)s,
    cost = cost + %(cost)s
FROM late WHERE job.id = late.job_id
"""
"""The trace of a worker that came back after its job was taken away: what it brings is refused, what it spent counts.

Not for an attempt that ended by its own hand and merely never heard so. By the dispatch's id, because PostgreSQL may
give the id of a claim that it forgot in a crash to another job's attempt. Indexes: attempt.task_id, primary key.
"""

ACKNOWLEDGE = """
UPDATE tasks_app_job SET
    acknowledged_at = now(), acknowledged_by_id = %(by)s, acknowledged_note = %(note)s
WHERE id = %(id)s AND state = 'failed' AND acknowledged_at IS NULL
RETURNING id
"""
"""Leaves `updated_at` alone, by which the newest job of a subject is known."""

RENEW_INPUT = """
UPDATE tasks_app_job
SET input_digest = %(input_digest)s, subject_title = %(subject_title)s, title_search = %(title_search)s, attempt = 0,
    updated_at = now()
WHERE id = %(id)s AND state IN ('queued', 'running') AND input_digest <> %(input_digest)s
"""
"""The subject changed: a queued job takes the new input; a running one fails its fence and comes back."""

DISOWN = """
UPDATE tasks_app_job SET parent_id = NULL WHERE id = %(id)s AND parent_id IS DISTINCT FROM %(parent_id)s
"""
"""Somebody else wants the job as well: it no longer ends with the one that made it."""

WITHDRAW_CANCEL = """
UPDATE tasks_app_job SET cancel_requested_at = NULL, cancel_details = '{}', updated_at = now()
WHERE id = %(id)s AND state = 'running' AND cancel_requested_at IS NOT NULL
"""
"""Somebody wants the job after all. A worker that has seen the request gives the job back to its queue."""

RAISE_PRIORITY = """
UPDATE tasks_app_job AS job SET
    priority = %(priority)s,
    published_at = CASE
        WHEN state = 'queued' AND NOT EXISTS (SELECT FROM tasks_app_jobdependency AS wait WHERE wait.parent_id = job.id)
            THEN now()
        ELSE published_at
    END
WHERE id = ANY(%(ids)s) AND state IN ('queued', 'running') AND priority > %(priority)s
RETURNING id, kind, queue, priority, dispatch_id, state = 'queued' AND published_at IS NOT NULL AS waiting
"""
"""Somebody waits for what was nobody's hurry. Those `waiting` need a message in front of the one they have."""

_CLAIMED_ROW = """
SELECT
    claimed.id, claimed.kind, claimed.subject_id, claimed.params, claimed.input_digest, claimed.dispatch_id,
    claimed.lease_token, claimed.attempt, claimed.max_attempts, claimed.stage, claimed.worker, claimed.rebuild_since,
    coalesce(extract(epoch FROM now() - claimed.released_since), 0)::float AS released_seconds,
    opened.id AS attempt_id,
    (
        SELECT jsonb_object_agg(newest.stage, newest.key) FROM (
            SELECT DISTINCT ON (result.stage) result.stage, result.key FROM tasks_app_stageresult AS result
            WHERE result.kind = claimed.kind AND result.subject_id = claimed.subject_id
                AND (claimed.rebuild_since IS NULL OR result.saved_at >= claimed.rebuild_since)
            ORDER BY result.stage, result.id DESC
        ) AS newest
    )::text AS checkpoints
"""

_CLAIM_FORM = """
WITH relaxed AS (
    SELECT set_config('synchronous_commit', 'off', true)
), claimed AS (
    UPDATE tasks_app_job AS job SET
        state = 'running',
        attempt = attempt + 1,
        executions = executions + 1,
        lease_token = %(token)s,
        lease_until = now() + %(lease)s * interval '1 second',
        lease_limit = now() + %(limit)s * interval '1 second',
        lease_extended = false,
        released_since = released_since + greatest(now() - next_run_at, interval '0'),
        worker = %(worker)s,
        stage = %(stage)s,
        progress_done = NULL,
        progress_total = NULL,
        started_at = coalesce(started_at, now()),
        updated_at = now()
    WHERE id = %(id)s
        AND state = 'queued'
        AND dispatch_id = %(dispatch_id)s
        AND next_run_at <= now() + interval '1 second'
        AND NOT EXISTS (
            SELECT FROM tasks_app_queuecontrol AS control WHERE control.queue = job.queue AND control.paused
        )
        AND NOT EXISTS (SELECT FROM tasks_app_jobdependency AS wait WHERE wait.parent_id = job.id)
    RETURNING *
), opened AS (
    INSERT INTO tasks_app_attempt (
        job_id, number, run, task_id, input_digest, worker, process_id, due_at
    )
    SELECT id, executions, run, dispatch_id, input_digest, worker, %(process_id)s, next_run_at
    FROM claimed
    RETURNING id
), audit AS (
    INSERT INTO django_celery_results_taskresult (
        task_id, task_name, task_args, task_kwargs, status, worker, content_type, content_encoding, result, meta,
        date_created, date_started, date_done
    )
    SELECT
        dispatch_id::text, %(task_name)s, to_jsonb(format('["%%s"]', id))::text, '"{{}}"', 'STARTED', worker,
        'application/json', 'utf-8', 'null', '{{"children": []}}', now(), now(), now()
    FROM claimed
    ON CONFLICT (task_id) DO NOTHING
)
{row}FROM relaxed, claimed, opened
"""
CLAIM = _CLAIM_FORM.format(row=_CLAIMED_ROW)
"""Index: primary key, stage_result_newest. Returns no row where the message is stale, early, paused or waiting.

The second of tolerance is for a worker whose clock runs ahead of the database's. The commit does not wait for the disk:
a claim that PostgreSQL forgets in a crash leaves a queued job and a worker whose token proves nothing. The time that
a job merely waited, as in a queue that is paused, does not count as time of being released.
"""

_CLAIMED_FORM = """
WITH claimed AS (
    SELECT * FROM tasks_app_job WHERE id = %(id)s AND lease_token = %(token)s
), opened AS (
    SELECT attempt.id FROM tasks_app_attempt AS attempt JOIN claimed ON attempt.task_id = claimed.dispatch_id
)
{row}
FROM claimed, opened
"""
CLAIMED = _CLAIMED_FORM.format(row=_CLAIMED_ROW)
"""What a claim returned whose answer was lost with the connection: the token is its worker's own. Indexes: as above."""

CHECKPOINTS = """
SELECT DISTINCT ON (stage) stage, key FROM tasks_app_stageresult
WHERE kind = %(kind)s AND subject_id = %(subject_id)s
ORDER BY stage, id DESC
"""
"""Index: stage_result_newest."""

RENEW = """
UPDATE tasks_app_job
SET lease_until = least(now() + %(lease)s * interval '1 second', lease_limit), lease_extended = false
WHERE id = %(id)s AND lease_token = %(token)s
RETURNING cancel_requested_at IS NOT NULL, input_digest <> %(input_digest)s
"""
"""Tests the token, not the expiry: a late renewal is welcome until somebody else took the job."""

FENCE = """
UPDATE tasks_app_job SET
    stage = %(stage)s,
    progress_done = %(done)s,
    progress_total = %(total)s,
    updated_at = now()
WHERE id = %(id)s
    AND lease_token = %(token)s
    AND input_digest = %(input_digest)s
    AND cancel_requested_at IS NULL
RETURNING id
"""
"""Locks the job's row for the transaction and proves that it is still ours, on the same input, and wanted."""

FENCE_STATE = """
SELECT lease_token = %(token)s, input_digest = %(input_digest)s, cancel_requested_at IS NULL
FROM tasks_app_job WHERE id = %(id)s
"""
"""Why the fence refused."""

END = """
WITH ended AS (
    UPDATE tasks_app_job AS job SET
        state = %(state)s,
        attempt = CASE WHEN %(counted)s THEN attempt ELSE greatest(attempt - 1, 0) END,
        lease_token = NULL,
        lease_until = NULL,
        lease_limit = NULL,
        cancel_requested_at = NULL,
        cancel_details = '{}',
        dispatch_id = CASE WHEN %(queued)s THEN gen_random_uuid() ELSE dispatch_id END,
        next_run_at = CASE WHEN %(queued)s THEN now() + %(delay)s * interval '1 second' ELSE next_run_at END,
        published_at = CASE WHEN %(published)s THEN now() END,
        released_since = CASE WHEN %(outcome)s = 'released' THEN coalesce(released_since, now()) END,
        finished_at = CASE WHEN NOT %(queued)s THEN now() END,
        stage = CASE WHEN %(outcome)s = 'succeeded' THEN '' ELSE stage END,
        error_class = %(error_class)s,
        error_code = %(error_code)s,
        error_message = %(error_message)s,
        error_details = CASE WHEN %(state)s = 'cancelled' THEN cancel_details ELSE %(error_details)s END,
        error_fingerprint = %(error_fingerprint)s,
        input_tokens = input_tokens + %(input_tokens)s,
        output_tokens = output_tokens + %(output_tokens)s,
        cost = cost + %(cost)s,
        updated_at = now()
    WHERE id = %(id)s
        AND lease_token = %(token)s
        AND (%(any_input)s OR input_digest = %(input_digest)s)
        AND (%(any_wish)s OR (cancel_requested_at IS NULL) = NOT %(on_request)s)
    RETURNING id, kind, queue, priority, dispatch_id, error_details
), closed AS (
    UPDATE tasks_app_attempt AS attempt SET
        ended_at = now(),
        outcome = %(outcome)s,
        error_class = %(error_class)s,
        error_code = %(error_code)s,
        error_message = %(error_message)s,
        error_details = ended.error_details,
        error_fingerprint = %(error_fingerprint)s,
        traceback = %(traceback)s,
        input_tokens = %(input_tokens)s,
        output_tokens = %(output_tokens)s,
        cost = %(cost)s
    FROM ended
    WHERE attempt.task_id = %(task_id)s
), audit AS (
    UPDATE django_celery_results_taskresult AS result SET
        status = %(task_status)s,
        result = %(task_result)s,
        traceback = %(traceback)s,
        date_done = now()
    FROM ended
    WHERE result.task_id = %(task_id)s::text
)
SELECT ended.*, EXISTS (SELECT FROM tasks_app_jobdependency AS wait WHERE wait.awaited_id = ended.id) AS awaited
FROM ended
"""
"""One attempt ends and its job moves on. Indexes: primary key, attempt.task_id, taskresult.task_id.

Returns no row where the lease is lost or, unless `any_input` or `any_wish`, the input has changed or somebody's wish
to cancel it is not as expected: there with `on_request`, else not there. `awaited` may miss a parent that registers at
this very moment; the parent looks again when it has, and the sweep finds what both have missed.
"""

STAGE_RESULT = """
INSERT INTO tasks_app_stageresult (
    job_id, attempt_id, kind, subject_id, stage, key, state, note, figures, seconds, input_tokens, output_tokens, cost
) VALUES (
    %(job_id)s, %(attempt_id)s, %(kind)s, %(subject_id)s, %(stage)s, %(key)s, %(state)s, %(note)s, %(figures)s,
    %(seconds)s, %(input_tokens)s, %(output_tokens)s, %(cost)s
)
"""

SAVED = """
SELECT id FROM tasks_app_stageresult WHERE attempt_id = %(attempt_id)s AND stage = %(stage)s AND job_id = %(job_id)s
"""
"""Whether this attempt's commit went through, whose answer was lost. Index: stage_result_per_attempt."""

PART = """
WITH fence AS (
    UPDATE tasks_app_job SET updated_at = now()
    WHERE id = %(id)s
        AND lease_token = %(token)s
        AND input_digest = %(input_digest)s
        AND cancel_requested_at IS NULL
    RETURNING id
)
INSERT INTO tasks_app_part (kind, subject_id, stage, key, job_id, data)
SELECT %(kind)s, %(subject_id)s, %(stage)s, %(key)s, fence.id, %(data)s FROM fence
ON CONFLICT (kind, subject_id, stage, key)
DO UPDATE SET data = excluded.data, job_id = excluded.job_id, saved_at = now()
RETURNING id
"""
"""The same fence and the piece behind it. Returns no row where the fence refuses."""

PARTS = """
SELECT key, data::text FROM tasks_app_part
WHERE kind = %(kind)s AND subject_id = %(subject_id)s AND stage = %(stage)s
    AND (%(rebuild_since)s::timestamptz IS NULL OR saved_at >= %(rebuild_since)s)
"""
"""Index: part_key."""

FORGET_PARTS = """
DELETE FROM tasks_app_part
WHERE kind = %(kind)s AND subject_id = %(subject_id)s AND stage = %(stage)s AND NOT key = ANY(%(used)s)
"""
"""Once a stage is saved, only the pieces it was made from are worth keeping."""

FORGET_SUBJECT = """
DELETE FROM tasks_app_part WHERE kind = ANY(%(kinds)s) AND subject_id = %(subject_id)s
"""
"""Pieces may hold a document's text. Index: part_key."""

STILL_ACTIVE = "SELECT id FROM tasks_app_job WHERE id = ANY(%(ids)s) AND state IN ('queued', 'running')"

ENDED_MEANWHILE = """
SELECT id FROM tasks_app_job WHERE id = %(id)s AND state NOT IN ('queued', 'running') FOR SHARE
"""
"""Waits for a transaction that may be ending the job and cannot know who has just begun to wait for it."""

WAITING_PARENTS = "SELECT DISTINCT parent_id FROM tasks_app_jobdependency WHERE awaited_id = ANY(%(ended)s)"

LOCK_JOB = "SELECT id FROM tasks_app_job WHERE id = %(id)s FOR NO KEY UPDATE"
"""Of two last children that end at once, the later one waits here and then sees what the earlier one deleted."""

FORGET_DEPENDENCIES = """
DELETE FROM tasks_app_jobdependency WHERE parent_id = %(parent)s AND awaited_id = ANY(%(ended)s)
"""

UNBLOCK = """
UPDATE tasks_app_job AS job SET next_run_at = now(), published_at = now(), updated_at = now()
WHERE id = ANY(%(parents)s) AND state = 'queued'
    AND NOT EXISTS (SELECT FROM tasks_app_jobdependency AS wait WHERE wait.parent_id = job.id)
RETURNING id, kind, queue, priority, dispatch_id
"""

FORGET_MISSED = """
WITH parent AS (
    SELECT id FROM tasks_app_job WHERE id IN (
        SELECT wait.parent_id FROM tasks_app_jobdependency AS wait
        JOIN tasks_app_job AS awaited ON awaited.id = wait.awaited_id
        WHERE awaited.state NOT IN ('queued', 'running')
        LIMIT %(batch)s
    )
    FOR NO KEY UPDATE SKIP LOCKED
)
DELETE FROM tasks_app_jobdependency AS wait USING parent, tasks_app_job AS awaited
WHERE wait.parent_id = parent.id AND awaited.id = wait.awaited_id AND awaited.state NOT IN ('queued', 'running')
RETURNING wait.parent_id
"""
"""The process that ended those jobs died before it unblocked their parents. Cost follows the waits there are."""

EXTEND_EXPIRED = """
UPDATE tasks_app_job
SET lease_until = least(now() + %(lease)s * interval '1 second', lease_limit), lease_extended = true
WHERE id IN (
    SELECT id FROM tasks_app_job WHERE state = 'running' AND lease_until < now() AND NOT lease_extended
    FOR NO KEY UPDATE SKIP LOCKED
)
"""
"""After a pause of the sweep itself nobody is to blame yet, once for each silence. Index: job_leased."""

_LOSE = """
WITH lost AS (
    SELECT id, dispatch_id AS task_id FROM tasks_app_job
    WHERE state = 'running' AND {which}
    ORDER BY lease_until LIMIT %(batch)s
    FOR NO KEY UPDATE SKIP LOCKED
), moved AS (
    UPDATE tasks_app_job AS job SET
        state = CASE
            WHEN cancel_requested_at IS NOT NULL THEN 'cancelled'
            WHEN %(counted)s AND attempt >= max_attempts THEN 'failed'
            ELSE 'queued'
        END,
        attempt = CASE WHEN %(counted)s THEN attempt ELSE greatest(attempt - 1, 0) END,
        lease_token = NULL,
        lease_until = NULL,
        lease_limit = NULL,
        cancel_requested_at = NULL,
        cancel_details = '{{}}',
        dispatch_id = gen_random_uuid(),
        next_run_at = now(),
        published_at = NULL,
        released_since = CASE WHEN NOT %(counted)s THEN coalesce(released_since, now()) END,
        finished_at = CASE
            WHEN cancel_requested_at IS NOT NULL OR (%(counted)s AND attempt >= max_attempts) THEN now()
        END,
        error_class = CASE WHEN cancel_requested_at IS NULL THEN %(error_class)s ELSE %(cancelled_class)s END,
        error_code = CASE WHEN cancel_requested_at IS NULL THEN %(error_code)s ELSE %(cancelled_code)s END,
        error_message = CASE WHEN cancel_requested_at IS NULL THEN %(error_message)s ELSE %(cancelled_message)s END,
        error_details = CASE WHEN cancel_requested_at IS NULL THEN %(error_details)s ELSE cancel_details END,
        error_fingerprint = CASE WHEN cancel_requested_at IS NULL THEN %(error_fingerprint)s ELSE '' END,
        updated_at = now()
    FROM lost WHERE job.id = lost.id
    RETURNING
        job.id, job.state, lost.task_id, job.error_class, job.error_code, job.error_message, job.error_details,
        job.error_fingerprint
), closed AS (
    UPDATE tasks_app_attempt AS attempt SET
        ended_at = now(),
        taken_away = true,
        outcome = CASE WHEN moved.state = 'cancelled' THEN 'cancelled' ELSE %(outcome)s END,
        error_class = moved.error_class,
        error_code = moved.error_code,
        error_message = moved.error_message,
        error_details = moved.error_details,
        error_fingerprint = moved.error_fingerprint
    FROM moved WHERE attempt.task_id = moved.task_id
), audit AS (
    UPDATE django_celery_results_taskresult AS result
    SET status = CASE WHEN moved.state = 'cancelled' THEN 'REVOKED' ELSE %(task_status)s END,
        result = CASE WHEN moved.state = 'cancelled' THEN %(cancelled_result)s ELSE %(task_result)s END,
        date_done = now()
    FROM moved WHERE result.task_id = moved.task_id::text
)
SELECT id, state, error_code FROM moved
"""
"""Takes leases away from workers that cannot end their attempts themselves.

A job that is to be cancelled ends as cancelled by the person who asked for that, whatever happened to its worker.
"""

RECOVER_EXPIRED = _LOSE.format(which="lease_until < now()")
"""Whose worker fell silent. Index: job_leased."""

UNDECLARED = """
SELECT id FROM tasks_app_job
WHERE state = 'queued' AND NOT kind = ANY(%(kinds)s) AND next_run_at < now() - %(hours)s * interval '1 hour'
LIMIT %(batch)s
"""
"""Index: job_due."""

RECOVER_KILLED = _LOSE.format(which="id = %(id)s AND dispatch_id = %(dispatch_id)s")
"""Whose process was seen to die. Index: primary key."""

CANCEL_OVERDUE = _LOSE.format(which="cancel_requested_at < now() - %(grace)s * interval '1 second'")
"""Who did not notice a cancel in time. Index: job_cancelling."""

RELEASE_WORKER = _LOSE.format(which="worker = %(worker)s")
"""Whose worker has shut down. Index: job_leased (running jobs are few)."""

RELEASE_CLAIM = _LOSE.format(which="id = %(id)s AND lease_token = %(token)s")
"""Claimed by a process whose time was up before it could begin. Index: primary key."""

DUE = """
WITH due AS (
    SELECT job.id FROM tasks_app_job AS job
    JOIN unnest(%(queues)s, %(firsts)s, %(lasts)s, %(lengths)s) AS list(queue, first, last, length)
        ON list.queue = job.queue AND job.priority BETWEEN list.first AND list.last
    WHERE job.state = 'queued'
        AND job.next_run_at <= now()
        AND (
            job.published_at IS NULL
            OR (list.length = 0 AND job.published_at < now() - %(silence)s * interval '1 second')
        )
        AND NOT EXISTS (
            SELECT FROM tasks_app_queuecontrol AS control WHERE control.queue = job.queue AND control.paused
        )
        AND NOT EXISTS (SELECT FROM tasks_app_jobdependency AS wait WHERE wait.parent_id = job.id)
    ORDER BY job.priority, job.next_run_at
    LIMIT %(batch)s
    FOR NO KEY UPDATE OF job SKIP LOCKED
)
UPDATE tasks_app_job AS job SET published_at = now()
FROM due WHERE job.id = due.id
RETURNING job.id, job.kind, job.queue, job.priority, job.dispatch_id
"""
"""Queued jobs without a message: never sent, or sent to a list of the broker that is empty. Index: job_due.

A list is what one queue holds of a range of priorities, `first` to `last`.
"""

SHORT_LISTS = """
SELECT list.queue, list.first, list.last, waiting.number - list.length AS missing
FROM unnest(%(queues)s, %(firsts)s, %(lasts)s, %(lengths)s) AS list(queue, first, last, length), LATERAL (
    SELECT count(*) AS number FROM (
        SELECT FROM tasks_app_job AS job
        WHERE job.state = 'queued' AND job.queue = list.queue AND job.priority BETWEEN list.first AND list.last
            AND job.next_run_at <= now() AND job.published_at IS NOT NULL
            AND NOT EXISTS (SELECT FROM tasks_app_jobdependency AS wait WHERE wait.parent_id = job.id)
        LIMIT list.length + %(batch)s
    ) AS job
) AS waiting
WHERE list.length > 0 AND waiting.number > list.length
"""
"""Lists that hold fewer messages than there are jobs waiting for theirs. Index: job_waiting."""

REPUBLISH = """
WITH silent AS (
    SELECT job.id FROM tasks_app_job AS job
    WHERE job.state = 'queued' AND job.queue = %(queue)s AND job.priority BETWEEN %(first)s AND %(last)s
        AND job.next_run_at <= now() AND job.published_at < now() - %(silence)s * interval '1 second'
        AND NOT EXISTS (
            SELECT FROM tasks_app_queuecontrol AS control WHERE control.queue = job.queue AND control.paused
        )
        AND NOT EXISTS (SELECT FROM tasks_app_jobdependency AS wait WHERE wait.parent_id = job.id)
    ORDER BY job.published_at
    LIMIT %(missing)s
    FOR NO KEY UPDATE OF job SKIP LOCKED
)
UPDATE tasks_app_job AS job SET published_at = now()
FROM silent WHERE job.id = silent.id
RETURNING job.id, job.kind, job.queue, job.priority, job.dispatch_id
"""
"""Those that have waited longest for a message, no more than the list lacks: copies never fill the broker.

Index: job_waiting.
"""

RAISE_OLDEST = """
WITH oldest AS (
    SELECT waiting.id FROM unnest(%(queues)s) AS served(queue), LATERAL (
        SELECT job.id FROM tasks_app_job AS job
        WHERE job.state = 'queued' AND job.queue = served.queue AND job.priority > %(raised)s
            AND job.next_run_at < now() - %(patience)s * interval '1 second'
            AND NOT EXISTS (SELECT FROM tasks_app_jobdependency AS wait WHERE wait.parent_id = job.id)
        ORDER BY job.next_run_at
        LIMIT 1
        FOR NO KEY UPDATE OF job SKIP LOCKED
    ) AS waiting
    WHERE NOT EXISTS (
        SELECT FROM tasks_app_job AS raised
        WHERE raised.state = 'queued' AND raised.queue = served.queue AND raised.priority = %(raised)s
    ) AND NOT EXISTS (
        SELECT FROM tasks_app_queuecontrol AS control WHERE control.queue = served.queue AND control.paused
    )
)
UPDATE tasks_app_job AS job SET priority = %(raised)s, published_at = now()
FROM oldest WHERE job.id = oldest.id
RETURNING job.id, job.kind, job.queue, job.priority, job.dispatch_id
"""
"""Of each queue the bulk job that has waited longest, one at a time, joins those that people wait for.

Index: job_waiting.
"""

REQUEUE = """
UPDATE tasks_app_job SET
    state = 'queued',
    run = run + 1,
    attempt = 0,
    max_attempts = %(max_attempts)s,
    queue = %(queue)s,
    priority = %(priority)s,
    dispatch_id = gen_random_uuid(),
    next_run_at = now(),
    published_at = now(),
    released_since = NULL,
    cancel_requested_at = NULL,
    cancel_details = '{}',
    started_at = NULL,
    finished_at = NULL,
    input_digest = %(input_digest)s,
    subject_title = %(subject_title)s,
    title_search = %(title_search)s,
    rebuild_since = CASE WHEN %(rebuild)s THEN now() END,
    progress_done = NULL,
    progress_total = NULL,
    stage = '',
    error_class = '', error_code = '', error_message = '', error_details = '{}', error_fingerprint = '',
    acknowledged_at = NULL, acknowledged_by_id = NULL, acknowledged_note = '',
    requested_by_id = %(requested_by_id)s,
    request_reason = %(request_reason)s,
    updated_at = now()
WHERE id = %(id)s AND state IN ('succeeded', 'failed', 'cancelled')
RETURNING *
"""
"""A new run of a finished job. Raises IntegrityError where another active job has the subject."""

FORCE_END = """
WITH target AS (
    SELECT id, state AS before, dispatch_id AS task_id FROM tasks_app_job
    WHERE id = ANY(%(ids)s) AND state IN ('queued', 'running') ORDER BY id FOR NO KEY UPDATE
), voided AS (
    UPDATE tasks_app_job AS job SET
        state = %(state)s,
        lease_token = NULL,
        lease_until = NULL,
        lease_limit = NULL,
        cancel_requested_at = NULL,
        cancel_details = '{}',
        dispatch_id = gen_random_uuid(),
        finished_at = now(),
        error_class = %(error_class)s,
        error_code = %(error_code)s,
        error_message = %(error_message)s,
        error_details = %(error_details)s,
        error_fingerprint = %(error_fingerprint)s,
        updated_at = now()
    FROM target WHERE job.id = target.id
    RETURNING job.id, target.before, target.task_id
), unwaited AS (
    DELETE FROM tasks_app_jobdependency AS wait USING voided WHERE wait.parent_id = voided.id
), closed AS (
    UPDATE tasks_app_attempt AS attempt SET
        ended_at = now(),
        taken_away = true,
        outcome = %(state)s,
        error_class = %(error_class)s,
        error_code = %(error_code)s,
        error_message = %(error_message)s,
        error_details = %(error_details)s,
        error_fingerprint = %(error_fingerprint)s
    FROM voided WHERE attempt.task_id = voided.task_id AND voided.before = 'running'
), audit AS (
    UPDATE django_celery_results_taskresult AS result
    SET status = %(task_status)s, result = %(task_result)s, date_done = now()
    FROM voided WHERE result.task_id = voided.task_id::text AND voided.before = 'running'
)
SELECT id FROM voided
"""
"""Ends active jobs from outside, at once: a worker still busy with one finds its lease gone."""

CHILDREN = """
SELECT id FROM tasks_app_job AS job
WHERE parent_id = ANY(%(ids)s) AND state IN ('queued', 'running')
    AND NOT EXISTS (
        SELECT FROM tasks_app_jobdependency AS wait
        WHERE wait.awaited_id = job.id AND NOT wait.parent_id = ANY(%(known)s)
    )
"""
"""What cancelling a parent reaches: not what others wait for as well. Index: job_children."""

ASK_CANCEL = """
UPDATE tasks_app_job SET
    cancel_details = CASE WHEN cancel_requested_at IS NULL THEN %(details)s ELSE cancel_details END,
    cancel_requested_at = coalesce(cancel_requested_at, now()),
    updated_at = now()
WHERE id = ANY(%(ids)s) AND state = 'running'
RETURNING id
"""
"""Running jobs stop at their next heartbeat, part or stage. Who asked first, and why, is kept."""

SEVERAL_JOBS = "SELECT pg_advisory_xact_lock(%(key)s)"
"""One at a time locks several jobs, or a job before its subject: a transaction's first lock, or none."""

HOLD_SUBJECT = """
SELECT id FROM tasks_app_job
WHERE kind = ANY(%(kinds)s) AND subject_id = %(subject_id)s AND state IN ('queued', 'running')
ORDER BY id FOR NO KEY UPDATE
"""
"""Before a subject's row is changed or deleted. Index: job_one_active_per_subject."""

ADD_DEPENDENCY = """
INSERT INTO tasks_app_jobdependency (parent_id, awaited_id)
SELECT %(parent)s, awaited FROM unnest(%(awaited)s) AS awaited
ON CONFLICT DO NOTHING
"""

FORGET_PUBLISHING = """
UPDATE tasks_app_job SET published_at = NULL
WHERE state = 'queued' AND queue = ANY(%(queues)s) AND published_at IS NOT NULL
"""
"""While their queue was paused their messages were taken and refused: the next sweep sends new ones.

Index: job_waiting.
"""

UNPUBLISHED = """
UPDATE tasks_app_job SET published_at = NULL WHERE id = ANY(%(ids)s) AND state = 'queued'
"""
"""Their messages could not be sent: the next sweep that finds the broker takes them first."""

PERIODIC_HEARTBEAT = """
INSERT INTO tasks_app_periodicheartbeat (name, last_at) VALUES (%(name)s, now())
ON CONFLICT (name) DO UPDATE SET last_at = now()
RETURNING last_at
"""

WORKER_HEARTBEAT = """
INSERT INTO tasks_app_workerheartbeat (worker, queues, process_id, concurrency, version, started_at, seen_at)
VALUES (%(worker)s, %(queues)s, %(process_id)s, %(concurrency)s, %(version)s, now(), now())
ON CONFLICT (worker) DO UPDATE SET
    started_at = CASE
        WHEN tasks_app_workerheartbeat.process_id = excluded.process_id
            THEN tasks_app_workerheartbeat.started_at ELSE now()
    END,
    queues = excluded.queues, process_id = excluded.process_id, concurrency = excluded.concurrency,
    version = excluded.version, seen_at = now()
"""

WORKER_GONE = "DELETE FROM tasks_app_workerheartbeat WHERE worker = %(worker)s"

SINCE_HEARTBEAT = "SELECT extract(epoch FROM now() - last_at) FROM tasks_app_periodicheartbeat WHERE name = %(name)s"

PURGE = """
DELETE FROM django_celery_results_taskresult WHERE id IN (
    SELECT id FROM django_celery_results_taskresult
    WHERE date_done < now() - %(days)s * interval '1 day' AND status IN ('SUCCESS', 'FAILURE', 'REVOKED')
    ORDER BY date_done LIMIT %(batch)s
)
"""
"""Index: django-celery-results' own on date_done."""

PURGE_KEYS = "DELETE FROM tasks_app_idempotencykey WHERE created_at < now() - %(hours)s * interval '1 hour'"
"""Index: created_at."""

SWEEP_LOCK = "SELECT pg_try_advisory_xact_lock(%(key)s)"
