"""The loopback server that probes ask: it holds them until the test says what they shall do."""

import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any
from urllib.parse import parse_qs, urlparse

from tests.support.waiting import MAX_WAIT_SECONDS


@dataclass(frozen=True)
class StepRequest:
    """One request of a probe: which step, of which job, from which process."""

    step: str
    job: str
    pid: int


class StepController:
    """Answers immediately with "go on" unless a step is held or has other orders."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[StepRequest] = []
        self._orders: dict[str, deque[dict[str, Any]]] = {}
        self._held: set[str] = set()
        self._changed = Condition()

    def command(self, step: str, *commands: dict[str, Any]) -> None:
        """The next answers at this step, one each; afterwards "go on" again."""
        with self._changed:
            self._orders.setdefault(step, deque()).extend(commands)

    def hold(self, step: str) -> None:
        """Keep anyone who asks at this step waiting."""
        with self._changed:
            self._held.add(step)

    def let_go(self, step: str) -> None:
        """Answer those who wait at this step, and those to come."""
        with self._changed:
            self._held.discard(step)
            self._changed.notify_all()

    def steps(self, job: object) -> list[str]:
        """The steps a job has asked about, in order."""
        return [question.step for question in self.asked if question.job == str(job)]

    def wait_until_asked(self, step: str, times: int = 1) -> StepRequest:
        """The question, once it has been asked that often."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self._of(step)) >= times, MAX_WAIT_SECONDS)
            assert arrived, f"nobody asked about {step} ({times})"
            return self._of(step)[times - 1]

    def _of(self, step: str) -> list[StepRequest]:
        return [question for question in self.asked if question.step == step]

    def answer(self, question: StepRequest) -> dict[str, Any]:
        with self._changed:
            self.asked.append(question)
            orders = self._orders.get(question.step)
            command = orders.popleft() if orders else {"do": "go on"}
            self._changed.notify_all()
            self._changed.wait_for(lambda: question.step not in self._held, 120)
            return command


@contextmanager
def step_controller() -> Iterator[StepController]:
    """A running step controller on a loopback port of its own."""

    class StepHandler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlparse(self.path)
            query = parse_qs(address.query)
            question = StepRequest(address.path.strip("/"), query["job"][0], int(query["pid"][0]))
            body = json.dumps(master.answer(question)).encode()
            try:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                pass

        def log_message(self, *args: object) -> None:
            """Quiet."""

    class StepServer(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: object) -> None:
            """A probe that was killed leaves a broken connection behind."""

    server = StepServer(("127.0.0.1", 0), StepHandler)
    master = StepController(f"http://127.0.0.1:{server.server_port}")
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield master
    finally:
        server.shutdown()
        server.server_close()
