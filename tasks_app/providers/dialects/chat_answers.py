"""A chat model's answer, whole or a piece of it: whatever is null, missing or of an unexpected type counts as empty."""

from dataclasses import dataclass
from typing import Any

ERROR = "error"

_FINISH = {
    **dict.fromkeys(("max_tokens", "model_length"), "length"),
    **dict.fromkeys(("content-filter", "safety", "recitation", "prohibited_content", "blocklist"), "content_filter"),
    **dict.fromkeys(("error",), ERROR),
}
"""What other servers call the reasons for which an answer ended."""


@dataclass(frozen=True, kw_only=True)
class AnswerPiece:
    """`finish` is empty until the model has ended; tokens are 0 where the server does not count them."""

    text: str = ""
    finish: str = ""
    input_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, later: "AnswerPiece") -> "AnswerPiece":
        return AnswerPiece(
            text=self.text + later.text,
            finish=later.finish or self.finish,
            input_tokens=later.input_tokens or self.input_tokens,
            output_tokens=later.output_tokens or self.output_tokens,
        )


def is_answer(value: Any) -> bool:
    """Whether the body of a response holds at least one choice."""
    return bool(_object(_first(_object(value).get("choices"))))


def piece(value: Any) -> AnswerPiece:
    """Of the JSON of a whole answer, or of one event of a stream."""
    event = _object(value)
    choice = _object(_first(event.get("choices")))
    said = _object(choice.get("message")) or _object(choice.get("delta"))
    usage = _object(event.get("usage"))
    finish = choice.get("finish_reason")
    return AnswerPiece(
        text=_text(said.get("content")),
        finish=_FINISH.get(finish.lower(), finish) if isinstance(finish, str) else "",
        input_tokens=_count(usage.get("prompt_tokens")),
        output_tokens=_count(usage.get("completion_tokens")),
    )


def _text(content: Any) -> str:
    """A string, or the text among the parts of a list."""
    if isinstance(content, list):
        return "".join(_text(part.get("text") if isinstance(part, dict) else part) for part in content)
    return content if isinstance(content, str) else ""


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else None
