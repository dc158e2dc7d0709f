"""What must not be so where others can reach it. Runs with check --deploy."""

import subprocess
import sys
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, register


@register("notebookops", deploy=True)
def debug_off(**_kwargs: Any) -> list[CheckMessage]:
    if not settings.DEBUG:
        return []
    return [
        Error(
            "DEBUG is on: error pages would show settings and documents to anyone.",
            hint="Leave DEBUG out, or set it to false.",
            id="notebookops.E014",
        )
    ]


@register("notebookops", deploy=True)
def secret_key_own(**_kwargs: Any) -> list[CheckMessage]:
    if settings.INSECURE_SECRET_KEY not in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        return []
    return [
        Error(
            "SECRET_KEY is the publicly known default: sessions could be forged.",
            hint="Set SECRET_KEY to 50 random characters or more, and take the known one out of SECRET_KEY_FALLBACKS.",
            id="notebookops.E015",
        )
    ]


@register("notebookops", deploy=True)
def https_on(**_kwargs: Any) -> list[CheckMessage]:
    reachable = [host for host in settings.ALLOWED_HOSTS if not _is_loopback(host)]
    if settings.HTTPS or not reachable:
        return []
    return [
        Error(
            f"HTTPS is off, but the console is reachable as {', '.join(reachable)}: passwords would be readable "
            "on the way.",
            hint="Leave HTTPS out, or set it to true; or set ALLOWED_HOSTS to loopback names only.",
            id="notebookops.E016",
        )
    ]


@register("notebookops", deploy=True)
def readers_see_their_file_only(**_kwargs: Any) -> list[CheckMessage]:
    code = "from tasks_app.sandbox.file_access import leave_files; raise SystemExit(not leave_files())"
    if subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, check=False).returncode == 0:
        return []
    return [
        Info(
            "This machine does not let a process give up files: what reads uploaded files could read all others.",
            hint="Use Linux 5.13 or later with Landlock (lsm=landlock), and a container that allows its system calls.",
            id="notebookops.I018",
        )
    ]


@register("notebookops", deploy=True)
def readers_offline(**_kwargs: Any) -> list[CheckMessage]:
    code = "from tasks_app.sandbox.resource_limits import leave_network; raise SystemExit(not leave_network())"
    if subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, check=False).returncode == 0:
        return []
    return [
        Info(
            "This machine does not let a process give up the network: what reads uploaded files could reach it.",
            hint="Allow user namespaces (kernel.unprivileged_userns_clone), or block what workers send out.",
            id="notebookops.I017",
        )
    ]


def _is_loopback(host: str) -> bool:
    name = host.strip("[]")
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
