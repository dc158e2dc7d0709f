"""Whether an installed package is known to be vulnerable: pip-audit's answer, from the OSV database.

Only what production installs is asked about. PIP_AUDIT_OSV_URL names another database that speaks OSV's language.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from launcher.checkout.home import PROJECT
from launcher.testing.translations import SKIPPED

REQUIREMENTS = (PROJECT / "requirements.txt", PROJECT / "requirements-flower.txt")
TIMEOUT_SECONDS = 10
UNREACHABLE = ("requests.exceptions.", "pip_audit._service.interface.", "ERROR:pip_audit._cli:Tip: your network")
"""How the last line begins where the database could not be asked, or did not answer sensibly."""


def main(requirements: Sequence[Path]) -> int:
    """0 if nothing is known, SKIPPED if that cannot be determined; what is known is printed."""
    verdicts = [audit_result(path) for path in requirements]
    print("\n".join(said for _code, said in verdicts if said))
    codes = {code for code, _said in verdicts}
    return next((code for code in (1, SKIPPED) if code in codes), 0)


def audit_result(requirements: Path) -> tuple[int, str]:
    """Exit code and reason for one pinned list. Only a complete audit can pass."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip_audit", "--requirement", str(requirements), "--no-deps", "--disable-pip"),
            *("--vulnerability-service", "osv", "--timeout", str(TIMEOUT_SECONDS)),
            *("--format", "json", "--progress-spinner", "off"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.stdout:
        return done.returncode, "\n".join(_findings(json.loads(done.stdout)))
    last = (done.stderr.splitlines() or ["pip-audit said nothing"])[-1]
    if last.startswith(UNREACHABLE):
        return SKIPPED, f"{requirements.name}: the advisory database could not be reached ({last})."
    return 1, f"{requirements.name}: {done.stderr.strip()}"


def _findings(audit: dict[str, Any]) -> list[str]:
    return [
        f"{package['name']} {package['version']}: {found['id']}, fixed in {', '.join(found['fix_versions']) or 'none'}"
        for package in audit["dependencies"]
        for found in package.get("vulns", [])
    ]


if __name__ == "__main__":
    sys.exit(main(REQUIREMENTS))
