"""Whether every catalogue is whole: each message of the sources is there and translated, and the .mo is current."""

import gettext
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from launcher.checkout.home import PROJECT
from launcher.testing.catalogue import CatalogueMessage, extract, read

SKIPPED = 77
"""Exit code of a check that could not be made here (Automake's convention)."""

NAMES = {"Celery", "English", "NotebookOps", "URL", "crontab"}
"""Messages that are the same in every language."""

_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}")


def main() -> int:
    """0 if all are, SKIPPED if that cannot be determined; what is wrong is printed."""
    if shutil.which("msgfmt") is None:
        print("gettext is not installed (Debian: apt-get install gettext).")
        return SKIPPED
    problems = [problem for path in sorted(PROJECT.glob("locale/**/LC_MESSAGES/*.po")) for problem in problems_of(path)]
    needed = extract(PROJECT)
    for path in sorted(PROJECT.glob("locale/*/LC_MESSAGES/django.po")):
        problems += differences(path, needed)
    print("\n".join(problems))
    return 1 if problems else 0


def problems_of(catalogue: Path) -> list[str]:
    """What is wrong with this catalogue by itself, a line each."""
    done = subprocess.run(
        ["msgfmt", "--check", "--output-file=-", str(catalogue)],
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        return [f"{catalogue}: {done.stderr.decode(errors='replace').strip()}"]
    faults = [
        f"{catalogue}:{message.line}: {fault}: {message.msgid!r}"
        for message in read(catalogue)
        for fault in faults_of(message)
    ]
    compiled = catalogue.with_suffix(".mo")
    if not compiled.exists() or _messages(compiled.read_bytes()) != _messages(done.stdout):
        faults.append(f"{catalogue}: {compiled.name} is not what compiling it gives; run bin/manage compilemessages.")
    return faults


def faults_of(message: CatalogueMessage) -> list[str]:
    """What is wrong with one message's translation."""
    faults: list[str] = []
    if message.fuzzy:
        faults.append("fuzzy")
    if not all(message.translations):
        faults.append("untranslated")
    if any("\t" in text for text in message.translations):
        faults.append("a tab in the translation")
    if message.msgid not in NAMES and any(_repeats(message, text) for text in message.translations):
        faults.append("the translation holds its own English")
    return faults


def _repeats(message: CatalogueMessage, translation: str) -> bool:
    english = [text for text in (message.msgid, message.plural) if re.search("[A-Za-z]", _PLACEHOLDER.sub("", text))]
    return any(text in translation for text in english)


def differences(catalogue: Path, needed: Sequence[CatalogueMessage]) -> list[str]:
    """The messages that only the sources have, and those that only the catalogue has; a line each."""
    present = read(catalogue)
    missing = {message.key for message in needed} - {message.key for message in present}
    obsolete = {message.key for message in present} - {message.key for message in needed}
    return [
        *(f"{catalogue}: missing, run bin/manage makemessages: {_shown(key)}" for key in sorted(missing)),
        *(f"{catalogue}: obsolete, no source has it: {_shown(key)}" for key in sorted(obsolete)),
    ]


def _shown(key: tuple[str, str, str]) -> str:
    context, msgid, plural = key
    return f"{msgid!r}" + (f", plural {plural!r}" if plural else "") + (f", context {context!r}" if context else "")


def _messages(compiled: bytes) -> object:
    """The content, which unlike the bytes is the same whichever gettext compiled it."""
    return vars(gettext.GNUTranslations(io.BytesIO(compiled)))["_catalog"]


if __name__ == "__main__":
    sys.exit(main())
