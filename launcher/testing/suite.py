"""bin/test: the checks and the tests, side by side, on servers of the tests' own."""

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from launcher.checkout.home import PROJECT, Home
from launcher.servers import servers
from launcher.testing import checks

FULL = "--full"
CHECKS = "checks"
TESTS = ("unit", "engine", "console", "browser", "acceptance")
"""Folders of tests/ that can be run by name; `checks` is what runs without a test."""

WITHOUT_SERVERS = frozenset({"unit"})
PROCESSES_PER_CORE = 2
"""Tests wait as much as they compute: for workers, leases and pages."""

PARALLEL = ("--dist", "loadgroup", "--no-loadscope-reorder")
"""Each process takes the next test when it is free; tests of one group stay in one process."""

SERVER_VARIABLES = ("DATABASE_URL", "REDIS_URL")
HOMES_VARIABLE = "NOTEBOOKOPS_TEST_HOMES"
"""The folder in which each process that runs tests keeps its servers; tests/support/plugins/own_servers.py reads it."""

SERVERS_VARIABLE = "NOTEBOOKOPS_TEST_SERVERS"
"""Empty for tests that need no servers."""

SEED_VARIABLE = "NOTEBOOKOPS_TEST_SEED"
"""Set, it decides the order of the tests; the same seed gives the same order."""

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


@dataclass(frozen=True)
class Selection:
    """What the arguments of bin/test ask for."""

    full: bool
    shards: frozenset[str]
    for_pytest: tuple[str, ...]

    @classmethod
    def of(cls, arguments: Sequence[str]) -> "Selection":
        """Without a name or a pytest argument, everything."""
        full = FULL in arguments
        shards = frozenset(arguments) & {CHECKS, *TESTS}
        rest = tuple(argument for argument in arguments if argument not in {FULL, *shards})
        everything = not shards and not rest
        return cls(full, frozenset({CHECKS, *TESTS}) if everything else shards, rest)

    @property
    def checks(self) -> tuple[checks.Check, ...]:
        if CHECKS not in self.shards:
            return ()
        return (*checks.CHECKS, *checks.FULL_CHECKS) if self.full else checks.CHECKS

    @property
    def folders(self) -> list[str]:
        return [f"tests/{name}" for name in TESTS if name in self.shards]

    @property
    def tests(self) -> bool:
        return bool(self.folders or self.for_pytest)

    @property
    def needs_servers(self) -> bool:
        return not self.folders or not self.shards <= WITHOUT_SERVERS

    @property
    def pytest(self) -> list[str]:
        """Whole folders run in several processes, single tests in one, unless `-n` says otherwise."""
        processes = ["-n", str(PROCESSES_PER_CORE * (os.cpu_count() or 1)), *PARALLEL] if self.folders else []
        slow = [] if self.full else ["-m", "not full"]
        return [sys.executable, "-m", "pytest", *slow, *processes, *self.folders, *self.for_pytest]


def run(home: Home, environ: Mapping[str, str], arguments: Sequence[str]) -> int:
    """0 if all that was selected passed.

    The servers are always the tests' own, whatever DATABASE_URL and REDIS_URL say: tests empty and kill them.
    """
    selection = Selection.of(arguments)
    own = Home(home.root / "test")
    own.create()
    given = {name: value for name, value in environ.items() if name not in SERVER_VARIABLES} | ENVIRONMENT
    with _servers_for_checks(selection, own, given) as complete, ThreadPoolExecutor(1) as beside:
        checked = beside.submit(checks.run, selection.checks, complete)
        code = _test(selection, own, given) if selection.tests else 0
        return code or (0 if checked.result() else 1)


def _servers_for_checks(
    selection: Selection, own: Home, given: Mapping[str, str]
) -> AbstractContextManager[Mapping[str, str]]:
    """The environment of a pair of servers that no test stops; without checks, no servers."""
    return servers.running(own, given) if selection.checks else nullcontext(given)


def _test(selection: Selection, own: Home, given: Mapping[str, str]) -> int:
    """Exit code of pytest, whose summary comes last."""
    homes = own.root / "processes"
    environ = {
        **given,
        HOMES_VARIABLE: str(homes),
        SERVERS_VARIABLE: "yes" if selection.needs_servers else "",
        SEED_VARIABLE: given.get(SEED_VARIABLE) or (str(secrets.randbelow(10**6)) if selection.full else ""),
    }
    try:
        return subprocess.run(selection.pytest, cwd=PROJECT, env=environ, check=False).returncode
    finally:
        for root in sorted(homes.glob("*")):
            servers.stop_unused(Home(root))
