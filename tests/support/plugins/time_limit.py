"""A pytest plugin: tests that take too long fail the run by name."""

import os

import pytest

LIMIT_SECONDS = 5.0
"""Of the test itself, without its fixtures, on a core of its own."""

SLOW_MACHINE = 2.0
"""How much slower a build machine may be. Processes that share a core slow each other down as well."""

MAY_TAKE_LONGER = ("tests/acceptance/", "tests/browser/")
"""They wait for real processes and pages."""


def pytest_configure(config: pytest.Config) -> None:
    processes = getattr(config.option, "numprocesses", None) or 1
    config.pluginmanager.register(TimeLimit(processes / (os.cpu_count() or 1)), "time-limit")


class TimeLimit:
    """Sees the reports of all processes, in the one that distributes tests."""

    def __init__(self, processes_per_core: float) -> None:
        self._limit = LIMIT_SECONDS * (SLOW_MACHINE * processes_per_core if processes_per_core > 1 else 1.0)
        self._too_slow: dict[str, float] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        limited = not report.nodeid.startswith(MAY_TAKE_LONGER) and "full" not in report.keywords
        if report.when == "call" and limited and report.duration > self._limit:
            self._too_slow[report.nodeid] = report.duration

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._too_slow and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._too_slow:
            terminalreporter.section(f"over {self._limit:.0f} s, which only acceptance, browser and full tests may be")
        for name, seconds in sorted(self._too_slow.items()):
            terminalreporter.line(f"{seconds:.1f} s {name}", red=True)
