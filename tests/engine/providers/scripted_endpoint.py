"""A loopback server that speaks as an OpenAI-compatible endpoint does, well or badly, as the test orders.

Any process can ask it; it needs nothing but its URL.
"""

import json
import struct
from base64 import b64encode
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Thread
from typing import Any

from tests.support.waiting import MAX_WAIT_SECONDS

CHAT, EMBEDDINGS = "chat/completions", "embeddings"
SUMMARY = "要約：議案は原案のとおり可決された。"
DIMENSIONS = 8
INPUT_TOKENS, OUTPUT_TOKENS = 100, 20
DRIP_SECONDS = 0.05


@dataclass(frozen=True)
class Asked:
    """One request: what was called, with which body and which headers (names in lower case)."""

    call: str
    body: Mapping[str, Any]
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        """All that the model is to read."""
        return "\n".join(message["content"] for message in self.body.get("messages", ()))


@dataclass
class ScriptedEndpoint:
    """Answers as a well-behaved server until it is instructed otherwise.

    `bad_text`: embedding texts that hold it are refused with 400. `offers_schema`: whether response_format is known.
    `refuses`: options of requests that are answered with a status instead. `context`: characters that a chat model
    can read; longer requests are refused.
    """

    url: str
    asked: list[Asked] = field(default_factory=list)
    bad_text: str = ""
    offers_schema: bool = True
    refuses: dict[str, int] = field(default_factory=dict)
    context: int = 0
    most_at_once: int = 0
    _at_once: int = 0
    _orders: dict[str, deque[dict[str, Any]]] = field(default_factory=dict)
    _standing: dict[str, dict[str, Any]] = field(default_factory=dict)
    _held: dict[str, int] = field(default_factory=dict)
    _changed: Condition = field(default_factory=Condition)

    def command(self, call: str, *commands: dict[str, Any]) -> None:
        """The next answers to this call, one each; see `Handler` for what can be ordered."""
        with self._changed:
            self._orders.setdefault(call, deque()).extend(commands)

    def always(self, call: str, command: dict[str, Any]) -> None:
        """The answer whenever no other is ordered."""
        self._standing[call] = command

    def hold(self, call: str, after: int = 0) -> None:
        """Keep anyone who makes this call waiting, once `after` more of them were let through."""
        with self._changed:
            self._held[call] = after

    def let_go(self, call: str) -> None:
        with self._changed:
            self._held.pop(call, None)
            self._changed.notify_all()

    def calls(self, call: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.call == call]

    def wait_until_asked(self, call: str, times: int = 1) -> Asked:
        """The request, once there were that many."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self.calls(call)) >= times, MAX_WAIT_SECONDS)
            assert arrived, f"{call} was asked {len(self.calls(call))} times, not {times}"
            return self.calls(call)[times - 1]

    def wait_until_at_once(self, number: int) -> None:
        """Until so many requests are being answered."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: self._at_once >= number, MAX_WAIT_SECONDS)
            assert arrived, f"{self._at_once} requests at once, not {number}"

    @property
    def at_once(self) -> int:
        """Requests being answered right now."""
        with self._changed:
            return self._at_once

    @contextmanager
    def answering(self, asked: Asked) -> Iterator[dict[str, Any]]:
        """The command for a request, once it is not held any more."""
        with self._changed:
            self.asked.append(asked)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            orders = self._orders.get(asked.call)
            command = orders.popleft() if orders else self._standing.get(asked.call, {"do": "answer"})
            self._changed.notify_all()
            free = self._held.get(asked.call, 0)
            if free:
                self._held[asked.call] = free - 1
            else:
                self._changed.wait_for(lambda: asked.call not in self._held, 120)
        try:
            yield command
        finally:
            with self._changed:
                self._at_once -= 1
                self._changed.notify_all()


