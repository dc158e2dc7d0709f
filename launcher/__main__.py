"""`python -m launcher up|manage|test|servers`: what the scripts in bin/ call."""

import signal
import sys
from types import FrameType

from launcher import environment
from launcher.errors import LauncherError
from launcher.home import Home


def main(arguments: list[str]) -> int:
    """Run one command; the result is the exit code."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    command, *rest = arguments or ["up"]
    try:
        return _run(command, rest)
    except LauncherError as error:
        print(f"notebookops: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(command: str, rest: list[str]) -> int:
    if command == "test":
        from launcher import gates

        return gates.run(rest)
    environ = environment.read()
    home = Home.of(environ)
    if command == "up":
        from launcher import up

        return up.run(home, environ, rest)
    if command == "manage":
        from launcher import manage

        return manage.run(home, environ, rest)
    if command == "servers":
        from launcher import foreground

        return foreground.run(home, environ)
    raise LauncherError(f"There is no command {command!r}; there are up, manage, test and servers.")


def _end(number: int, frame: FrameType | None) -> None:
    """Leave through every `finally`, so that whatever was started is stopped."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
