"""An OpenAI-compatible server for benches, as a process of its own: it streams words at a steady pace.

python -m benchmarks.support.streaming_endpoint      prints its port
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FIRST_WORD_SECONDS = 0.05
WORD_SECONDS = 0.01
WHOLE_SECONDS = 0.3
WORDS = ("粗大ごみの", "手数料は", "一点につき", "500円", "です", "[1]", "。")
USAGE = {"prompt_tokens": 500, "completion_tokens": 20}


class StreamingHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if body.get("stream"):
            self._stream()
        else:
            time.sleep(WHOLE_SECONDS)
            choice = {"index": 0, "message": {"role": "assistant", "content": "".join(WORDS)}, "finish_reason": "stop"}
            self._send({"choices": [choice], "usage": USAGE})

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        time.sleep(FIRST_WORD_SECONDS)
        for word in WORDS:
            self._event({"choices": [{"index": 0, "delta": {"content": word}}]})
            time.sleep(WORD_SECONDS)
        self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        self._event({"choices": [], "usage": USAGE})
        self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _event(self, event: dict[str, Any]) -> None:
        self._chunk(f"data: {json.dumps(event)}\n\n".encode())

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def _send(self, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""


class StreamingServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *args: object) -> None:
        """A worker that is stopped leaves a broken connection behind."""


@contextmanager
def streaming_endpoint() -> Iterator[str]:
    """Its base URL, while the block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.support.streaming_endpoint"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    server = StreamingServer(("127.0.0.1", 0), StreamingHandler)
    print(server.server_port, flush=True)
    server.serve_forever()
