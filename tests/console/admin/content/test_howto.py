"""What docs/howto/add-a-job-type.md describes is done here literally, in a package of its own."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tasks_app import prompts, registry
from tasks_app.admin.common.figure_labels import figure_label
from tasks_app.jobs.transitions import subjects, verbs
from tasks_app.models import Job, Notebook, ServiceToken, Source
from tasks_app.models.engine.job import State
from tasks_app.registry import JobType, job_types
from tests.console.admin.conftest import Staff
from tests.support.attempts import attempt
from tests.support.howto import DECLARATION, PACKAGE, code, package, start_as_the_page_says

__all__ = ["package"]


@pytest.fixture
def proofread(package: Path) -> JobType:
    start_as_the_page_says(package)
    (package / "proofread.py").write_text(code(DECLARATION), "utf-8")
    registry.discover(PACKAGE)
    return job_types["proofread"]


def finished(job_type: JobType, job: Job) -> Job:
    attempt(job_type, job)
    job.refresh_from_db()
    assert job.state == State.SUCCEEDED
    return job


@pytest.mark.django_db(transaction=True)
def test_a_button_in_the_console_starts_it(proofread: JobType, notebook: Notebook, staff: Staff, broker: Any) -> None:
    source = proofread.samples(notebook)[0]
    editor = staff("view_source", "change_source", "view_job")
    page = reverse("admin:tasks_app_source_change", args=[source.pk])
    button = reverse("admin:tasks_app_source_work", args=[source.pk, "proofread"])
    assert f'action="{button}"' in editor.get(page).content.decode()
    assert button not in staff("view_source").get(page).content.decode()
    assert staff("view_source").post(button).status_code == 403

    editor.post(button)

    job = finished(proofread, Job.objects.get())
    assert (job.kind, job.subject_id) == ("proofread", source.pk)
    job_page = reverse("admin:tasks_app_job_change", args=[job.pk])
    assert f'href="{job_page}"' in editor.get(page).content.decode()
    shown = editor.get(job_page).content.decode()
    assert "sentences: 2" in shown
    assert "characters: 12" in shown


@pytest.mark.django_db(transaction=True)
def test_the_button_says_why_there_is_nothing_to_do(
    proofread: JobType,
    source: Source,
    admin: Client,
    broker: Any,
) -> None:
    button = reverse("admin:tasks_app_source_work", args=[source.pk, "proofread"])
    assert "The source has no text yet." in admin.post(button, follow=True).content.decode()
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_api_starts_it(proofread: JobType, notebook: Notebook, broker: Any) -> None:
    source = proofread.samples(notebook)[0]
    row = ServiceToken(name="frontend")
    backend = Client(headers={"Authorization": f"Bearer {row.issue()}", "Accept-Language": "en"})
    row.save()
    asked = {"kind": "proofread"}
    answer = backend.post(f"/api/v1/sources/{source.pk}/jobs", asked, "application/json")
    assert (answer.status_code, answer.json()["kind"]) == (202, "proofread")

    finished(proofread, Job.objects.get(pk=answer.json()["id"]))

    job = backend.get(answer["Location"]).json()
    assert (job["state"], job["result"]["href"]) == ("succeeded", f"/api/v1/sources/{source.pk}")
    usual = backend.post(f"/api/v1/sources/{source.pk}/jobs", {}, "application/json")
    assert usual.json()["kind"] == "source", "the primary kind is still meant where none is named"


@pytest.mark.django_db(transaction=True)
def test_what_is_written_runs_as_it_is(package: Path, notebook: Notebook, broker: Any) -> None:
    start_as_the_page_says(package)
    registry.discover(PACKAGE)
    job_type = job_types["proofread"]
    job = finished(job_type, verbs.enqueue("proofread", job_type.samples(notebook)[0]))
    figures = job.stage_results.get().figures
    outputs = job_type.outputs(subjects.find(job_type, job.subject_id))
    with translation.override("en"):
        assert {figure_label(name, job_type) for name in figures} == {"characters", "method"}
    assert outputs == figures
    assert {language for name, language in prompts.defaults() if name == "proofread/write"} == set(prompts.LANGUAGES)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("source", "There is a kind 'source' already."),
        ("Proofread", "'Proofread' cannot be a kind"),
        ("proof read", "'proof read' cannot be a kind"),
        ("../proofread", "'../proofread' cannot be a kind"),
        ("_proofread", "'_proofread' cannot be a kind"),
        ("class", "'class' cannot be a kind"),
        ("a" * 41, "longer than 40 characters"),
    ],
)
def test_a_name_that_cannot_be_a_kind_is_refused(package: Path, name: str, fault: str) -> None:
    with pytest.raises(CommandError, match=re.escape(fault)):
        call_command("startkind", name, package=PACKAGE)
    assert [path.name for path in package.iterdir()] == ["__init__.py"]


def test_what_is_there_is_not_written_over(package: Path) -> None:
    (package / "samples").mkdir()
    (package / "samples" / "proofread.txt").write_text("mine")
    with pytest.raises(CommandError, match=r"Nothing was written.*proofread\.txt"):
        start_as_the_page_says(package)
    assert not (package / "proofread.py").exists()


@pytest.mark.parametrize("name", ["scratch.nowhere", "tasks_app.registry"])
def test_what_is_no_package_is_refused(package: Path, name: str) -> None:
    with pytest.raises(CommandError, match=re.escape(repr(name))):
        call_command("startkind", "proofread", package=name)
