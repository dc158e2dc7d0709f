"""What a service token is limited to, and how it is rotated; one without limits does everything, as before."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now
from django.test import Client
from django.utils.timezone import now

from tasks_app.jobs.transitions import verbs
from tasks_app.models import Council, Job, Minute, Notebook, ServiceToken, Source
from tests.console.api.conftest import bearer

pytestmark = pytest.mark.django_db
ADDRESS = "192.0.2.10"


def limited(**scope: Any) -> Client:
    """A backend whose token has this scope."""
    notebooks = scope.pop("notebooks", [])
    row = ServiceToken(name="limited", **scope)
    secret = row.issue()
    row.save()
    row.notebooks.set(notebooks)
    return bearer(secret)


def submit(backend: Client, notebook: Notebook, path: str = "sources") -> Any:
    return backend.post(f"/api/v1/{path}", {"notebook": str(notebook.pk), "text": "本文。"}, "application/json")


def status(backend: Client, path: str) -> int:
    return backend.get(f"/api/v1/{path}").status_code


@pytest.fixture
def elsewhere(job: Job) -> Job:
    """A job in another notebook."""
    notebook = Notebook.objects.create(title="別", owner=User.objects.create_user("another"))
    return verbs.enqueue("source", Source.objects.create(notebook=notebook, title="別", pasted_text="別。"))


@pytest.fixture
def minutes_job(notebook: Notebook) -> Job:
    return verbs.enqueue("minute", Minute.objects.create(notebook=notebook, title="会議", pasted_text="本文。"))


def test_without_limits_it_does_everything(job: Job, elsewhere: Job, minutes_job: Job, notebook: Notebook) -> None:
    backend = limited()
    assert {status(backend, f"jobs/{one.pk}") for one in (job, elsewhere, minutes_job)} == {200}
    made = submit(backend, notebook)
    assert made.status_code == 202
    assert "Read-Token" in made.headers
    assert backend.post(f"/api/v1/jobs/{job.pk}/cancel").status_code in (200, 202)
    assert backend.post(f"/api/v1/jobs/{job.pk}/requeue").status_code == 202


def test_one_that_may_not_submit(job: Job, notebook: Notebook) -> None:
    backend = limited(may_submit=False)
    assert status(backend, f"jobs/{job.pk}") == 200
    assert submit(backend, notebook).status_code == 403
    assert backend.post(f"/api/v1/sources/{job.subject_id}/jobs", {}, "application/json").status_code == 403
    assert backend.post(f"/api/v1/jobs/{job.pk}/cancel").status_code in (200, 202)
    assert backend.post(f"/api/v1/jobs/{job.pk}/requeue").status_code == 403


def test_one_that_may_not_read(job: Job, notebook: Notebook) -> None:
    backend = limited(may_read=False)
    paths = (f"jobs/{job.pk}", f"jobs?ids={job.pk}", f"sources/{job.subject_id}", f"notebooks/{notebook.pk}/jobs")
    assert {status(backend, path) for path in paths} == {403}
    asked = backend.post("/api/v1/read-tokens", {"jobs": [str(job.pk)]}, "application/json")
    assert asked.status_code == 403
    made = submit(backend, notebook)
    assert made.status_code == 202
    assert "Read-Token" not in made.headers


def test_one_that_may_not_cancel(job: Job) -> None:
    backend = limited(may_cancel=False)
    assert backend.post(f"/api/v1/jobs/{job.pk}/cancel").status_code == 403


def test_one_for_some_kinds(job: Job, minutes_job: Job, notebook: Notebook) -> None:
    backend = limited(kinds=["minute"])
    assert status(backend, f"jobs/{minutes_job.pk}") == 200
    assert status(backend, f"minutes/{minutes_job.subject_id}") == 200
    assert status(backend, f"jobs/{job.pk}") == 404
    assert status(backend, f"sources/{job.subject_id}") == 404
    assert backend.post(f"/api/v1/jobs/{job.pk}/cancel").status_code == 404
    assert submit(backend, notebook).status_code == 403
    assert submit(backend, notebook, "minutes").status_code == 202


def test_one_for_some_notebooks(job: Job, elsewhere: Job, notebook: Notebook) -> None:
    other = Notebook.objects.get(title="別")
    council = Council.objects.create(title="議会")
    backend = limited(notebooks=[notebook])
    assert [status(backend, f"jobs/{one.pk}") for one in (job, elsewhere)] == [200, 404]
    assert [status(backend, f"sources/{one.subject_id}") for one in (job, elsewhere)] == [200, 404]
    assert [status(backend, f"notebooks/{one.pk}/jobs") for one in (notebook, other)] == [200, 404]
    assert [submit(backend, one).status_code for one in (notebook, other)] == [202, 400]
    question = {"council": str(council.pk), "question": "何が決まりましたか。"}
    assert backend.post("/api/v1/chat-messages", question, "application/json").status_code == 400


def test_a_read_token_is_within_the_scope_of_its_minter(job: Job) -> None:
    backend = limited()
    reader = bearer(backend.post("/api/v1/read-tokens", {"jobs": [str(job.pk)]}, "application/json").json()["token"])
    assert status(reader, f"jobs/{job.pk}") == 200
    for narrower in ({"kinds": ["minute"]}, {"may_read": False}, {"expires_at": Now() - timedelta(seconds=1)}):
        ServiceToken.objects.update(**narrower)
        assert status(reader, f"jobs/{job.pk}") == 404, narrower
        ServiceToken.objects.update(kinds=[], may_read=True, expires_at=None)
    assert status(reader, f"jobs/{job.pk}") == 200


def test_its_end_date(job: Job) -> None:
    backend = limited(expires_at=now() + timedelta(hours=1))
    assert status(backend, f"jobs/{job.pk}") == 200
    ServiceToken.objects.update(expires_at=Now() - timedelta(seconds=1))
    assert status(backend, f"jobs/{job.pk}") == 401


def test_its_addresses(job: Job) -> None:
    backend = limited(addresses=["192.0.2.0/28", "2001:db8::7"])
    path = f"/api/v1/jobs/{job.pk}"
    found = {
        address: backend.get(path, REMOTE_ADDR=address).status_code
        for address in ("192.0.2.15", "192.0.2.16", "2001:db8::7", "::ffff:192.0.2.1", "127.0.0.1")
    }
    assert list(found.values()) == [200, 403, 200, 200, 403]
    assert ServiceToken.objects.get().last_address == "192.0.2.15"


def test_a_rotation_leaves_no_gap(job: Job) -> None:
    row = ServiceToken(name="frontend")
    before = bearer(row.issue())
    row.save()
    reader = bearer(before.post("/api/v1/read-tokens", {"jobs": [str(job.pk)]}, "application/json").json()["token"])
    after = bearer(row.rotate(now() + timedelta(hours=1)))
    row.save()
    path = f"jobs/{job.pk}"
    assert [status(client, path) for client in (before, after, reader)] == [200, 200, 200]
    ServiceToken.objects.update(previous_until=Now() - timedelta(seconds=1))
    assert [status(client, path) for client in (before, after, reader)] == [401, 200, 200]
