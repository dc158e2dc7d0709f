"""Notebooks: many files at once, and deleting one with all that is in it."""

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from tasks_app.models import Chunk, Document, Job, Notebook, Source
from tasks_app.models.engine.job import State
from tasks_app.queues import BULK, INTERACTIVE
from tests.console.admin.conftest import JobIn


def test_good_files_go_to_work_and_bad_ones_are_named(
    notebook: Notebook, admin: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    files = [
        SimpleUploadedFile(name, content)
        for name, content in (
            ("一.txt", b"a"),
            ("二.xls", b"b"),
            ("三.md", b""),
            ("四.md", b"d"),
        )
    ]
    address = reverse("admin:tasks_app_notebook_upload", args=[notebook.pk])
    page = admin.post(address, {"documents": files}, follow=True).content.decode()
    assert "Processing has started for 2 files." in page
    assert "二.xls cannot be read." in page
    assert "三.md is empty." in page
    assert set(Source.objects.values_list("title", flat=True)) == {"一", "四"}
    jobs = Job.objects.filter(state=State.QUEUED)
    assert [job.priority for job in jobs] == [BULK, BULK], "people wait for none of them"


def test_one_file_is_waited_for(notebook: Notebook, admin: Client, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    address = reverse("admin:tasks_app_notebook_upload", args=[notebook.pk])
    admin.post(address, {"documents": [SimpleUploadedFile("一.txt", b"a")]})
    assert Job.objects.get().priority == INTERACTIVE


def test_choosing_nothing_is_told(notebook: Notebook, admin: Client) -> None:
    address = reverse("admin:tasks_app_notebook_upload", args=[notebook.pk])
    assert "This field is required." in admin.post(address, {}).content.decode()


def test_an_empty_notebook_says_what_to_do(notebook: Notebook, admin: Client) -> None:
    page = admin.get(reverse("admin:tasks_app_notebook_change", args=[notebook.pk])).content.decode()
    assert "Nothing in this notebook yet." in page


def test_asking_before_deleting_reads_no_texts(notebook: Notebook, source: Source, admin: Client) -> None:
    Chunk.objects.create(document=source.document, position=0, start=0, end=1, content="本")
    with CaptureQueriesContext(connection) as captured:
        page = admin.get(reverse("admin:tasks_app_notebook_delete", args=[notebook.pk])).content.decode()
    assert source.title in page
    assert not [one["sql"] for one in captured if "tasks_app_chunk" in one["sql"]]


def test_deleting_takes_everything_in_it_and_cancels_its_jobs(notebook: Notebook, job_in: JobIn, admin: Client) -> None:
    job = job_in(State.QUEUED)
    admin.post(reverse("admin:tasks_app_notebook_delete", args=[notebook.pk]), {"post": "yes"})
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert not any(model.objects.exists() for model in (Notebook, Source, Document))
