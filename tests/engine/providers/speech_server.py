"""A loopback speech server in the dialects of all three APIs; it hears the tones of tests.support.tones."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from tests.engine.providers.scripted_endpoint import Asked, Handler, ScriptedEndpoint, endpoint
from tests.support import tones

OPENAI, WHISPER_CPP, PLAIN = "audio/transcriptions", "inference", "transcribe"

_FIELD = re.compile(rb'name="([^"]+)"')


class SpeechHandler(Handler):
    """Commands beside those of `Handler`: answer (text, without_times, late by seconds, segments: JSON)."""

    def do_POST(self) -> None:  # noqa: N802 - the name http.server calls
        fields = self._fields(self.rfile.read(int(self.headers["Content-Length"])))
        words = tones.heard(fields.pop("file"))
        body = {**{name: value.decode() for name, value in fields.items()}, "words": words}
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.path.removeprefix("/v1").strip("/"), body, headers)
        with self.endpoint.answering(asked) as command, suppress(BrokenPipeError, ConnectionResetError):
            self._obey(asked, command)

    def _chat(self, asked: Asked, command: Mapping[str, Any]) -> None:
        timed = asked.body.get("response_format") == "verbose_json" and not command.get("without_times")
        if asked.body.get("response_format") == "verbose_json" and not self.endpoint.offers_schema:
            self._send({"error": {"message": "response_format verbose_json is not supported"}}, 400)
            return
        refused = [option for option in asked.body if option in self.endpoint.refuses]
        if refused:
            self._send({"error": {"message": f"{refused[0]} is unknown"}}, self.endpoint.refuses[refused[0]])
            return
        if "segments" in command:
            self._send({"text": command.get("text", ""), "segments": command["segments"]})
            return
        late = command.get("late", 0.0)
        spoken = [{"start": start + late, "end": end + late, "text": word} for start, end, word in asked.body["words"]]
        text = command.get("text", "".join(one["text"] for one in spoken))
        if "text" in command:
            spoken = [{"start": 0.0, "end": 1.0, "text": text}]
        self._send({"text": text, "language": "ja", **({"segments": spoken} if timed else {})})

    def _fields(self, body: bytes) -> dict[str, bytes]:
        boundary = b"--" + self.headers["Content-Type"].partition("boundary=")[2].encode()
        found = {}
        for part in body.split(boundary)[1:-1]:
            head, _blank, value = part.partition(b"\r\n\r\n")
            name = _FIELD.search(head)
            assert name is not None
            found[name[1].decode()] = value.removesuffix(b"\r\n")
        return found


@contextmanager
def speech_server() -> Iterator[ScriptedEndpoint]:
    """Its `url` is that for the API of OpenAI; `offers_schema` False refuses to give times."""
    with endpoint(SpeechHandler) as running:
        yield running


def root(server: ScriptedEndpoint) -> str:
    """The address for the other two APIs."""
    return server.url.removesuffix("/v1")


def words(asked: Asked) -> str:
    return tones.said(asked.body["words"])
