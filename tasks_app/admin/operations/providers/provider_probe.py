"""Asking each configured provider for something small: what works, how fast, and what does not."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from tasks_app.errors import JobError, Message
from tasks_app.models.engine.fields import render, with_server_words
from tasks_app.providers import endpoint as endpoints
from tasks_app.providers import llm, speech, structured
from tasks_app.providers.embeddings import Embedder
from tasks_app.providers.endpoint import Endpoint, PriorityClass
from tasks_app.providers.llm import ChatModel
from tasks_app.stages.common.provider_health import note_answer, note_failure
from tasks_app.text.speech.cutting import RATE
from tasks_app.text.speech.wav import wav

HARMLESS = "接続の試験です。「はい」とだけ答えてください。"
AT_ONCE = 4

Report = Callable[[], str]


class Ready(BaseModel):
    """What the model is asked to fill in."""

    ready: bool


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What is tried; `ask` says in the active language what came back, and raises JobError where nothing did."""

    endpoint: Endpoint
    what: Message
    ask: Callable[[Endpoint], Report]


@dataclass(frozen=True, kw_only=True)
class ProbeResult:
    """One question, answered after `seconds` or failed; `told` is for staff, in the active language."""

    endpoint: Endpoint
    what: Message
    error: JobError | None
    seconds: float
    told: str

    @property
    def works(self) -> bool:
        return self.error is None


def try_all() -> list[ProbeResult]:
    """All questions at once; their outcome is kept as the providers' state. None where nothing is configured."""
    questions = _questions()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(_timed, questions))
    results = [_probe_result(question, *answer) for question, answer in zip(questions, answers, strict=True)]
    for endpoint in dict.fromkeys(question.endpoint for question in questions):
        _note(endpoint, [result for result in results if result.endpoint == endpoint])
    return results


def _questions() -> list[Probe]:
    found = []
    if model := endpoints.chat_model():
        found += [
            Probe(endpoint=model, what=_("responds"), ask=_answer),
            Probe(endpoint=model, what=_("streams"), ask=_words),
            Probe(endpoint=model, what=_("returns structured output"), ask=_form),
        ]
    if vectors := endpoints.embeddings():
        found.append(Probe(endpoint=vectors, what=_("returns embeddings"), ask=_vectors))
    if server := endpoints.speech():
        found.append(Probe(endpoint=server, what=_("transcribes audio"), ask=_speech))
    return found


def _timed(question: Probe) -> tuple[Report | JobError, float]:
    started = monotonic()
    try:
        return question.ask(question.endpoint), monotonic() - started
    except JobError as error:
        return error, monotonic() - started


def _probe_result(question: Probe, answer: Report | JobError, seconds: float) -> ProbeResult:
    return ProbeResult(
        endpoint=question.endpoint,
        what=question.what,
        error=answer if isinstance(answer, JobError) else None,
        seconds=seconds,
        told=_explained(answer) if isinstance(answer, JobError) else answer(),
    )


def _explained(error: JobError) -> str:
    return with_server_words(render(error.message_id, error.details), error.details)


def _note(endpoint: Endpoint, results: Sequence[ProbeResult]) -> None:
    """A service that answered anything can be reached; the first failure is reported as well."""
    if any(result.works for result in results):
        note_answer(endpoint)
    for result in results:
        if result.error is not None:
            note_failure(endpoint, result.error)
            return


def _answer(endpoint: Endpoint) -> Report:
    completion = _model(endpoint).complete(_messages())
    return lambda: gettext("%(count)d characters") % {"count": len(completion.text)}


def _words(endpoint: Endpoint) -> Report:
    started = monotonic()
    first, pieces = 0.0, 0
    for _piece in _model(endpoint).stream(_messages()):
        first = first or monotonic() - started
        pieces += 1
    return lambda: (
        gettext("%(count)d chunks, the first after %(seconds)s s")
        % {
            "count": pieces,
            "seconds": f"{first:.1f}",
        }
    )


def _form(endpoint: Endpoint) -> Report:
    result = structured.ask(_model(endpoint), _messages(), Ready)
    return lambda: gettext("with a JSON schema") if result.native else gettext("with instructions only")


def _vectors(endpoint: Endpoint) -> Report:
    made = Embedder(endpoint=endpoint, priority_class=PriorityClass.CHAT).embed([HARMLESS])
    dimensions = len(made.vectors[0] or [])
    return lambda: gettext("%(count)d dimensions") % {"count": dimensions}


def _speech(endpoint: Endpoint) -> Report:
    """A second of silence: what matters is that it is listened to."""
    heard = speech.configured(endpoint, PriorityClass.CHAT).hear(wav(bytes(2 * RATE)), 1000)
    return lambda: gettext("%(count)d characters") % {"count": len(heard.text)}


def _model(endpoint: Endpoint) -> ChatModel:
    return ChatModel(endpoint=endpoint, priority_class=PriorityClass.CHAT)


def _messages() -> list[llm.Message]:
    return [llm.Message(role="user", content=HARMLESS)]
