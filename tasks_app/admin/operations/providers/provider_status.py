"""Who receives the text of documents, for the pages that say so."""

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.utils.html import escape
from django.utils.translation import gettext

from tasks_app.errors import Message
from tasks_app.models import ProviderState
from tasks_app.providers import endpoint as endpoints
from tasks_app.providers.endpoint import LABELS, Endpoint


@dataclass(frozen=True, kw_only=True)
class ProviderLine:
    """One provider as it is configured, and how calls to it went; both None where there is nothing to tell."""

    name: str
    label: Message
    endpoint: Endpoint | None
    state: ProviderState | None
    fault: str = ""

    @property
    def unreachable(self) -> bool:
        return self.endpoint is not None and self.state is not None and self.state.unreachable_since is not None


def recipients() -> str:
    """HTML: one sentence in the active language about where the text of a document is sent."""
    hosts = _hosts(endpoints.LLM, endpoints.EMBEDDINGS)
    if not hosts:
        return gettext("The text is processed on this system only.")
    return gettext("The text is sent to: %(hosts)s.") % {"hosts": hosts}


def audio_recipients() -> str:
    """HTML: where the sound of a recording goes, and where the text made of it."""
    server, model = _hosts(endpoints.SPEECH), _hosts(endpoints.LLM)
    if not server:
        return gettext("No speech server is configured: recordings are stored and segmented, but not transcribed.")
    sound = gettext("The audio is sent to: %(hosts)s.") % {"hosts": server}
    text = gettext("The text is sent to: %(hosts)s.") % {"hosts": model}
    return f"{sound} {text}" if model else sound


def _hosts(*names: str) -> str:
    """HTML; empty where none of these providers is configured."""
    found = dict.fromkeys(line.endpoint.host for line in provider_lines() if line.endpoint and line.name in names)
    return escape(", ".join(found))


def provider_lines() -> list[ProviderLine]:
    """In the order of LABELS. One short query."""
    states = {state.provider: state for state in ProviderState.objects.all()}
    configured = {
        endpoints.LLM: endpoints.chat_model,
        endpoints.EMBEDDINGS: endpoints.embeddings,
        endpoints.SPEECH: endpoints.speech,
    }
    lines = []
    for name, label in LABELS.items():
        endpoint, fault = None, ""
        try:
            endpoint = configured[name]()
        except ImproperlyConfigured as error:
            fault = str(error)
        lines.append(ProviderLine(name=name, label=label, endpoint=endpoint, state=states.get(name), fault=fault))
    return lines
