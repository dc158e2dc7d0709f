"""`startkind NAME`: the files of a new kind of job, ready to run and to be replaced line by line."""

import importlib
import re
from argparse import ArgumentParser
from dataclasses import dataclass
from importlib.resources import files
from keyword import iskeyword
from pathlib import Path
from string import Template
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tasks_app.models import Job
from tasks_app.prompts import LANGUAGES
from tasks_app.registry import job_types

OWN = "tasks_app.job_types"
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
TEMPLATES = files("tasks_app.management") / "startkind"


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where the files of a kind are. Of a package of one's own (JOB_TYPE_PACKAGES), everything is in its folder."""

    kind: str
    package: str
    folder: Path

    @property
    def home(self) -> str:
        """The package that holds `prompts` and `samples`."""
        return self.package.rpartition(".")[0] if self.package == OWN else self.package

    def files(self) -> dict[Path, str]:
        """The template of each file to be written."""
        own = self.package == OWN
        home = self.folder.parent if own else self.folder
        tests = Path(settings.BASE_DIR) / "tests" / "engine" / "job_types" if own else self.folder / "tests"
        prompts = {home / "prompts" / self.kind / f"write.{one}.txt": f"write.{one}.txt" for one in LANGUAGES}
        return {
            self.folder / f"{self.kind}.py": "kind.py-tpl",
            **prompts,
            home / "samples" / f"{self.kind}.txt": "sample.txt",
            tests / f"test_{self.kind}.py": "test.py-tpl",
        }


class Command(BaseCommand):
    help = "Write the declaration, prompts, sample and test of a new kind of job. See docs/howto/add-a-job-type.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the kind, such as meeting_notice")
        parser.add_argument(
            "--package", default=OWN, help="an importable package of JOB_TYPE_PACKAGES that takes everything in"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kind, package = options["name"], options["package"]
        require_free(kind)
        places = Places(kind=kind, package=package, folder=folder_of(package))
        wanted = places.files()
        present = [str(path) for path in wanted if path.exists()]
        if present:
            raise CommandError(f"Nothing was written, as this is there already: {', '.join(present)}")
        values = {"kind": kind, "home": places.home, "label": kind.replace("_", " ").capitalize()}
        for path, template in wanted.items():
            text = (TEMPLATES / template).read_text("utf-8")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(Template(text).safe_substitute(values), "utf-8")
            self.stdout.write(str(path))


def require_free(kind: str) -> None:
    """Raises CommandError for a name that cannot be a kind, or is one."""
    longest = Job._meta.get_field("kind").max_length or 0
    if not NAME.fullmatch(kind) or iskeyword(kind):
        raise CommandError(f"{kind!r} cannot be a kind: use words of small letters and digits with _ between them.")
    if len(kind) > longest:
        raise CommandError(f"{kind!r} cannot be a kind: it is longer than {longest} characters.")
    if kind in job_types:
        raise CommandError(f"There is a kind {kind!r} already.")


def folder_of(package: str) -> Path:
    """Raises CommandError for what is no importable package."""
    try:
        found = importlib.import_module(package)
    except ImportError as error:
        raise CommandError(f"There is no package {package!r}: {error}") from error
    if not hasattr(found, "__path__"):
        raise CommandError(f"{package!r} is a module and not a package.")
    return Path(next(iter(found.__path__)))
