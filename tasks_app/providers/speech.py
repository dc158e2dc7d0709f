"""Speech to text: one piece of audio in, what was said in it out."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Self

import httpx2
from django.conf import settings
from pydantic import RootModel, model_validator

from tasks_app.errors import PermanentError
from tasks_app.providers import clients, limiter, provider_errors
from tasks_app.providers.dialects import refused_options, speech_answers
from tasks_app.providers.endpoint import OPENAI, PLAIN, WHISPER_CPP, Endpoint, PriorityClass
from tasks_app.providers.provider_errors import TEXT_REFUSED
from tasks_app.text.speech.cues import Cue

SECOND_TEMPERATURE = 0.4
"""For asking again where the model fell into repeating itself; one of the steps Whisper itself falls back by."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """`cues` in milliseconds from the start of the audio; one over all of it where the server gives no times."""

    cues: tuple[Cue, ...]
    seconds: float

    @property
    def text(self) -> str:
        return " ".join(cue.text for cue in self.cues)


class _SpeechResponse(RootModel[dict[str, Any]]):
    """Anything that holds words."""

    @model_validator(mode="after")
    def _holds_words(self) -> Self:
        if not speech_answers.has_words(self.root):
            raise ValueError("no transcript")
        return self


Form = dict[str, str]


def _openai(form: Form, *, model: str, timed: bool) -> Form:
    form |= {"model": model, "response_format": "verbose_json" if timed else "json"}
    return form | {"timestamp_granularities[]": "segment"} if timed else form


def _whisper_cpp(form: Form, *, model: str, timed: bool) -> Form:
    return form | {"response_format": "verbose_json" if timed else "json", "no_context": "true"}


def _plain(form: Form, *, model: str, timed: bool) -> Form:
    return {name: value for name, value in form.items() if name == "language"}


@dataclass(frozen=True, kw_only=True)
class Api:
    """`path` below the server's address; `form` completes what is sent beside the audio."""

    path: str
    form: Callable[..., Form]
    asks_for_times: bool = True


APIS: dict[str, Api] = {
    OPENAI: Api(path="audio/transcriptions", form=_openai),
    WHISPER_CPP: Api(path="inference", form=_whisper_cpp),
    PLAIN: Api(path="transcribe", form=_plain, asks_for_times=False),
}
"""By the value of WHISPER_API."""

TIMES = "timestamp_granularities[]"
"""The option for times, which some models refuse to give."""


@dataclass(frozen=True, kw_only=True)
class Recogniser:
    """Raises TransientError, PermanentError, and Release where the server is away, limits, or has no slot free."""

    endpoint: Endpoint
    api: str
    language: str = ""
    prompt: str = ""
    priority_class: PriorityClass = PriorityClass.SPEECH

    @property
    def facts(self) -> dict[str, Any]:
        """All that what is heard depends on, but for the audio; the same server may move to another address."""
        return {
            "api": self.api,
            "model": self.endpoint.model,
            "language": self.language,
            "prompt": self.prompt,
        }

    def hear(self, audio: bytes, milliseconds: int) -> Heard:
        """What is said in a WAV of that length."""
        return self._heard(audio, milliseconds, {"temperature": "0.0", "prompt": self.prompt})

    def hear_again(self, audio: bytes, milliseconds: int) -> Heard:
        """The same, without a prompt to lean on and with some chance in it."""
        return self._heard(audio, milliseconds, {"temperature": str(SECOND_TEMPERATURE)})

    def _heard(self, audio: bytes, milliseconds: int, form: Form) -> Heard:
        """Where the server refuses, it is asked again without times, and then without any option."""
        offered = (TIMES, *form) if APIS[self.api].asks_for_times else tuple(form)
        wanted = tuple(name for name in offered if not refused_options.is_refused(self.endpoint, name))
        refusal: PermanentError | None = None
        for options in dict.fromkeys((wanted, tuple(name for name in wanted if name != TIMES), ())):
            kept = {name: value for name, value in form.items() if name in options}
            try:
                heard = self._ask(audio, milliseconds, kept, timed=TIMES in options)
            except PermanentError as error:
                if error.code != TEXT_REFUSED:
                    raise
                refusal = refusal or error
            else:
                refused_options.note(self.endpoint, set(wanted) - set(options))
                return heard
        assert refusal
        raise refusal

    def _ask(self, audio: bytes, milliseconds: int, form: Form, *, timed: bool) -> Heard:
        api = APIS[self.api]
        said = {name: value for name, value in {"language": self.language, **form}.items() if value}
        fields = api.form(said, model=self.endpoint.model, timed=timed)
        with limiter.slot(self.endpoint, self.priority_class) as held, limiter.renewed(held):
            started = monotonic()
            answer = self._answer(api.path, audio, fields, started + self.priority_class.seconds)
            seconds = monotonic() - started
        return Heard(cues=speech_answers.cues(answer.root, milliseconds), seconds=seconds)

    def _answer(self, path: str, audio: bytes, fields: Form, give_up: float) -> _SpeechResponse:
        key = self.endpoint.api_key
        with (
            provider_errors.translated(self.endpoint),
            httpx2.Client(follow_redirects=False, timeout=clients.timeout(self.priority_class.seconds)) as client,
            client.stream(
                "POST",
                f"{self.endpoint.base_url.rstrip('/')}/{path}",
                files={"file": ("audio.wav", audio, "audio/wav")},
                data=fields,
                headers={"Authorization": f"Bearer {key}"} if key else {},
            ) as response,
        ):
            if not response.is_success:
                words = clients.error_words(response, self.endpoint, give_up=give_up)
                raise provider_errors.of_status(response.status_code, words, response.headers, self.endpoint)
            return clients.read(response, self.endpoint, _SpeechResponse, give_up=give_up)


def configured(endpoint: Endpoint, priority_class: PriorityClass = PriorityClass.SPEECH) -> Recogniser:
    """As the settings say."""
    return Recogniser(
        endpoint=endpoint,
        api=settings.WHISPER_API,
        language=settings.WHISPER_LANGUAGE,
        prompt=settings.WHISPER_PROMPT,
        priority_class=priority_class,
    )
