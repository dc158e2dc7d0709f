"""A loopback server that speaks as an OpenAI-compatible endpoint does, always as slow, and only to so many at once."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

CHAT, EMBEDDINGS = "chat/completions", "embeddings"
SUMMARY = "市は避難所の運営体制を見直し、訓練を年2回以上実施することを決定した。予算は年額120万円である。"
DIMENSIONS = 8


@dataclass
class ModelServer:
    """`latency` is seconds per answer; anyone who comes while `cap` are being answered gets a 429."""

    latency: float
    cap: int
    url: str = ""
    answered: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    at_once: int = 0
    most_at_once: int = 0
    lock: Lock = field(default_factory=Lock)

    def forget(self) -> None:
        """Count from naught again."""
        with self.lock:
            self.answered.clear()
            self.refused = self.most_at_once = 0

    def enter(self) -> bool:
        with self.lock:
            if self.at_once >= self.cap:
                self.refused += 1
                return False
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            return True

    def leave(self, call: str) -> None:
        with self.lock:
            self.at_once -= 1
            self.answered[call] += 1


class _ModelHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    model: ModelServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        call = self.path.partition("/v1/")[2]
        if not self.model.enter():
            self._send(429, {"error": {"message": "too many at once"}})
            return
        Event().wait(self.model.latency)
        self.model.leave(call)
        self._send(200, _embedded(body) if call == EMBEDDINGS else _completed(body))

    def _send(self, status: int, answer: Mapping[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""


class _ModelHTTPServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def _completed(body: Mapping[str, Any]) -> Mapping[str, Any]:
    message = {"role": "assistant", "content": SUMMARY}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    usage = {"prompt_tokens": 100, "completion_tokens": 20}
    return {"id": "1", "model": body["model"], "choices": [choice], "usage": usage}


def _embedded(body: Mapping[str, Any]) -> Mapping[str, Any]:
    vectors = [
        {"index": index, "embedding": [float(len(text))] * DIMENSIONS} for index, text in enumerate(body["input"])
    ]
    return {"data": vectors, "model": body["model"], "usage": {"prompt_tokens": len(vectors)}}


@contextmanager
def model_server(*, latency: float, cap: int) -> Iterator[ModelServer]:
    """A running server on a loopback port of its own."""
    model = ModelServer(latency=latency, cap=cap)
    server = _ModelHTTPServer(("127.0.0.1", 0), type("Handler", (_ModelHandler,), {"model": model}))
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
