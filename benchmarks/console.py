"""The console's pages before a thousand jobs and before a million, in turns."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from typing import Any
from urllib.parse import quote

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_celery_results.models import TaskResult

from benchmarks.support.filling import fill
from benchmarks.support.report import Aim, Report
from benchmarks.support.scratch import scratch
from tasks_app.admin.jobs.changelist import error_groups
from tasks_app.models import Attempt, Job, Notebook
from tasks_app.models.engine.job import State

FEW = 1_000
RATIO = 1.5
FAST_MS = 100.0
"""Anyone who answers within this need not be compared."""

Say = Callable[[str], object]


def run(*, jobs: int, repeats: int, say: Say) -> Report:
    """Milliseconds (median) and statements for each page with FEW jobs and with `jobs`."""
    with scratch():
        reader = get_user_model()._default_manager.create_superuser("bench")
        client = Client(SERVER_NAME="localhost")
        client.force_login(reader)
        small = connection.settings_dict["NAME"]
        with copy_of(small) as large:
            places: dict[str, Mapping[str, str]] = {}
            for name, number in ((small, FEW), (large, jobs)):
                turn_to(name)
                fill(number, lambda line: say(line))
                places[name] = addresses()
            rows = _measure(client, places, repeats, say)
    return Report(bench="console", aims=_aims(rows), rows=rows)


def addresses() -> dict[str, str]:
    """What is opened, by what it is; for the database that is open now."""
    jobs = reverse("admin:tasks_app_job_changelist")
    results = reverse("admin:django_celery_results_taskresult_changelist")
    now = timezone.localtime()
    one = Job.objects.filter(state=State.SUCCEEDED).order_by("-created_at")[:1].get()
    failed = Job.objects.filter(state=State.FAILED).order_by("-created_at")[:1].get()
    queued = Job.objects.filter(state=State.QUEUED).order_by("-created_at")[:1].get()
    running = Job.objects.filter(state=State.RUNNING).order_by("-created_at")[:1].get()
    notebook = Notebook.objects.order_by("title")[:1].get()
    month = f"created_at__year={now.year}&created_at__month={now.month}"
    lists = {
        "list": "",
        "page 10": "?p=10",
        "state failed": "?state__exact=failed",
        "state queued": "?state__exact=queued",
        "state succeeded": "?state__exact=succeeded",
        "stuck": "?stuck=yes",
        "kind": f"?kind={one.kind}",
        "kind without jobs": "?kind=none",
        "queue": f"?queue={one.queue}",
        "cause": f"?cause={failed.error_code}",
        "age, last 24 hours": "?age=24h",
        "age, over 7 days": "?age=over-7d",
        "finished": "?finished=24h",
        "requested by": f"?requested_by={one.requested_by_id or ''}",
        "notebook": f"?notebook={notebook.pk}",
        "failed of a kind in a notebook": f"?state__exact=failed&kind={one.kind}&notebook={notebook.pk}",
        "year": f"?created_at__year={now.year}",
        "month": f"?{month}",
        "day": f"?{month}&created_at__day={now.day}",
        "search, common title": "?q=防災計画",
        "search, rare title": "?q=東雲市 図書館 第198回",
        "search, no title": "?q=存在しない題名",
        "search, id": f"?q={one.pk}",
        "search, Celery id": f"?q={Attempt.objects.filter(job=one)[:1].get().task_id}",
    }
    return {
        **{name: jobs + query for name, query in lists.items()},
        "acknowledged no": f"{jobs}?acknowledged=no",
        "acknowledged yes": f"{jobs}?acknowledged=yes",
        "failures alike": f"{jobs}?cluster={quote(str(error_groups.error_group_of(failed)))}",
        "errors": reverse("admin:tasks_app_job_errors"),
        "consistency check": reverse("admin:tasks_app_inconsistency_changelist"),
        "job page, queued": reverse("admin:tasks_app_job_change", args=[queued.pk]),
        "job page, running": reverse("admin:tasks_app_job_change", args=[running.pk]),
        "job page, failed": reverse("admin:tasks_app_job_change", args=[failed.pk]),
        "job page": reverse("admin:tasks_app_job_change", args=[one.pk]),
        "dashboard": reverse("admin:tasks_app_job_dashboard"),
        "home": reverse("admin:index"),
        "queues": reverse("admin:tasks_app_queuecontrol_changelist"),
        "workers": reverse("admin:tasks_app_workerheartbeat_changelist"),
        "task results": results,
        "task results, failed": f"{results}?status=FAILURE",
        "task results, id": f"{results}?q={TaskResult.objects.order_by('-id')[:1].get().task_id}",
    }


@contextmanager
def copy_of(name: str) -> Iterator[str]:
    """A second database like this one, while the block runs; this process stays with whichever it turned to last."""
    copy = f"{name}_large"
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{copy}"')
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
    try:
        yield copy
    finally:
        turn_to(name)
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{copy}"')


def turn_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()


def _measure(
    client: Client, places: Mapping[str, Mapping[str, str]], repeats: int, say: Say
) -> dict[str, dict[str, Any]]:
    small, large = places
    rows = {}
    for page in places[small]:
        times: dict[str, list[float]] = {small: [], large: []}
        statements = {}
        for repeat in range(repeats + 1):
            for name in places:
                turn_to(name)
                if repeat == 0:
                    statements[name] = _statements(client, places[name][page])
                else:
                    times[name].append(_milliseconds(client, places[name][page]))
        few, many = median(times[small]), median(times[large])
        rows[page] = {
            "ms, few": few,
            "ms, many": many,
            "ratio": many / few,
            "SQL, few": statements[small],
            "SQL, many": statements[large],
        }
        say(f"{page}: {few:.0f} ms, {many:.0f} ms")
    return rows


def _milliseconds(client: Client, address: str) -> float:
    started = time.perf_counter()
    _open(client, address)
    return 1000 * (time.perf_counter() - started)


def _statements(client: Client, address: str) -> int:
    _open(client, address)  # fills what is cached per process
    with CaptureQueriesContext(connection) as captured:
        _open(client, address)
    return len(captured)


def _open(client: Client, address: str) -> None:
    answer = client.get(address, secure=True)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")


def _aims(rows: Mapping[str, Mapping[str, Any]]) -> list[Aim]:
    aims = [
        Aim(
            what=f"{page}, times as slow with many jobs",
            aim=f"<= {RATIO}, or within {FAST_MS:.0f} ms",
            value=row["ratio"],
            holds=row["ratio"] <= RATIO or row["ms, many"] <= FAST_MS,
            why=f"{row['ms, few']:.0f} and {row['ms, many']:.0f} ms",
        )
        for page, row in rows.items()
    ]
    most = max(row["SQL, many"] for row in rows.values())
    more = [page for page, row in rows.items() if row["SQL, many"] > row["SQL, few"] + 5]
    bounded = Aim(
        what="statements of a page, at most",
        aim="<= 40, as many for many jobs as for few",
        value=most,
        holds=most <= 40 and not more,
        why=", ".join(more),
    )
    return [*aims, bounded]
