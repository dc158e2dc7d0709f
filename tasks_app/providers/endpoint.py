"""Where text is sent to, and what for: the one place that reads the addresses and keys of providers."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import Message

LLM, EMBEDDINGS, SPEECH = "llm", "embeddings", "speech"
LABELS: dict[str, Message] = {LLM: _("Chat model"), EMBEDDINGS: _("Embeddings"), SPEECH: _("Speech to text")}
"""What staff call each provider."""

OPENAI, WHISPER_CPP, PLAIN = "openai", "whisper_cpp", "plain"
SPEECH_APIS = (OPENAI, WHISPER_CPP, PLAIN)
"""Values of WHISPER_API."""


class PriorityClass(StrEnum):
    """Who asks: a person who waits in a chat, or work in the background, that which sends audio by itself."""

    CHAT = "chat"
    WORK = "work"
    SPEECH = "speech"

    @property
    def seconds(self) -> float:
        """How long one call may take."""
        match self:
            case PriorityClass.CHAT:
                return float(settings.CHAT_TIMEOUT_SECONDS)
            case PriorityClass.SPEECH:
                return float(settings.WHISPER_TIMEOUT_SECONDS)
        return float(settings.PROVIDER_TIMEOUT_SECONDS)

    @property
    def patience(self) -> float:
        """Seconds that a call waits for its turn; people do not wait longer for that than for an answer."""
        longest = float(settings.PROVIDER_SLOT_WAIT_SECONDS)
        return min(longest, self.seconds) if self is PriorityClass.CHAT else longest


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A server (OpenAI-compatible but for speech) and the model asked for there; `name` is a key of LABELS."""

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
    """None where LLM_BASE_URL is empty. Raises ImproperlyConfigured if it has no model or is not a URL."""
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


def speech() -> Endpoint | None:
    """None where WHISPER_SERVER_URL is empty. Raises ImproperlyConfigured like `chat_model`.

    Only the API of OpenAI asks for a model; the model of other servers goes by the name of their API.
    """
    if settings.WHISPER_API not in SPEECH_APIS:
        known = ", ".join(SPEECH_APIS)
        raise ImproperlyConfigured(f"WHISPER_API is {settings.WHISPER_API!r}; known are: {known}")
    address, model = settings.WHISPER_SERVER_URL, settings.WHISPER_MODEL
    if address and settings.WHISPER_API != OPENAI:
        model = model or settings.WHISPER_API
    return _endpoint(SPEECH, "WHISPER", address, settings.WHISPER_API_KEY, model, address_name="WHISPER_SERVER_URL")


def _endpoint(
    name: str, prefix: str, base_url: str, api_key: str, model: str, address_name: str = ""
) -> Endpoint | None:
    address_name = address_name or f"{prefix}_BASE_URL"
    if not base_url:
        if model or api_key:
            raise ImproperlyConfigured(f"{prefix}_MODEL or {prefix}_API_KEY is set, but {address_name} is not")
        return None
    if not is_web_address(base_url):
        raise ImproperlyConfigured(f"{address_name} is not the address of a web server")
    if not model:
        raise ImproperlyConfigured(f"{address_name} is set, but {prefix}_MODEL is not")
    return Endpoint(name=name, base_url=base_url, api_key=api_key, model=model)


def is_web_address(url: str) -> bool:
    """http or https, a host, a port that can be one, and no name or password, which would end up in logs."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and parts.username is None
    except ValueError:
        return False
