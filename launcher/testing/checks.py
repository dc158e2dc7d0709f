"""What can be checked without running a test: types, style, imports, settings, migrations, translations."""

import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from launcher.checkout import project
from launcher.checkout.home import PROJECT
from launcher.testing.translations import SKIPPED

PARALLEL = 2
"""Checks that run at once; mypy alone keeps one core busy for half a minute."""

PRODUCTION = {
    "HTTPS": "true",
    "DEBUG": "false",
    "ALLOWED_HOSTS": "console.example.org",
    "SECRET_KEY": "only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG",
    "JOB_TYPE_PACKAGES": "tasks_app.job_types",
    "STATICFILES_STORAGE": "whitenoise.storage.CompressedManifestStaticFilesStorage",
}


@dataclass(frozen=True)
class Check:
    """Passed when the command's exit code is 0; it could not be made when that is SKIPPED."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)


CHECKS = (
    Check("types", [sys.executable, "-m", "mypy", "."]),
    Check("lint", [sys.executable, "-m", "ruff", "check", "."]),
    Check("format", [sys.executable, "-m", "ruff", "format", "--check", "."]),
    Check("imports", [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]),
    Check(
        "production settings",
        [*project.MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
        PRODUCTION,
    ),
    Check("migrations", [*project.MANAGE, "makemigrations", "--check", "--dry-run"]),
    Check("translations", [sys.executable, "-m", "launcher.testing.translations"]),
    Check("spelling", [sys.executable, "-m", "launcher.testing.spelling"]),
)
FULL_CHECKS = (
    Check("advisories", [sys.executable, "-m", "launcher.testing.advisories"]),
    Check(
        "risky code",
        [
            *(sys.executable, "-m", "bandit", "--quiet", "--recursive", "--severity-level=medium"),
            *("notebookops", "tasks_app", "launcher", "benchmarks", "manage.py"),
        ],
    ),
)
"""One asks another machine; the other finds what ruff's rules of the same origin do not."""


def run(checks: Iterable[Check], environ: Mapping[str, str]) -> bool:
    """Whether all passed. A line for each is printed when it ends, and what a failed one said."""
    with ThreadPoolExecutor(PARALLEL) as pool:
        return all(list(pool.map(lambda check: _passes(check, environ), checks)))


def _passes(check: Check, environ: Mapping[str, str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=PROJECT,
        env={**environ, **check.environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = {0: "passed", SKIPPED: "skipped"}.get(done.returncode, "FAILED")
    line = f"{check.name:<22}{verdict:<8}{time.monotonic() - started:5.1f} s"
    print("\n".join([line] if verdict == "passed" else [line, done.stdout.rstrip()]), flush=True)
    return verdict != "FAILED"
