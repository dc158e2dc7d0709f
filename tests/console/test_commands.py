"""The management commands behind bin/up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management.base import CommandError

from launcher.checkout.home import PROJECT
from tasks_app.management.commands import create_staff_login, submit_samples, watch_jobs
from tasks_app.management.commands.prepare import fingerprint_of_static_files, require_extension
from tasks_app.models import Job, Notebook
from tasks_app.models.engine.job import State
from tasks_app.registry import job_types

pytestmark = pytest.mark.django_db


def test_the_first_login_works_and_there_is_no_second() -> None:
    login = create_staff_login.create()
    assert login is not None
    user = authenticate(username=login["username"], password=login["password"])
    assert user is not None
    assert user.is_staff
    assert create_staff_login.create() is None


def test_a_missing_extension_is_named() -> None:
    require_extension("vector")
    with pytest.raises(CommandError, match="lacks the extension 'no_such'"):
        require_extension("no_such")


def test_static_files_that_did_not_change_have_the_same_fingerprint() -> None:
    assert fingerprint_of_static_files() == fingerprint_of_static_files()


def test_samples_are_enqueued_in_a_notebook_of_their_own_each_time() -> None:
    first, second = submit_samples.submit(), submit_samples.submit()
    assert len(first) == len(second) > 0
    assert {job.kind for job in first} == {kind for kind, one in job_types.items() if one.samples(_notebook())}
    assert {job.state for job in first} == {State.QUEUED}
    assert {job.subject_id for job in first}.isdisjoint(job.subject_id for job in second)
    notebooks = {job.notebook_id for job in (*first, *second)} - {None}  # what councils deal with is in no notebook
    assert len(notebooks) == 2


def test_samples_stay_away_from_real_work() -> None:
    assert submit_samples.never_used()
    _notebook()
    assert not submit_samples.never_used()


def test_a_title_cannot_steer_the_terminal() -> None:
    job = Job(kind="source", subject_title="a\x1b[2J\r\nb 議事録", state=State.QUEUED)
    assert watch_jobs.line_of(job) == "source  a [2J  b 議事録  queued"


def test_a_job_that_failed_reports_its_reason_and_no_outputs() -> None:
    job = Job(kind="source", subject_title="x", state=State.FAILED, attempt=2, error_message="No text.")
    assert watch_jobs.facts(job) == {
        "kind": "source",
        "title": "x",
        "state": "failed",
        "seconds": None,
        "attempts": 2,
        "error": "No text.",
        "outputs": {},
    }


@pytest.mark.parametrize("command", [("bench", "check"), ("fill_jobs", "--into", "notebookops")])
def test_an_image_without_benchmarks_says_so(command: tuple[str, ...], tmp_path: Path) -> None:
    for package in ("notebookops", "tasks_app"):
        (tmp_path / package).symlink_to(PROJECT / package)
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environ["DATABASE_URL"] = environ["DATABASE_URL"].rpartition("/")[0] + "/notebookops"
    done = subprocess.run(
        [sys.executable, "-m", "django", *command],
        cwd=tmp_path,
        env={**environ, "JOB_TYPE_PACKAGES": "tasks_app.job_types", "DJANGO_SETTINGS_MODULE": "notebookops.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "The benchmarks are not installed here." in done.stderr


def _notebook() -> Notebook:
    return Notebook.objects.create(title="n")
