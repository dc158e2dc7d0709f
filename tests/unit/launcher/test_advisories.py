"""The check of known vulnerabilities, against a database of the tests' own."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from launcher.servers.ports import any_free
from launcher.testing import advisories
from launcher.testing.translations import SKIPPED

ADVISORY = {
    "id": "PYSEC-2000-1",
    "summary": "Lets everybody in.",
    "affected": [
        {
            "package": {"name": "leaky", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.1"}]}],
        }
    ],
}


class Database(ThreadingHTTPServer):
    """Knows one bad package; answers with another status if instructed to."""

    daemon_threads = True
    status = 200
    asked: list[str]


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    class AdvisoryHandler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            name = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
            server.asked.append(name)
            body = json.dumps({"vulns": [ADVISORY]} if name == "leaky" else {}).encode()
            self.send_response(server.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    with Database(("127.0.0.1", 0), AdvisoryHandler) as server:
        server.asked = []
        monkeypatch.setenv("PIP_AUDIT_OSV_URL", f"http://127.0.0.1:{server.server_port}/v1/query")
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def pinned(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.txt"
    path.write_text("sound==1.0\nelsewhere==1.0 ; sys_platform == 'win32'\n")
    return path


def test_nothing_known(database: Database, pinned: Path) -> None:
    assert advisories.audit_result(pinned) == (0, "")
    assert database.asked == ["sound"]


def test_a_known_vulnerability(database: Database, pinned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = pinned.with_name("bad.txt")
    bad.write_text("leaky==1.0\n")
    assert advisories.main([pinned, bad]) == 1
    assert capsys.readouterr().out.strip() == "leaky 1.0: PYSEC-2000-1, fixed in 1.1"


def test_a_database_out_of_order_passes_nothing(database: Database, pinned: Path) -> None:
    database.status = 503
    code, said = advisories.audit_result(pinned)
    assert code == SKIPPED
    assert "could not be reached" in said


def test_no_way_to_the_database(
    pinned: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_AUDIT_OSV_URL", f"http://127.0.0.1:{any_free()}/v1/query")
    assert advisories.main([pinned]) == SKIPPED
    assert "requirements.txt: the advisory database could not be reached (" in capsys.readouterr().out


def test_a_list_that_cannot_be_read_fails(database: Database, pinned: Path) -> None:
    pinned.write_text("not pinned at all\n")
    code, said = advisories.audit_result(pinned)
    assert code == 1
    assert said


def test_the_projects_own_lists_can_be_audited(database: Database) -> None:
    assert advisories.main(advisories.REQUIREMENTS) == 0
    assert {"django", "celery", "flower"} <= set(database.asked)
