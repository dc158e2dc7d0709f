"""bin/test: everything the project checks, on servers of its own."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from launcher import project, servers
from launcher.home import PROJECT, Home
from launcher.translations import SKIPPED

FULL = "--full"
SIDE_BY_SIDE = 2
SERVER_VARIABLES = ("DATABASE_URL", "REDIS_URL")
ENVIRONMENT = {
    "HTTPS": "false",
    "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
    "JOB_LEASE_SECONDS": "3",
    "JOB_HEARTBEAT_SECONDS": "1",
    "JOB_SWEEP_SECONDS": "1",
    "JOB_BACKOFF_SCALE": "0.02",
    "PROVIDER_TIMEOUT_SECONDS": "1",
    "JOB_CANCEL_GRACE_SECONDS": "2",
    "SUMMARY_PROVIDER": "auto",
    **dict.fromkeys(("LLM_BASE_URL", "LLM_API_KEY", "LLM_MODEL"), ""),
    **dict.fromkeys(("EMBEDDING_BASE_URL", "EMBEDDING_API_KEY", "EMBEDDING_MODEL"), ""),
    "JOB_TYPE_PACKAGES": "tasks_app.job_types,tests.support.job_types",
    "STATICFILES_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
}
"""Short times, so that tests can wait for a lease to run out; the kinds that tests declare; no servers but theirs."""

PRODUCTION = {
    "HTTPS": "true",
    "DEBUG": "false",
    "ALLOWED_HOSTS": "console.example.org",
    "SECRET_KEY": "only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG",
    "JOB_TYPE_PACKAGES": "tasks_app.job_types",
    "STATICFILES_STORAGE": "whitenoise.storage.CompressedManifestStaticFilesStorage",
}


@dataclass(frozen=True)
class Gate:
    """Passed when the command's exit code is 0; it could not be tried when that is SKIPPED."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)


GATES = (
    Gate("types", [sys.executable, "-m", "mypy", "."]),
    Gate("lint", [sys.executable, "-m", "ruff", "check", "."]),
    Gate("format", [sys.executable, "-m", "ruff", "format", "--check", "."]),
    Gate("imports", [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]),
    Gate(
        "production settings",
        [*project.MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
        PRODUCTION,
    ),
    Gate("migrations", [*project.MANAGE, "makemigrations", "--check", "--dry-run"]),
    Gate("translations", [sys.executable, "-m", "launcher.translations"]),
)
FULL_GATES = (
    Gate("advisories", [sys.executable, "-m", "launcher.advisories"]),
    Gate(
        "risky code",
        [
            *(sys.executable, "-m", "bandit", "--quiet", "--recursive", "--severity-level=medium"),
            *("notebookops", "tasks_app", "launcher", "manage.py"),
        ],
    ),
)
"""One asks another machine; the other finds what ruff's rules of the same origin do not."""


def run(home: Home, environ: Mapping[str, str], arguments: Sequence[str]) -> int:
    """0 if all passed. With pytest arguments only pytest runs; its summary comes last in either case.

    The servers are always the tests' own, whatever DATABASE_URL and REDIS_URL say: tests empty and kill them.
    """
    own = Home(home.root / "test")
    own.create()
    given = {name: value for name, value in environ.items() if name not in SERVER_VARIABLES}
    for_pytest = [argument for argument in arguments if argument != FULL]
    with servers.running(own, {**given, **ENVIRONMENT}) as complete:
        full = FULL in arguments
        passed = bool(for_pytest) or _static((*GATES, *FULL_GATES) if full else GATES, complete)
        selection = [] if full else ["-m", "not full"]
        pytest = [sys.executable, "-m", "pytest", *selection, *for_pytest]
        code = subprocess.run(pytest, cwd=PROJECT, env=complete, check=False).returncode
    return code or (0 if passed else 1)


def _static(gates: Sequence[Gate], environ: Mapping[str, str]) -> bool:
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return all(list(pool.map(lambda gate: _passes(gate, environ), gates)))


def _passes(gate: Gate, environ: Mapping[str, str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        gate.command,
        cwd=PROJECT,
        env={**environ, **gate.environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = {0: "passed", SKIPPED: "skipped"}.get(done.returncode, "FAILED")
    line = f"{gate.name:<22}{verdict:<8}{time.monotonic() - started:5.1f} s"
    print("\n".join([line] if verdict == "passed" else [line, done.stdout.rstrip()]), flush=True)
    return verdict != "FAILED"
