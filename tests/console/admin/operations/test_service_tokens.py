"""Service tokens: shown once, kept as a digest, revoked."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tasks_app.models import Job, ServiceToken
from tasks_app.models.engine.api import digest_of
from tests.console.admin.conftest import Staff

pytestmark = pytest.mark.django_db
ADD = "admin:tasks_app_servicetoken_add"


def make(admin: Client, name: str = "frontend") -> str:
    """The token as its page shows it."""
    answer = admin.post(reverse(ADD), {"name": name})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    found = re.search(r'value="(nbs_[\w-]{43})"', answer.content.decode())
    assert found is not None
    return found.group(1)


def test_a_token_is_shown_once(admin: Client) -> None:
    token = make(admin)
    row = ServiceToken.objects.get()
    assert row.digest == digest_of(token)
    pages = [admin.get(reverse("admin:tasks_app_servicetoken_change", args=[row.pk]))]
    pages += [admin.get(reverse("admin:tasks_app_servicetoken_changelist")), admin.get(reverse("admin:index"))]
    assert all(token not in page.content.decode() for page in pages)
    kept = [str(entry) + entry.change_message for entry in LogEntry.objects.all()]
    kept += [str(session.get_decoded()) for session in Session.objects.all()]
    assert token not in " ".join(kept)


def test_two_backends_do_not_share_a_name(admin: Client) -> None:
    make(admin)
    assert b"nbs_" not in admin.post(reverse(ADD), {"name": "frontend"}).content
    assert ServiceToken.objects.count() == 1


def test_a_token_is_revoked(admin: Client, db: None) -> None:
    token = make(admin)
    row = ServiceToken.objects.get()
    backend = Client(headers={"Authorization": f"Bearer {token}"})
    asked = {"subject_type": "source", "subject_id": "12345678-1234-4234-8234-123456789abc"}
    assert backend.get("/api/v1/jobs", asked).status_code == 200
    address = reverse("admin:tasks_app_servicetoken_revoke", args=[row.pk])
    assert admin.get(address).status_code == 405
    assert admin.post(address, follow=True).status_code == 200
    assert backend.get("/api/v1/jobs", asked).status_code == 401
    assert not Job.objects.exists()


def test_each_step_needs_its_right(staff: Staff, admin: Client, client: Client) -> None:
    make(admin)
    row = ServiceToken.objects.get()
    revoke = reverse("admin:tasks_app_servicetoken_revoke", args=[row.pk])
    assert client.post(reverse(ADD), {"name": "x"}).status_code == 302
    assert staff("view_servicetoken").post(reverse(ADD), {"name": "x"}).status_code == 403
    assert staff("view_servicetoken", "add_servicetoken").post(revoke).status_code == 403
    assert staff("view_servicetoken", "change_servicetoken").post(revoke).status_code == 302
    change = reverse("admin:tasks_app_servicetoken_change", args=[row.pk])
    assert staff("view_servicetoken", "change_servicetoken").post(change, {"name": "y"}).status_code == 403
    row.refresh_from_db()
    assert (row.name, row.revoked_at is not None) == ("frontend", True)
