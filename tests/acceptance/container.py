"""What containers would give the services of docker-compose.yml, without containers.

Names of machines become loopback ports, folders lie in a temporary one, and the code is what the Dockerfile copies.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from launcher.checkout.home import PROJECT
from launcher.servers import ports, programs
from tests.acceptance.worker_processes import Process
from tests.support.compose_file import ComposeService

TEMPORARY = "/tmp/"  # noqa: S108 - as the containers call it
DOCKERFILE = (PROJECT / "Dockerfile").read_text("utf-8")


class Machine:
    """Where the services of one test live. `database_url` takes the place of the postgres service."""

    def __init__(self, folder: Path, dotenv: Mapping[str, str], database_url: str) -> None:
        self._folder = folder
        self._dotenv = dotenv
        self._database_url = database_url
        self._app = folder / "app"
        self._hidden = folder / "hidden"
        redis, web, flower = (ports.any_free() for _ in range(3))
        self.web = f"127.0.0.1:{web}"
        self.flower = f"127.0.0.1:{flower}"
        self._places = {
            "@redis:6379": f"@127.0.0.1:{redis}",
            "redis-server -": f"redis-server - --bind 127.0.0.1 --port {redis} --dir {folder}",
            "redis-cli": f"redis-cli -p {redis}",
            "=0.0.0.0:8000": f"={self.web}",
            "127.0.0.1:8000": self.web,
            "--address=0.0.0.0 --port=5555": f"--address=127.0.0.1 --port={flower}",
            "127.0.0.1:5555": self.flower,
            "/srv/notebookops/": f"{folder}/",
        }

    def build(self, service: ComposeService) -> None:
        """Put together what the image holds; packages it does without cannot be imported. `service` is one of ours."""
        self._app.mkdir()
        for name in re.findall(r"^COPY (?!--from|requirements)(\S+) \S+$", DOCKERFILE, re.MULTILINE):
            source = PROJECT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, self._app / name)
        self._hidden.mkdir()
        for package in _only(r"printf '%s\\n' (.+) > launcher-only\.txt").split():
            (self._hidden / f"{package.replace('-', '_')}.py").write_text("raise ImportError('not in the image')\n")
        self.run(service, _only(r"STATIC_ROOT=\S+ (python manage\.py collectstatic .*)").split())

    def start(self, service: ComposeService) -> Process:
        return Process.started(self._here(service.command), self.log(service), self._environ(service), self._app)

    def run(self, service: ComposeService, command: list[str]) -> str:
        """What a command prints that is run in the service's container; it must succeed."""
        done = self._exec(service, command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def is_well(self, service: ComposeService) -> bool:
        return self._exec(service, service.health).returncode == 0

    def log(self, service: ComposeService) -> Path:
        return self._folder / f"{service.name}.log"

    def _exec(self, service: ComposeService, command: list[str]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self._here(command),
            cwd=self._app,
            env=self._environ(service),
            capture_output=True,
            text=True,
            check=False,
        )

    def _environ(self, service: ComposeService) -> dict[str, str]:
        """What the file says over what `.env` says, and nothing of ours but the way to the programs."""
        given = {**(self._dotenv if "env_file" in service.raw else {}), **service.environ}
        own = self._folder / service.name
        own.mkdir(exist_ok=True)
        here = dict(
            zip(given, self._here([text.replace(TEMPORARY, f"{own}/") for text in given.values()]), strict=True)
        )
        if "DATABASE_URL" in here:
            here["DATABASE_URL"] = self._database_url
        folders = (Path(sys.executable).parent, programs.postgres_programs(), programs.redis_program().parent)
        return {
            **here,
            "PATH": os.pathsep.join([*map(str, folders), os.defpath]),
            "PYTHONPATH": str(self._hidden),
            "PYTHONUNBUFFERED": "1",
            "HOME": str(own),
            "PGPORT": str(urlsplit(self._database_url).port),
        }

    def _here(self, words: list[str]) -> list[str]:
        """The words with this machine's places in them."""
        found = words
        for there, here in self._places.items():
            found = [word.replace(there, here) for word in found]
        return found


def _only(pattern: str) -> str:
    """What the pattern's group finds in the Dockerfile."""
    (found,) = re.findall(pattern, DOCKERFILE)
    return str(found)
