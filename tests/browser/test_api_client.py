"""The example client of docs/howto, compiled strictly and run in a browser, follows a job until it is done."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from playwright.sync_api import Page, Route
from pytest_django.live_server_helper import LiveServer

from tasks_app.api import read_tokens
from tasks_app.api.read_tokens import Scope
from tasks_app.jobs import verbs
from tasks_app.models import Job, Source

pytestmark = pytest.mark.django_db(transaction=True)

CLIENT = Path(project.BASE_DIR) / "docs" / "howto" / "follow-jobs.ts"
VERSION = "5.9.3"
HOME = Path(project.BASE_DIR) / ".local" / "typescript"
COMPILER = HOME / "node_modules" / "typescript" / "bin" / "tsc"
NPM_SECONDS = 120

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
def compiled(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the TypeScript compiler makes of it, every check on; skipped where it cannot be fetched."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm to fetch TypeScript with: the example client is not tried")
    if not COMPILER.is_file():
        install = [npm, "install", "--prefix", str(HOME), "--no-audit", "--no-fund", f"typescript@{VERSION}"]
        try:
            subprocess.run(install, check=True, capture_output=True, timeout=NPM_SECONDS)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            pytest.skip("TypeScript cannot be fetched: the example client is not tried")
    out = tmp_path_factory.mktemp("client")
    options = ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--target", "es2022"]
    options += ["--module", "es2022", "--lib", "es2022,dom", "--outDir", str(out)]
    done = subprocess.run(
        ["node", str(COMPILER), *options, str(CLIENT)], capture_output=True, text=True, timeout=NPM_SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout
    return (out / "follow-jobs.js").read_text("utf-8")


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
    return read_tokens.mint(Scope(jobs=(job.pk,)), 600)


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
    assert [round(pause / first) for pause in pauses] == pytest.approx([2, 4, 8], abs=1.7)
    assert pauses == sorted(pauses)


def test_a_token_that_opens_nothing_ends_it(reader: Page, live_server: LiveServer, job: Job) -> None:
    assert followed(reader, live_server, job, "nbr_x") == {"status": 401}