class Handler(BaseHTTPRequestHandler):
    """Commands: answer (text, finish, usage), fail (status, code), limit (seconds), drip (for ever), drop, half,
    quiet_half, wrong_json, html, redirect (to), vectors (dimensions, short_by, values, indexes, encoded, usage), send
    (body: JSON, status) and events (sent: JSON of each, whole: whether [DONE] follows), which may be anything."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    endpoint: ScriptedEndpoint

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.path.partition("/v1/")[2], body, headers)
        with self.endpoint.answering(asked) as command, suppress(BrokenPipeError, ConnectionResetError):
            self._obey(asked, command)

    def _obey(self, asked: Asked, command: Mapping[str, Any]) -> None:
        match command["do"]:
            case "fail":
                self._send({"error": {"message": "no", "code": command.get("code")}}, command["status"])
            case "limit":
                wish = command.get("seconds")
                self._send({"error": {"message": "slow down"}}, 429, {} if wish is None else {"Retry-After": str(wish)})
            case "drip":
                self._drip()
            case "drop":
                self.close_connection = True
            case "wrong_json":
                self._send_bytes(b'{"choices": [{"message"', 200, {"Content-Type": "application/json"})
            case "html":
                self._send_bytes(b"<html>Welcome</html>", 200, {"Content-Type": "text/html"})
            case "send":
                self._send(command["body"], command.get("status", 200))
            case "events":
                self._send_events(command["sent"], whole=command.get("whole", False))
            case "redirect":
                self._send_bytes(b"", 307, {"Location": command["to"]})
            case _ if asked.call == EMBEDDINGS:
                self._embed(asked, command)
            case _:
                self._chat(asked, command)

    def _chat(self, asked: Asked, command: Mapping[str, Any]) -> None:
        refused = [option for option in asked.body if option in self.endpoint.refuses]
        if "response_format" in asked.body and not self.endpoint.offers_schema:
            self._send({"error": {"message": "response_format is unknown"}}, 400)
        elif refused:
            detail = [{"type": "extra_forbidden", "loc": ["body", refused[0]], "msg": "Extra inputs are not permitted"}]
            self._send({"detail": detail}, self.endpoint.refuses[refused[0]])
        elif self.endpoint.context and len(asked.text) > self.endpoint.context:
            message = f"This model's maximum context length is {self.endpoint.context} tokens."
            self._send({"error": {"message": message, "code": 400}}, 400)
        elif asked.body.get("stream"):
            self._stream(command)
        else:
            choice = {
                "index": 0,
                "message": {"role": "assistant", "content": command.get("text", SUMMARY)},
                "finish_reason": command.get("finish", "stop"),
            }
            usage = {"prompt_tokens": INPUT_TOKENS, "completion_tokens": OUTPUT_TOKENS}
            self._send({"id": "1", "model": asked.body["model"], "choices": [choice], "usage": usage})

    def _stream(self, command: Mapping[str, Any]) -> None:
        text = command.get("text", SUMMARY)
        events: list[dict[str, Any]] = [
            {"choices": [{"index": 0, "delta": {"content": character}}]} for character in text
        ]
        if command["do"] in ("half", "quiet_half"):
            events = events[: len(events) // 2]
        else:
            events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": command.get("finish", "stop")}]})
            events.append({"choices": [], "usage": {"prompt_tokens": INPUT_TOKENS, "completion_tokens": OUTPUT_TOKENS}})
        if command["do"] == "half":
            self.close_connection = True
        self._send_events(events, whole=command["do"] not in ("half", "quiet_half"))

    def _send_events(self, events: Sequence[Any], *, whole: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for event in events:
            self._chunk(f"data: {json.dumps(event)}\n\n".encode())
        if self.close_connection:
            return
        if whole:
            self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _embed(self, asked: Asked, command: Mapping[str, Any]) -> None:
        texts = asked.body["input"]
        if self.endpoint.bad_text and any(self.endpoint.bad_text in text for text in texts):
            self._send({"error": {"message": "this text is bad"}}, 400)
            return
        size = command.get("dimensions", DIMENSIONS)
        rows = [
            {"index": index, "embedding": command.get("values", vector(text, size))} for index, text in enumerate(texts)
        ]
        kept = rows[: len(rows) - command.get("short_by", 0)]
        usage = command.get("usage", {"prompt_tokens": len(texts), "total_tokens": len(texts)})
        if "indexes" in command:
            kept = [
                {"embedding": row["embedding"], **index} for row, index in zip(kept, command["indexes"], strict=True)
            ]
        else:
            kept.reverse()
        if command.get("encoded"):
            kept = [{**row, "embedding": base64(row["embedding"])} for row in kept]
        self._send({"data": kept, "model": asked.body["model"], "usage": usage})

    def _drip(self) -> None:
        """A byte now and then, until nobody listens any more: never silent, never done."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        while True:
            self.wfile.write(b" ")
            Event().wait(DRIP_SECONDS)

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def _send(self, answer: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        content = {"Content-Type": "application/json", **(headers or {})}
        self._send_bytes(json.dumps(answer).encode(), status, content)

    def _send_bytes(self, body: bytes, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""


class _EndpointServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *args: object) -> None:
        """A client that was killed leaves a broken connection behind."""


def vector(text: str, size: int = DIMENSIONS) -> list[float]:
    """What the server gives for a text: whole numbers, so that they survive every rounding."""
    return [float(len(text)), *(float(ord(text[0]) % (n + 2)) for n in range(size - 1))]


def base64(values: Sequence[float]) -> str:
    """32-bit floats, little-endian, as OpenAI sends them."""
    return b64encode(struct.pack(f"<{len(values)}f", *values)).decode()


@contextmanager
def endpoint(answers: type[Handler] = Handler) -> Iterator[ScriptedEndpoint]:
    """A running endpoint on a loopback port of its own."""
    handler = type("Handler", (answers,), {})
    server = _EndpointServer(("127.0.0.1", 0), handler)
    running = ScriptedEndpoint(f"http://127.0.0.1:{server.server_port}/v1")
    handler.endpoint = running  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield running
    finally:
        for call in list(running._held):
            running.let_go(call)
        server.shutdown()
        server.server_close()
