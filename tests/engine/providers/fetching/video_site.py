"""A loopback site that describes videos and serves their audio, as the test instructs it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

VIDEO = "abcDEF_-123"
PIECE = 1024
DRIP_SECONDS = 0.05


@dataclass
class VideoSite:
    """`videos` by id: {"media": bytes, "duration": seconds, "sound": more about it, …} or {"error": yt-dlp's words}.

    `drips`: media comes by and by, without end. `asked`: the paths, in order.
    """

    url: str
    videos: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    drips: bool = False

    def add(self, media: bytes, found: str = VIDEO, **facts: Any) -> None:
        self.videos[found] = {"media": media, "duration": 10, "title": "説明会", **facts}

    @property
    def downloads(self) -> int:
        return sum(path.startswith("/media/") for path in self.asked)


class _VideoHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: VideoSite

    def do_GET(self) -> None:
        self.site.asked.append(self.path)
        found = self.path.rpartition("/")[2]
        video = self.site.videos.get(found)
        with suppress(BrokenPipeError, ConnectionResetError):
            if video is None:
                self.send_error(404)
            elif self.path.startswith("/media/"):
                self._media(video["media"])
            else:
                self._send(json.dumps(self._facts(found, video)).encode(), "application/json")

    def do_HEAD(self) -> None:
        self.send_error(405)

    def _facts(self, found: str, video: dict[str, Any]) -> dict[str, Any]:
        if "error" in video:
            return video
        sound = {
            "format_id": "sound",
            "url": f"{self.site.url}/media/{found}",
            "ext": "wav",
            "acodec": "pcm",
            "vcodec": "none",
            **video.get("sound", {}),
        }
        facts = {name: value for name, value in video.items() if name not in ("media", "sound")}
        return {"id": found, "formats": [sound], **facts}

    def _media(self, media: bytes) -> None:
        if not self.site.drips:
            self._send(media, "audio/wav")
            return
        self.send_response(200)
        self.send_header("Content-Length", str(2**30))
        self.end_headers()
        while True:
            self.wfile.write(bytes(PIECE))
            Event().wait(DRIP_SECONDS)

    def _send(self, body: bytes, content_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""


class _VideoServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *args: object) -> None:
        """A client that was killed leaves a broken connection behind."""


@contextmanager
def video_site() -> Iterator[VideoSite]:
    """A running site on a loopback port of its own."""
    handler = type("Handler", (_VideoHandler,), {})
    server = _VideoServer(("127.0.0.1", 0), handler)
    running = VideoSite(f"http://127.0.0.1:{server.server_port}")
    handler.site = running  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
