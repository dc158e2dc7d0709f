"""A pytest plugin: tests that take too long are listed by name, and fail a run in one process.

Processes that share the cores stretch each other's seconds, so a run in several lists them only.
"""

import pytest

LIMIT_SECONDS = 5.0
"""Of the test itself, without its fixtures."""

MAY_TAKE_LONGER = ("tests/acceptance/", "tests/browser/")
"""They wait for real processes and pages."""


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(TimeLimit(), "time-limit")


class TimeLimit:
    """Sees the reports of all processes, in the one that distributes tests."""

    def __init__(self) -> None:
        self._too_slow: dict[str, float] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        limited = not report.nodeid.startswith(MAY_TAKE_LONGER) and "full" not in report.keywords
        if report.when == "call" and limited and report.duration > LIMIT_SECONDS:
            self._too_slow[report.nodeid] = report.duration

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        alone = not getattr(session.config.option, "numprocesses", None)
        if alone and self._too_slow and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._too_slow:
            terminalreporter.section(
                f"over {LIMIT_SECONDS:.0f} s, which only acceptance, browser and full tests may be"
            )
        for name, seconds in sorted(self._too_slow.items()):
            terminalreporter.line(f"{seconds:.1f} s {name}", red=True)
