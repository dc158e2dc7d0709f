"""Readers with just the rights a test names, and jobs brought into each state by the engine's own verbs."""

from collections.abc import Callable
from functools import cache

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from pytest_django.fixtures import Settings

from tasks_app.errors import PermanentError
from tasks_app.jobs.transitions import outcomes, verbs
from tasks_app.jobs.transitions.lease import Lease, claim
from tasks_app.models import Job, Notebook, Source
from tasks_app.models.engine.job import State
from tasks_app.registry import JobType, job_types
from tasks_app.roles import Role
from tests.support.attempts import make_due
from tests.support.filled import Filled
from tests.support.job_types.probe import PROBE
from tests.support.snapshot import Snapshot

WORKER = "content@test"

Staff = Callable[..., Client]
JobIn = Callable[..., Job]


@pytest.fixture(autouse=True)
def _console(settings: Settings) -> None:
    """English pages, as Japanese ones have tests of their own; static files as they lie."""
    settings.LANGUAGE_CODE = "en"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def staff(db: None) -> Staff:
    """staff("view_job", "requeue_job") is a client logged in as a staff member with these rights alone."""

    def make(*codenames: str) -> Client:
        name = "-".join(codenames) or "none"
        user, _ = User.objects.get_or_create(username=name[:150], is_staff=True)
        user.user_permissions.set(
            Permission.objects.filter(codename__in=codenames, content_type__app_label="tasks_app")
        )
        client = Client()
        client.force_login(user)
        return client

    return make


def holder(role: Role, name: str = "holder") -> User:
    """A new user who is staff by this role alone."""
    user = User.objects.create_user(name, is_staff=True)
    user.groups.set(Group.objects.filter(name=role.name))
    return user


@pytest.fixture
def admin(db: None) -> Client:
    """A client logged in as a superuser."""
    client = Client()
    client.force_login(User.objects.create_superuser("chief"))
    return client


@pytest.fixture
def job_in(notebook: Notebook) -> JobIn:
    """job_in(State.FAILED) is a job of a new source in that state, with the history behind it."""

    def make(state: State, title: str = "議事録") -> Job:
        source = Source.objects.create(notebook=notebook, title=title, pasted_text=f"{title}の本文。")
        job = verbs.enqueue("source", source, requested_by=notebook.owner, reason="for a test")
        if state == State.QUEUED:
            return job
        if state == State.CANCELLED:
            return verbs.cancel(job, by=notebook.owner, reason="not wanted")
        lease = start(job)
        if state == State.SUCCEEDED:
            outcomes.succeed(lease)
        if state == State.FAILED:
            failure = PermanentError("locked", "The file is locked.")
            outcomes.finish_attempt(lease, outcomes.transition_for(failure, lease) or outcomes.SUCCESS)
        job.refresh_from_db()
        assert job.state == state
        return job

    return make


@cache
def _every_row() -> tuple[Filled, Snapshot]:
    rows = Filled()
    rows.everything()
    return rows, Snapshot()


@pytest.fixture
def filled(db: None) -> Filled:
    """Rows of every model, each field filled. Its objects are shared by tests: they change rows in the database only.

    Building them takes half a second, so each process does it once.
    """
    rows, snapshot = _every_row()
    snapshot.put_back()
    return rows


@pytest.fixture
def probe() -> JobType:
    """A kind with three stages that do nothing of consequence."""
    return PROBE


@pytest.fixture
def job(source: Source) -> Job:
    """A queued job of that kind."""
    return verbs.enqueue("probe", source)


def start(job: Job) -> Lease:
    """By a claim, for which it is still the moment at which the test's transaction began."""
    make_due(job)
    lease = claim(job_types[job.kind], job.pk, job.dispatch_id, WORKER)
    assert lease is not None
    return lease
