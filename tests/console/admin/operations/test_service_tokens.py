"""Service tokens: shown once, kept as a digest, revoked."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tasks_app.models import Job, Notebook, ServiceToken
from tasks_app.models.engine.api import digest_of
from tests.console.admin.conftest import Staff

pytestmark = pytest.mark.django_db
ADD = "admin:tasks_app_servicetoken_add"
EVERYTHING = {"may_submit": "on", "may_read": "on", "may_cancel": "on"}


def make(admin: Client, name: str = "frontend") -> str:
    """The token as its page shows it."""
    answer = admin.post(reverse(ADD), {"name": name, **EVERYTHING})
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


def test_a_scope_is_shown_and_kept(admin: Client, notebook: Notebook) -> None:
    form = {"name": "reader", "may_read": "on", "kinds": ["source", "minute"], "notebooks": [notebook.pk]}
    form |= {"addresses": "192.0.2.0/24, 2001:db8::1", "expires_at_0": "2099-04-01", "expires_at_1": "00:00:00"}
    assert b"nbs_" in admin.post(reverse(ADD), form).content
    row = ServiceToken.objects.get()
    assert (row.may_submit, row.may_read, row.may_cancel) == (False, True, False)
    assert (row.kinds, list(row.notebooks.all())) == (["source", "minute"], [notebook])
    assert row.addresses == ["192.0.2.0/24", "2001:db8::1"]
    listed = admin.get(reverse("admin:tasks_app_servicetoken_changelist")).content.decode()
    assert f"read; Source, Minutes; {notebook.title}; 192.0.2.0/24, 2001:db8::1" in listed
    assert "2099" in listed


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("addresses", "192.0.2.0/24, here", "“here” is not an IP address or network."),
        ("expires_at_0", "2020-04-01", "Choose a time in the future."),
        ("kinds", "nonsense", "Select a valid choice."),
    ],
)
def test_a_scope_that_makes_no_sense(admin: Client, field: str, value: str, message: str) -> None:
    form = {"name": "reader", **EVERYTHING, "expires_at_1": "00:00:00", field: value}
    if field != "expires_at_0":
        del form["expires_at_1"]
    assert message in admin.post(reverse(ADD), form).content.decode()
    assert not ServiceToken.objects.exists()


def test_a_rotation_shows_a_new_secret_once(admin: Client, staff: Staff) -> None:
    before = make(admin)
    row = ServiceToken.objects.get()
    rotate = reverse("admin:tasks_app_servicetoken_rotate", args=[row.pk])
    assert staff("view_servicetoken", "add_servicetoken").post(rotate).status_code == 403
    assert admin.get(rotate).status_code == 405
    answer = admin.post(rotate)
    assert "no-store" in answer["Cache-Control"]
    found = re.search(r'value="(nbs_[\w-]{43})"', answer.content.decode())
    assert found is not None
    asked = {"subject_type": "source", "subject_id": "12345678-1234-4234-8234-123456789abc"}
    for secret in (before, found[1]):
        assert Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/jobs", asked).status_code == 200
    admin.post(reverse("admin:tasks_app_servicetoken_revoke", args=[row.pk]))
    for secret in (before, found[1]):
        assert Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/jobs", asked).status_code == 401
    assert admin.post(rotate).status_code == 404, "a revoked one stays revoked"
