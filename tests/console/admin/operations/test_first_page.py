"""The dashboard, in both languages, and what every page sends along."""

import pytest
from django.test import Client
from django.urls import reverse

from tasks_app.models import Notebook, Source
from tasks_app.models.engine.job import State
from tests.console.admin.conftest import JobIn, Staff


def first_page(client: Client, language: str = "en") -> str:
    return client.get(reverse("admin:index"), headers={"Accept-Language": language}).content.decode()


def test_it_says_what_to_do_next(admin: Client) -> None:
    assert "Create a notebook first" in first_page(admin)
    notebook = Notebook.objects.create(title="ノート")
    assert "Upload a document or paste text." in first_page(admin)
    Source.objects.create(notebook=notebook, title="議事録", pasted_text="本文。")
    assert "Upload a document or paste text." not in first_page(admin)


def test_figures_are_for_those_who_may_see_jobs(job_in: JobIn, staff: Staff) -> None:
    job_in(State.FAILED, "broken")
    assert "broken" not in first_page(staff("view_source"))
    assert "broken" in first_page(staff("view_job"))


@pytest.mark.parametrize(("language", "word"), [("en", "Notebooks"), ("ja", "ノートブック")])
def test_it_speaks_the_readers_language(language: str, word: str, admin: Client) -> None:
    assert word in first_page(admin, language)


def test_the_language_is_switched_by_post_and_comes_back(admin: Client) -> None:
    answer = admin.post(reverse("set_language"), {"language": "ja", "next": reverse("admin:index")})
    assert answer.headers["Location"] == reverse("admin:index")
    assert '<html lang="ja"' in first_page(admin, "en")


def test_the_policy_allows_nothing_inline(admin: Client) -> None:
    answer = admin.get(reverse("admin:index"))
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


EMPTY = {
    "job": "No jobs yet.",
    "source": "No sources yet.",
    "notebook": "No notebooks yet.",
    "workerheartbeat": "No worker is running.",
    "periodicheartbeat": "No periodic task has run yet.",
}


@pytest.mark.parametrize("model", EMPTY)
def test_every_empty_list_says_what_to_do(model: str, admin: Client) -> None:
    address = reverse(f"admin:tasks_app_{model}_changelist")
    assert EMPTY[model] in admin.get(address).content.decode()


def test_a_search_without_a_hit_is_not_called_an_empty_list(job_in: JobIn, admin: Client) -> None:
    job_in(State.QUEUED)
    page = admin.get(reverse("admin:tasks_app_job_changelist") + "?q=nowhere").content.decode()
    assert "No matches." in page
