"""The page and the addresses of `leaflet`, run by tests/console/admin/content/test_howto.py in a process of its own."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from tasks_app.models import Job, Notebook, ServiceToken
from tests.support.attempts import attempt
from tests.support.new_subject.leaflet import LEAFLET, Leaflet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(Leaflet)


def finished(job: Job) -> None:
    attempt(LEAFLET, job)
    job.refresh_from_db()
    assert job.state == "succeeded"


def test_the_console_lists_saves_starts_and_shows(notebook: Notebook, broker: Any) -> None:
    admin = Client(headers={"Accept-Language": "en"})
    admin.force_login(User.objects.create_superuser("chief"))
    admin.post(
        reverse("admin:tasks_app_leaflet_add"), {"title": "Fees", "notebook": str(notebook.pk), "text": "a b c d"}
    )
    leaflet = Leaflet._default_manager.get()
    finished(Job.objects.get(subject_id=leaflet.pk))
    page = reverse("admin:tasks_app_leaflet_change", args=[leaflet.pk])
    shown = admin.get(page).content.decode()
    assert "words: 4" in shown
    assert "Count the words" in shown
    assert "Fees" in admin.get(reverse("admin:tasks_app_leaflet_changelist")).content.decode()

    answer = admin.post(reverse("admin:tasks_app_leaflet_work", args=[leaflet.pk, "leaflet"]), follow=True)

    assert answer.redirect_chain == [(page, 302)]
    finished(Job.objects.filter(subject_id=leaflet.pk).latest("created_at"))
    assert Job.objects.count() == 2
    for view in ("live", "text", "read", "download"):
        code = admin.get(reverse(f"admin:tasks_app_leaflet_{view}", args=[leaflet.pk])).status_code
        assert code == (200 if view == "live" else 404)


def test_the_api_submits_starts_and_answers(notebook: Notebook, broker: Any) -> None:
    row = ServiceToken(name="frontend")
    backend = Client(headers={"Authorization": f"Bearer {row.issue()}"})
    row.save()
    body = {"title": "Fees", "notebook": str(notebook.pk), "text": "a b c"}
    submitted = backend.post("/api/v1/leaflets", body, "application/json")
    assert submitted.status_code == 202, submitted.content
    job = Job.objects.get(pk=submitted.json()["id"])
    finished(job)

    result = backend.get(backend.get(submitted["Location"]).json()["result"]["href"]).json()
    assert result == {"id": str(job.subject_id), "title": "Fees", "outcomes": {"leaflet": {"words": 3}}}

    again = backend.post(f"/api/v1/leaflets/{job.subject_id}/jobs", {}, "application/json")
    assert (again.status_code, again.json()["kind"]) == (202, "leaflet")
    assert again.json()["id"] != str(job.pk)


def test_what_is_another_s_is_not_there(notebook: Notebook, broker: Any) -> None:
    leaflet = Leaflet._default_manager.create(notebook=notebook, title="Fees", text="a")
    for user, code in ((User.objects.create_user("stranger"), 404), (notebook.owner, 200)):
        client = Client()
        assert user is not None
        client.force_login(user)
        assert client.get(f"/api/v1/leaflets/{leaflet.pk}").status_code == code
        body = {"title": "x", "notebook": str(notebook.pk), "text": "a"}
        assert client.post("/api/v1/leaflets", body, "application/json").status_code == (400 if code == 404 else 202)
