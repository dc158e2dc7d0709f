"""Secrets made on first start and kept for this user alone."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from launcher.checkout.errors import LauncherError


@dataclass(frozen=True)
class Secrets:
    """`secret_key` is Django's; the others are the passwords of the two servers."""

    secret_key: str
    postgres_password: str
    redis_password: str


def load(path: Path) -> Secrets:
    """The secrets in this file, which is written (mode 0600) when it is not there."""
    if not path.exists():
        _write(path, Secrets(*(secrets.token_urlsafe(length) for length in (48, 24, 24))))
    try:
        return Secrets(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise LauncherError(
            f"{path} cannot be read. It holds the database's password: restore it, or start over without {path.parent}."
        ) from error


def _write(path: Path, keys: Secrets) -> None:
    """Whole or not at all: a crash half-way must not leave a database without its password."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(keys), file)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
