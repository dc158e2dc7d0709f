"""Health of one process, determined without another service: a file that its loop touches, or a URL that it answers.

A command that starts fast, so nothing but the standard library is imported here:

    python -m tasks_app.health          the file HEALTH_FILE was touched within HEALTH_STALE_SECONDS
    python -m tasks_app.health URL      the address answers with 200

Both variables are read from the environment alone, never from `.env`.
"""

import http.client
import os
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

FILE = "HEALTH_FILE"
STALE = "HEALTH_STALE_SECONDS"
STALE_SECONDS = 30.0
"""Seconds without a touch after which a process counts as hung."""

TOUCHES = 6
"""How often a loop touches its file within the time after which it is stale."""

ANSWER_SECONDS = 8.0


def complaint(arguments: list[str]) -> str:
    """What is wrong; nothing if the process is well."""
    if arguments:
        return _address_complaint(arguments[0])
    return _file_complaint(Path(os.environ[FILE]), float(os.environ.get(STALE) or STALE_SECONDS))


def _file_complaint(file: Path, stale_seconds: float) -> str:
    try:
        age = time.time() - file.stat().st_mtime
    except OSError as error:
        return f"{file} was not touched yet ({error.strerror})"
    return "" if age <= stale_seconds else f"{file} was last touched {age:.0f} s ago"


def _address_complaint(url: str) -> str:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", address.path)
        answer = connection.getresponse()
        said = answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return f"{url} does not answer ({error})"
    finally:
        connection.close()
    return "" if answer.status == http.HTTPStatus.OK else f"{url} answers {answer.status}: {said}"


if __name__ == "__main__":
    sys.exit(complaint(sys.argv[1:]) or 0)
