"""The environment of every process: what the user set wins, the rest is filled in."""

import os
from collections.abc import Mapping

import environ

from launcher.checkout.home import PROJECT, Home
from launcher.checkout.release import release
from launcher.checkout.secrets import Secrets

SOFT_SHUTDOWN_SECONDS = 5
"""How long a worker that was asked to stop waits before it drops its tasks (back to the queue)."""


def read() -> dict[str, str]:
    """This process's environment and `.env`, read as the settings read it: what is already set wins."""
    if (PROJECT / ".env").is_file():
        environ.Env.read_env(PROJECT / ".env")
    return dict(os.environ)


def complete(given: Mapping[str, str], home: Home, keys: Secrets) -> dict[str, str]:
    """`given` with everything the project needs besides the addresses of its servers.

    HTTPS is off: the console is served on this machine's loopback address alone.
    """
    return {
        "DJANGO_SETTINGS_MODULE": "notebookops.settings",
        "SECRET_KEY": keys.secret_key,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "HTTPS": "false",
        "MEDIA_ROOT": str(home.media),
        "STATIC_ROOT": str(home.static),
        "WORKER_SOFT_SHUTDOWN_SECONDS": str(SOFT_SHUTDOWN_SECONDS),
        "PYTHONUNBUFFERED": "1",
        "RELEASE": release(),
        **given,
        "NOTEBOOKOPS_HOME": str(home.root),
    }
