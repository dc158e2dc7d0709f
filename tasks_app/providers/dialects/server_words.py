"""What a server itself says about a failure, made fit to be shown to operators."""

import re
from dataclasses import dataclass
from typing import Any

MAX_WORDS_LENGTH = 200

QUOTED_LENGTH, QUOTED_LENGTH_JAPANESE = 8, 3
"""Characters; words that the request also holds for as long as this may be text of a document."""

_CODE = re.compile(r"[a-z0-9_.]{1,60}")
_ERROR_STATUS = re.compile(r"[45]\d\d", re.ASCII)
_SECRET = re.compile(
    r"\b(?:sk|pk|bearer|key|token|password)[-_ :='\"]+[^\s'\",;]{4,}"
    r"|\b(?=[\w*/+=-]*\d)(?=[\w*/+=-]*[A-Za-z])[\w*/+=-]{20,}"
    r"|(?<=://)[^\s/@]*@",
    re.IGNORECASE,
)
_TOO_LONG = re.compile(
    r"context[ _-]?(?:length|window|size)|exceed\w*[^.]{0,40}\bcontext|context overflow"
    r"|(?:prompt|input|request)[^.]{0,40}\btoo (?:long|large)|too many (?:input )?tokens"
    r"|maximum (?:input|prompt) length"
    r"|(?:max_model_len|n_ctx)\b",
    re.IGNORECASE,
)
OMITTED = "…"


@dataclass(frozen=True, kw_only=True)
class ServerWords:
    """`code` is the server's own name for the failure, `status` an HTTP status inside the body, 0 where it has none.

    `text` is what it says in words: not to be shown before it is `presentable`.
    """

    code: str = ""
    text: str = ""
    status: int = 0

    @property
    def says_too_long(self) -> bool:
        """Whether the text does not fit into the model's context."""
        return bool(_TOO_LONG.search(f"{self.code} {self.text}"))

    def presentable(self, sent: str, key: str) -> str:
        """In one bounded line, without the key or what looks like one, and without what it quotes of the request."""
        text = self.text.replace(key, OMITTED) if key else self.text
        text = " ".join(_without_quotes(_SECRET.sub(OMITTED, text[: 2 * MAX_WORDS_LENGTH]), sent).split())
        text = "".join(character for character in text if character.isprintable())
        return text if len(text) <= MAX_WORDS_LENGTH else text[:MAX_WORDS_LENGTH] + OMITTED


NOTHING_SAID = ServerWords()


def reported(body: Any) -> ServerWords | None:
    """The failure that a body with the status 200 reports instead of an answer; None where it reports none."""
    if isinstance(body, dict) and (body.get("error") or body.get("object") == "error"):
        return words_of(body)
    return None


def words_of(body: Any) -> ServerWords:
    """Of the body of an error, in the forms of OpenAI, vLLM, llama.cpp, FastAPI and gateways; empty for any other."""
    if isinstance(body, dict) and isinstance(body.get("error"), (dict, str)):
        body = body["error"]
    if isinstance(body, str):
        return ServerWords(text="" if body.lstrip().startswith("<") else body)
    if not isinstance(body, dict):
        return NOTHING_SAID
    names = [body.get("code"), body.get("type")]
    codes = [name for name in names if isinstance(name, str) and _CODE.fullmatch(name)]
    number = str(body.get("code") or body.get("status"))
    return ServerWords(
        code=codes[0] if codes else "",
        text=_text(body.get("message") or body.get("detail")),
        status=int(number) if _ERROR_STATUS.fullmatch(number) else 0,
    )


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(filter(None, map(_text, value)))
    if isinstance(value, dict):
        place = value.get("loc")
        where = ".".join(map(str, place)) + ": " if isinstance(place, list) else ""
        return where + _text(value.get("msg") or value.get("message"))
    return value if isinstance(value, str) else ""


def _without_quotes(text: str, sent: str) -> str:
    """Runs of characters that the request holds too are left out: they may be text of a document."""
    kept: list[str] = []
    start = 0
    while start < len(text):
        end = start
        while end < len(text) and text[start : end + 1] in sent:
            end += 1
        run = text[start:end]
        if len(run) >= (QUOTED_LENGTH if run.isascii() else QUOTED_LENGTH_JAPANESE):
            kept.append(OMITTED)
            start = end
        else:
            kept.append(text[start])
            start += 1
    return "".join(kept)
