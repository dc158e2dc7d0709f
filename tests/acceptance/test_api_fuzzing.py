"""Requests made from the committed description: answers of the described shapes, never a 500."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from tasks_app.api.schema import DOCUMENT
from tasks_app.models import Notebook, ServiceToken, Source

PATHS = sorted(json.loads(DOCUMENT.read_text("utf-8"))["paths"])
SHARDS = 4
"""Runs that may go side by side; each takes every fourth path."""

EXAMPLES = 5
MAX_WAIT_SECONDS = 150
FOUND_ALSO = "positive_data_acceptance,unsupported_method,missing_required_header,ignored_auth"
"""Do not fit: well-formed requests may name a notebook that is not there; 405 and 401 have tests of their own."""


@pytest.mark.parametrize("shard", range(SHARDS))
def test_requests_made_from_the_description_are_answered_by_it(
    shard: int, live_server: LiveServer, notebook: Notebook, tmp_path: Path, broker: object
) -> None:
    row = ServiceToken(name="frontend")
    secret = row.issue()
    row.save()
    Source.objects.create(notebook=notebook, title="a", pasted_text="x")
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", str(DOCUMENT), f"--url={live_server.url}"),
        *(f"--include-path={path}" for path in PATHS[shard::SHARDS]),
        *(f"--header=Authorization: Bearer {secret}", "--header=Accept-Language: en", "--phases=fuzzing"),
        *(f"--max-examples={EXAMPLES}", "--generation-deterministic", "--seed=1", "--no-shrink"),
        *(f"--exclude-checks={FOUND_ALSO}", "--suppress-health-check=all", "--workers=1"),
        *("--no-color", "--warnings=off"),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=MAX_WAIT_SECONDS, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
