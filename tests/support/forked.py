"""Processes forked from one that has loaded what takes long to load, and nothing of the settings.

A worker that is started by its command spends two seconds of processor time on imports. The tests start hundreds, so
each is forked from a process in which these modules lie ready, and then runs what the command runs.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path

READY = (
    "celery.bin.celery",
    "celery.bin.worker",
    "celery.bin.beat",
    "celery.apps.worker",
    "celery.apps.beat",
    "celery.concurrency.prefork",
    "celery.worker.consumer",
    "kombu.transport.redis",
    "django.core.management",
    "django.contrib.postgres.fields",
    "django.db.backends.postgresql.base",
    "django.db.models",
    "django.forms",
    "django.template.loader",
    "django_stubs_ext",
    "docx",
    "environ",
    "httpx2",
    "json_repair",
    "openai.resources.chat",
    "openai.types.chat",
    "pptx.chart.data",
    "psycopg2.extras",
    "pysubs2",
    "xlsxwriter",
)

processes = get_context("forkserver")
processes.set_forkserver_preload(list(READY))


def celery(arguments: Sequence[str], environ: Mapping[str, str], log: Path) -> int:
    """Run `celery` with these arguments, in a session of its own; its process id."""
    process = processes.Process(target=_celery, args=(list(arguments), dict(environ), log))
    process.start()
    assert process.pid is not None
    return process.pid


def _celery(arguments: list[str], environ: dict[str, str], log: Path) -> None:
    os.setsid()
    with log.open("ab") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = ["celery", *arguments]
    from celery.__main__ import main

    main()
