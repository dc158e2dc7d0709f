"""What works on a stranger's file sees that file, and no other that could hold a secret."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from tasks_app.sandbox.process import PROJECT, run, sandboxed
from tests.unit.sandbox.test_network import LIMITS

LEAVE = "from tasks_app.sandbox.file_access import leave_files; raise SystemExit(not leave_files())"
TRY = """
import os, signal, sys
def succeeds(work, *arguments):
    try:
        work(*arguments)
    except OSError:
        return False
    return True
given, out, secret, parent = sys.argv[1:]
print(
    succeeds(open, given), succeeds(open, out + "/new", "w"), succeeds(open, "/dev/null", "w"),
    succeeds(open, given, "a"), succeeds(open, secret), succeeds(os.listdir, os.path.dirname(secret)),
    succeeds(open, secret + ".new", "w"), succeeds(open, f"/proc/{parent}/environ"),
    succeeds(os.kill, int(parent), signal.SIGCONT),
)
"""

pytestmark = pytest.mark.skipif(
    subprocess.run([sys.executable, "-c", LEAVE], cwd=PROJECT, check=False).returncode != 0,
    reason="this machine has no Landlock",
)


def said(command: list[str]) -> list[str]:
    with TemporaryFile() as output:
        run(command, wall_seconds=20, check=lambda: None, output=output)
        output.seek(0)
        return output.read().decode().split()


def test_a_confined_program_opens_what_it_was_given_and_nothing_of_ours(tmp_path: Path) -> None:
    given, out, secret = tmp_path / "given", tmp_path / "out", tmp_path / "secrets" / "secrets.json"
    out.mkdir()
    secret.parent.mkdir()
    for path in (given, secret):
        path.write_text("text", "utf-8")
    command = [sys.executable, "-c", TRY, str(given), str(out), str(secret), str(os.getpid())]
    assert said(command) == ["True"] * 9, "without confinement"
    assert said(sandboxed(command, LIMITS, readable=[given], writable=[out])) == ["True"] * 3 + ["False"] * 6


def test_the_project_s_own_secrets_are_not_among_the_files_of_the_system(tmp_path: Path) -> None:
    """Only its code is: settings and data of a checkout stand beside it."""
    command = [sys.executable, "-c", "import sys; open(sys.argv[1]); print('open')"]
    for path in (PROJECT / "notebookops" / "settings.py", PROJECT / "manage.py", Path("/etc/hostname")):
        assert said(sandboxed([*command, str(path)], LIMITS, readable=[])) == []
    for path in (PROJECT / "tasks_app" / "apps.py", Path(sys.executable)):
        assert said(sandboxed([*command, str(path)], LIMITS, readable=[])) == ["open"]
