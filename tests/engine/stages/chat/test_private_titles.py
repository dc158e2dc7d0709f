"""A question belongs to the user who asked it alone: its job is called by what the chat is about."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from tasks_app.models import ChatSession, Job, Notebook
from tasks_app.submission.chat import ask

pytestmark = pytest.mark.django_db
SECRET = "誰にも見せない質問ですか。"


@pytest.fixture
def job(notebook: Notebook) -> Job:
    answer = ask(ChatSession(notebook=notebook, owner=notebook.owner), SECRET, by=notebook.owner)
    return Job.objects.get(subject_id=answer.pk)


def stored(job: Job) -> str:
    return " ".join(str(value) for value in Job.objects.filter(pk=job.pk).values_list()[0])


def test_a_job_says_what_a_chat_is_about_and_nothing_of_the_question(job: Job, notebook: Notebook) -> None:
    assert job.subject_title == notebook.title
    assert SECRET[:4] not in stored(job)
    assert "誰に" not in stored(job), "not even to the search"


def test_jobs_of_earlier_releases_are_renamed(job: Job, notebook: Notebook) -> None:
    Job.objects.filter(pk=job.pk).update(subject_title=SECRET, title_search="'誰に':1")
    with connection.schema_editor() as editor:
        import_module("tasks_app.migrations.0003_titles_of_chats").rename(apps, editor)
    job.refresh_from_db()
    assert job.subject_title == notebook.title
    assert "誰に" not in stored(job)
