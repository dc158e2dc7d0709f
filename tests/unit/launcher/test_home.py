"""The home folder: private, and no business of anybody's else."""

import os
from pathlib import Path

import pytest

from launcher.checkout import secrets
from launcher.checkout.errors import LauncherError
from launcher.checkout.home import Home


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_folders_are_private_and_those_above_stay_as_they_are(tmp_path: Path) -> None:
    above = tmp_path / "above"
    above.mkdir(mode=0o750)
    home = Home.of({"NOTEBOOKOPS_HOME": str(above / "home")})
    assert {_mode(folder) for folder in (home.root, home.run, home.logs, home.redis, home.media)} == {0o700}
    assert _mode(above) == 0o750


def test_secrets_are_private_and_stay_the_same(tmp_path: Path) -> None:
    first = secrets.load(tmp_path / "secrets.json")
    assert _mode(tmp_path / "secrets.json") == 0o600
    assert secrets.load(tmp_path / "secrets.json") == first
    assert len({first.secret_key, first.postgres_password, first.redis_password}) == 3


def test_unreadable_secrets_are_reported_and_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{")
    with pytest.raises(LauncherError, match="restore it"):
        secrets.load(tmp_path / "secrets.json")
    assert (tmp_path / "secrets.json").read_text() == "{"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_the_home_of_another_user_is_refused(tmp_path: Path) -> None:
    home = Home.of({"NOTEBOOKOPS_HOME": str(tmp_path / "home")})
    os.chown(home.run, 65534, 65534)
    with pytest.raises(LauncherError, match="belongs to another user"):
        home.create()


def test_a_home_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LauncherError, match="cannot be created"):
        Home.of({"NOTEBOOKOPS_HOME": str(tmp_path / "file" / "home")})
