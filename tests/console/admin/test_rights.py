"""Every page and every verb asks for its own right."""

import pytest
from django.test import Client
from django.urls import reverse

from tasks_app.models import Job, Notebook, Source
from tasks_app.models.engine.job import State
from tests.console.admin.conftest import JobIn, Staff

READ_PAGES = {
    "job list": ("admin:tasks_app_job_changelist", "view_job"),
    "job page": ("admin:tasks_app_job_change", "view_job"),
    "job, live part": ("admin:tasks_app_job_live", "view_job"),
    "source list": ("admin:tasks_app_source_changelist", "view_source"),
    "source page": ("admin:tasks_app_source_change", "view_source"),
    "source, live part": ("admin:tasks_app_source_live", "view_source"),
    "source text": ("admin:tasks_app_source_text", "view_source"),
    "transcription list": ("admin:tasks_app_transcription_changelist", "view_transcription"),
    "notebook page": ("admin:tasks_app_notebook_change", "view_notebook"),
    "queues": ("admin:tasks_app_queuecontrol_changelist", "view_queuecontrol"),
    "providers": ("admin:tasks_app_providerstate_changelist", "view_providerstate"),
    "prompts": ("admin:tasks_app_promptoverride_changelist", "view_promptoverride"),
    "workers": ("admin:tasks_app_workerheartbeat_changelist", "view_workerheartbeat"),
    "service tokens": ("admin:tasks_app_servicetoken_changelist", "view_servicetoken"),
    "pulses": ("admin:tasks_app_periodicheartbeat_changelist", "view_periodicheartbeat"),
}


@pytest.fixture
def address(job_in: JobIn, notebook: Notebook) -> dict[str, str]:
    """The address of each page, for a failed job and its source."""
    job = job_in(State.FAILED)
    subjects = {"job": job.pk, "source": job.subject_id, "notebook": notebook.pk}

    def of(name: str) -> str:
        model = name.split("_")[2]
        return reverse(name) if name.endswith("changelist") else reverse(name, args=[subjects[model]])

    return {page: of(name) for page, (name, _) in READ_PAGES.items()}


@pytest.mark.parametrize("place", READ_PAGES)
def test_reading_needs_the_view_right(place: str, address: dict[str, str], staff: Staff, client: Client) -> None:
    """Anonymous readers are sent to the login, staff without the right are refused, with it they read."""
    right = READ_PAGES[place][1]
    assert client.get(address[place]).status_code == 302
    assert staff().get(address[place]).status_code == 403
    assert staff(right).get(address[place]).status_code == 200


@pytest.mark.parametrize("verb", ["requeue", "fail", "cancel"])
def test_each_verb_needs_its_own_right(verb: str, job_in: JobIn, staff: Staff, client: Client) -> None:
    job = job_in(State.QUEUED)
    address = reverse(f"admin:tasks_app_job_{verb}")
    others = {"requeue_job", "fail_job", "cancel_job"} - {f"{verb}_job"}
    form = {"job": job.pk}
    assert client.post(address, form).status_code == 302
    assert staff().post(address, form).status_code == 403
    assert staff("view_job", *others).post(address, form).status_code == 403
    assert staff(f"{verb}_job").post(address, form).status_code == 403
    assert staff("view_job", f"{verb}_job").post(address, form).status_code == 200


@pytest.mark.parametrize("verb", ["requeue", "fail", "cancel"])
def test_the_list_offers_only_the_verbs_one_may_use(verb: str, job_in: JobIn, staff: Staff) -> None:
    job_in(State.QUEUED)
    page = staff("view_job", f"{verb}_job").get(reverse("admin:tasks_app_job_changelist")).content.decode()
    offered = [name for name in ("requeue", "fail", "cancel") if f'value="{name}_selected"' in page]
    assert offered == [verb]


def test_nobody_adds_edits_or_deletes_a_job(job_in: JobIn, admin: Client) -> None:
    job = job_in(State.FAILED)
    page = reverse("admin:tasks_app_job_change", args=[job.pk])
    assert admin.get(reverse("admin:tasks_app_job_add")).status_code == 403
    assert admin.post(page, {"state": "succeeded"}).status_code == 403
    assert admin.post(reverse("admin:tasks_app_job_delete", args=[job.pk]), {"post": "yes"}).status_code == 403
    assert Job.objects.get(pk=job.pk).state == State.FAILED


def test_no_verb_by_get(job_in: JobIn, admin: Client) -> None:
    job = job_in(State.QUEUED)
    form = {"job": str(job.pk), "confirmed": "yes", "reason": "x"}
    for verb in ("requeue", "fail", "cancel"):
        answer = admin.get(reverse(f"admin:tasks_app_job_{verb}"), form)
        assert answer.status_code == 405
    assert Job.objects.get(pk=job.pk).state == State.QUEUED


def test_uploading_many_files_needs_the_right_to_add_sources(notebook: Notebook, staff: Staff) -> None:
    address = reverse("admin:tasks_app_notebook_upload", args=[notebook.pk])
    assert staff("view_notebook").get(address).status_code == 403
    assert staff("view_notebook", "add_source").get(address).status_code == 200


def test_a_view_only_reader_cannot_replace_a_source(source: Source, staff: Staff) -> None:
    page = reverse("admin:tasks_app_source_change", args=[source.pk])
    assert staff("view_source").post(page, {"title": "x", "pasted_text": "y"}).status_code == 403
    assert Source.objects.get(pk=source.pk).title == "議事録"
