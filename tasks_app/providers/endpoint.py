"""Where text is sent to, and what for: the one place that reads the addresses and keys of providers."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import Message

LLM, EMBEDDINGS = "llm", "embeddings"
LABELS: dict[str, Message] = {LLM: _("Chat model"), EMBEDDINGS: _("Embeddings")}
"""What staff call each provider."""


class Lane(StrEnum):
    """Who asks: a person who waits in a chat, or work in the background."""

    CHAT = "chat"
    WORK = "work"

    @property
    def seconds(self) -> float:
        """How long one call may take."""
        return float(settings.CHAT_TIMEOUT_SECONDS if self is Lane.CHAT else settings.PROVIDER_TIMEOUT_SECONDS)

    @property
    def patience(self) -> float:
        """Seconds that a call waits for its turn; people do not wait longer for that than for an answer."""
        longest = float(settings.PROVIDER_SLOT_WAIT_SECONDS)
        return min(longest, self.seconds) if self is Lane.CHAT else longest


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An OpenAI-compatible server and the model asked for there; `name` is a key of LABELS."""

    name: str
    base_url: str
    api_key: str = field(default="", repr=False)
    model: str

    @property
    def host(self) -> str:
        """Name and port, without what must stay secret."""
        parts = urlsplit(self.base_url)
        return f"{parts.hostname or ''}:{parts.port}" if parts.port else parts.hostname or ""


def chat_model() -> Endpoint | None:
    """None where LLM_BASE_URL is empty. Raises ImproperlyConfigured if it lacks its model or is no web address."""
    return _endpoint(LLM, "LLM", settings.LLM_BASE_URL, settings.LLM_API_KEY, settings.LLM_MODEL)


def embeddings() -> Endpoint | None:
    """None where EMBEDDING_BASE_URL is empty. Raises ImproperlyConfigured like `chat_model`."""
    return _endpoint(
        EMBEDDINGS,
        "EMBEDDING",
        settings.EMBEDDING_BASE_URL,
        settings.EMBEDDING_API_KEY,
        settings.EMBEDDING_MODEL,
    )


def _endpoint(name: str, prefix: str, base_url: str, api_key: str, model: str) -> Endpoint | None:
    if not base_url:
        if model or api_key:
            raise ImproperlyConfigured(f"{prefix}_MODEL or {prefix}_API_KEY is set, but {prefix}_BASE_URL is not")
        return None
    if not is_web_address(base_url):
        raise ImproperlyConfigured(f"{prefix}_BASE_URL is not the address of a web server")
    if not model:
        raise ImproperlyConfigured(f"{prefix}_BASE_URL is set, but {prefix}_MODEL is not")
    return Endpoint(name=name, base_url=base_url, api_key=api_key, model=model)


def is_web_address(url: str) -> bool:
    """http or https, a host, a port that can be one, and no name or password, which would end up in logs."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and parts.username is None
    except ValueError:
        return False
