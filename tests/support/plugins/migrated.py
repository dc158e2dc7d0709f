"""A PostgreSQL data folder in which `migrate` has run: made once, then copied by every process that runs tests.

The test database of each is a copy of its main database (`TEMPLATE` in tests/settings.py), so that Django finds nothing
left to migrate: seconds of computing for each process otherwise.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from launcher.checkout.home import PROJECT, Home
from launcher.checkout.locks import mutex
from launcher.servers import servers

SOURCES = ("requirements-dev.txt", "tasks_app/migrations/*.py")
"""What decides the tables. Other rows that `migrate` writes follow the code, and are brought up to date at each run."""


def give(home: Home, originals: Path, environ: Mapping[str, str]) -> None:
    """Put a copy into this home, unless it has one of the same sources already. No server of it runs."""
    digest = _digest()
    stamp = home.root / "migrated"
    if stamp.exists() and stamp.read_text() == digest:
        return
    original = Home(originals / digest[:12])
    originals.mkdir(exist_ok=True)
    with mutex(originals / "making.lock"):
        if not original.root.exists():
            _make(original, environ)
    shutil.rmtree(home.pgdata, ignore_errors=True)
    for path in (original.pgdata, original.secrets):  # unlike shutil, cp keeps the owner: who PostgreSQL runs as
        subprocess.run(["cp", "-a", str(path), str(home.root)], check=True)
    stamp.write_text(digest)


def _make(home: Home, environ: Mapping[str, str]) -> None:
    """Beside its place, and moved there when it is whole."""
    draft = Home(home.root.with_name("draft"))
    shutil.rmtree(draft.root, ignore_errors=True)
    draft.create()
    with servers.running(draft, environ) as complete:
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=PROJECT, env=complete, check=True)
    draft.root.rename(home.root)


def _digest() -> str:
    paths = sorted(path for pattern in SOURCES for path in PROJECT.glob(pattern))
    return sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()
