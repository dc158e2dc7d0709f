"""The folder that holds everything a checkout keeps between two starts."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from launcher.checkout.errors import LauncherError

PROJECT = Path(__file__).resolve().parents[2]
"""Top level of the checkout."""


@dataclass(frozen=True)
class Home:
    """Places below one root. `.local/` of the checkout, unless NOTEBOOKOPS_HOME names another folder."""

    root: Path

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Home":
        """The home that this environment asks for, created for this user alone where it is missing."""
        home = cls(Path(environ.get("NOTEBOOKOPS_HOME") or PROJECT / ".local").resolve())
        home.create()
        return home

    def create(self) -> None:
        """Make the folders. Raises LauncherError where this user may not write."""
        try:
            for folder in (self.root, self.run, self.logs, self.redis, self.media, self.static):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise LauncherError(f"{self.root} cannot be created: {error.strerror}.") from error
        if self.run.stat().st_uid != os.geteuid():
            raise LauncherError(
                f"{self.root} belongs to another user. Start as that user, "
                "or set NOTEBOOKOPS_HOME to one of your own folders."
            )

    @property
    def pgdata(self) -> Path:
        return self.root / "pgdata"

    @property
    def redis(self) -> Path:
        return self.root / "redis"

    @property
    def media(self) -> Path:
        return self.root / "media"

    @property
    def static(self) -> Path:
        return self.root / "static"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """Locks, ports and process ids: nothing that would be missed."""
        return self.root / "run"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets.json"
