"""Gettext catalogues: reading one, and extracting what the sources need."""

import ast
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

NOT_SOURCES = re.compile(r"\..*|tests|__pycache__")
"""Names of folders whose texts nobody reads on a page."""

_ENTRY = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?) (".*")$')


@dataclass
class CatalogueMessage:
    """One entry of a catalogue. `plural` and `context` are empty where the entry has none."""

    line: int
    fuzzy: bool = False
    context: str = ""
    msgid: str = ""
    plural: str = ""
    translations: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str, str]:
        """What source and catalogue have to agree on."""
        return self.context, self.msgid, self.plural


def read(catalogue: Path) -> list[CatalogueMessage]:
    """Every message of a valid PO or POT file, without the header and without the entries commented out by `#~`."""
    text = catalogue.read_text(encoding="utf-8")
    blocks = re.finditer(r"(?:.+\n?)+", text)
    messages = [_message(block[0], text.count("\n", 0, block.start()) + 1) for block in blocks]
    return [message for message in messages if message.msgid]


def _message(block: str, line: int) -> CatalogueMessage:
    message = CatalogueMessage(line)
    parts: list[tuple[str, str]] = []
    for text in block.splitlines():
        if text.startswith("#,"):
            message.fuzzy = "fuzzy" in text
        elif entry := _ENTRY.match(text):
            parts.append((entry[1], ast.literal_eval(entry[2])))
        elif text.startswith('"'):
            keyword, begun = parts.pop()
            parts.append((keyword, begun + ast.literal_eval(text)))
    values = dict(parts)
    message.context = values.get("msgctxt", "")
    message.msgid = values.get("msgid", "")
    message.plural = values.get("msgid_plural", "")
    message.translations = [value for keyword, value in parts if keyword.startswith("msgstr")]
    return message


def extract(root: Path) -> list[CatalogueMessage]:
    """What the Python files and templates below `root` mark for translation, by Django's makemessages.

    It runs on a temporary copy, as it writes beside the templates, and without settings: they take seconds to load.
    Raises CalledProcessError where it fails.
    """
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for source in _sources(root):
            target = copy / source.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        (copy / "locale").mkdir()
        command = ["makemessages", "--locale=en", "--keep-pot", "--extension=py,html", "--no-location"]
        subprocess.run(
            [sys.executable, "-m", "django", *command],
            cwd=copy,
            env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
            capture_output=True,
            text=True,
            check=True,
        )
        return read(copy / "locale" / "django.pot")


def _sources(folder: Path) -> list[Path]:
    found: list[Path] = []
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not NOT_SOURCES.fullmatch(path.name):
            found += _sources(path)
        elif path.suffix in {".py", ".html"}:
            found.append(path)
    return found
