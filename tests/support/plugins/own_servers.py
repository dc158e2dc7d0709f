"""A pytest plugin: every process that runs tests has a PostgreSQL, a Redis, folders and ports of its own.

It works before the settings are loaded, since they read the servers' addresses. bin/test names the folder in which each
process has its home.
"""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from launcher.checkout import environment, secrets
from launcher.checkout.home import Home
from launcher.servers import servers
from launcher.testing.suite import HOMES_VARIABLE, SERVERS_VARIABLE
from tests.support.plugins import migrated

SOLE_PROCESS = "main"
"""Name of the home where pytest runs all tests in one process."""


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    homes = os.environ.get(HOMES_VARIABLE)
    if homes is None:
        pytest.exit("Start the tests with bin/test: it brings PostgreSQL and Redis along.", returncode=4)
    process = os.environ.get("PYTEST_XDIST_WORKER", SOLE_PROCESS)
    if process == SOLE_PROCESS and early_config.known_args_namespace.numprocesses:
        return  # it only distributes tests to others
    home = Home(Path(homes) / process)
    home.create()
    if not os.environ.get(SERVERS_VARIABLE):
        os.environ.update(environment.complete(os.environ, home, secrets.load(home.secrets)))
        return
    migrated.give(home, Path(homes).with_name("migrated"), os.environ)
    stack = ExitStack()
    early_config.add_cleanup(stack.close)
    os.environ.update(stack.enter_context(servers.running(home, os.environ)))
