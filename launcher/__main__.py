"""`python -m launcher up|manage|test|servers`: what the scripts in bin/ call."""

import io
import sys

from launcher.checkout import environment, interrupts
from launcher.checkout.errors import LauncherError
from launcher.checkout.home import Home


def main(arguments: list[str]) -> int:
    """Run one command; the result is the exit code. Each imports only what it needs."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace", line_buffering=True)
    command, *rest = arguments or ["up"]
    with interrupts.handled_by(interrupts.leave):
        try:
            return _run(command, rest)
        except LauncherError as error:
            print(f"notebookops: {error}", file=sys.stderr)
            return 1


def _run(command: str, rest: list[str]) -> int:
    environ = environment.read()
    home = Home.of(environ)
    if command == "up":
        from launcher import up

        return up.run(home, environ, rest)
    if command == "manage":
        from launcher import manage

        return manage.run(home, environ, rest)
    if command == "test":
        from launcher.testing import suite

        return suite.run(home, environ, rest)
    if command == "servers":
        from launcher import serve

        return serve.run(home, environ)
    raise LauncherError(f"Unknown command {command!r}; use up, manage, test or servers.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
