"""What a vendor's error means for a job. Its own words are a detail for operators, less what they quote of the text."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any

import httpx2
import openai
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import SERVER_SAID, JobError, Message, PermanentError, Release, TransientError
from tasks_app.providers.dialects.server_words import ServerWords, words_of
from tasks_app.providers.endpoint import SPEECH, Endpoint
from tasks_app.registry import Usage

MAX_RETRY_AFTER = 3600.0
"""Seconds; a Retry-After beyond this is taken for this."""

LIMITED_PAUSE = 10.0
"""Seconds; how long to leave an endpoint alone that asks for a pause without saying for how long."""

TEXT_REFUSED = "provider_refused_text"
TEXT_TOO_LARGE = "provider_text_too_large"
FAILED = "provider_failed"
ANSWER_CUT = "model_answer_cut"
UNREACHABLE = "provider_unreachable"
BUSY = "provider_busy"
LIMITING = "provider_limiting"


class BilledError(PermanentError):
    """An answer came and cannot be used; `usage` is what it cost all the same."""

    def __init__(self, code: str, message: Message, *, usage: Usage, **details: Any) -> None:
        super().__init__(code, message, **details)
        self.usage = usage


@contextmanager
def translated(endpoint: Endpoint, sent: str = "") -> Iterator[None]:
    """Within the block, errors of the SDK and of its connection become ours; `sent` is the text of the request."""
    try:
        yield
    except (openai.APIError, httpx2.HTTPError, ValueError) as error:
        raise _ours(error, endpoint, sent) from None


def too_slow(endpoint: Endpoint) -> TransientError:
    return TransientError("provider_timeout", _("%(host)s did not respond in time."), host=endpoint.host)


def wrong_answer(endpoint: Endpoint) -> TransientError:
    """What came back is not what this kind of call returns."""
    return TransientError(
        "provider_wrong_answer", _("The response from %(host)s could not be read."), host=endpoint.host
    )


def broken_off(endpoint: Endpoint) -> TransientError:
    """The connection ended before the answer did."""
    return TransientError(
        "provider_connection_lost",
        _("The connection to %(host)s was lost before the response was complete."),
        host=endpoint.host,
    )


def unreachable(endpoint: Endpoint) -> Release:
    return Release(
        UNREACHABLE, _("%(host)s cannot be reached. The job waits until it responds again."), host=endpoint.host
    )


def busy(endpoint: Endpoint, delay: float) -> Release:
    """No slot for a call came free in time; says nothing about the endpoint."""
    return Release(
        BUSY,
        _("All call slots for %(host)s are in use. The job waits for its turn."),
        delay=delay,
        host=endpoint.host,
    )


def of_report(words: ServerWords, endpoint: Endpoint, sent: str = "") -> JobError:
    """What a failure means that was reported in place of an answer, in a response with the status 200."""
    if words.status or words.says_too_long:
        return of_status(words.status or 400, words, {}, endpoint, sent)
    return TransientError(
        FAILED,
        _("%(host)s reported a failure while responding."),
        host=endpoint.host,
        reason=words.code,
        **_said(words, endpoint, sent),
    )


def _said(words: ServerWords, endpoint: Endpoint, sent: str) -> dict[str, Any]:
    said = words.presentable(sent, endpoint.api_key)
    return {SERVER_SAID: said} if said else {}


def _ours(error: Exception, endpoint: Endpoint, sent: str) -> JobError:
    match error:
        case openai.APIStatusError():
            return of_status(error.status_code, words_of(error.body), error.response.headers, endpoint, sent)
        case openai.APIConnectionError():
            return _of_connection(error.__cause__, endpoint)
        case httpx2.HTTPError():
            return _of_connection(error, endpoint)
        case openai.APIResponseValidationError() | ValueError():
            return wrong_answer(endpoint)
    return TransientError(FAILED, _("%(host)s reported a failure while responding."), host=endpoint.host)


def _of_connection(cause: BaseException | None, endpoint: Endpoint) -> JobError:
    match cause:
        case httpx2.ConnectError() | httpx2.ConnectTimeout() | httpx2.ProxyError():
            return unreachable(endpoint)
        case httpx2.TimeoutException():
            return too_slow(endpoint)
    return broken_off(endpoint)


def of_status(
    status: int, words: ServerWords, headers: Mapping[str, str], endpoint: Endpoint, sent: str = ""
) -> JobError:
    """What an answer other than a success means; `sent` is the text of the request."""
    facts = {"host": endpoint.host, "model": endpoint.model, "status": status, "reason": words.code}
    facts |= _said(words, endpoint, sent)
    delay = retry_after(headers)
    match status:
        case _ if words.says_too_long and (status in (400, 422) or status >= 500):
            message = _("%(host)s rejected the text because it does not fit into the context of the model %(model)s.")
            return PermanentError(TEXT_TOO_LARGE, message, **facts)
        case 401:
            message = _("%(host)s rejected the API key. Set the right key, then requeue.")
            return PermanentError("provider_key_refused", message, **facts)
        case 403:
            message = _("The API key for %(host)s may not use the model %(model)s. Change one of them, then requeue.")
            return PermanentError("provider_forbidden", message, **facts)
        case 404 | 405:
            message = _("%(host)s has no model %(model)s, or its URL is wrong. Correct the settings, then requeue.")
            return PermanentError("provider_not_found", message, **facts)
        case 413 if endpoint.name == SPEECH:
            message = _(
                "%(host)s rejected a segment of the recording because it is too large. Lower WHISPER_MAX_BYTES or "
                "SEGMENT_SECONDS, then requeue: it is segmented again, but not downloaded again."
            )
            return PermanentError("provider_audio_too_large", message, **facts)
        case 413:
            message = _("%(host)s rejected the text because it is too long. Make the sections smaller, then requeue.")
            return PermanentError(TEXT_TOO_LARGE, message, **facts)
        case 429 if words.code == "insufficient_quota":
            message = _("The account at %(host)s has no credit left. Add credit, then requeue.")
            return PermanentError("provider_no_credit", message, **facts)
        case 429:
            message = _("%(host)s is limiting requests. It is retried automatically after a while.")
            return Release(LIMITING, message, delay=LIMITED_PAUSE if delay is None else delay, **facts)
        case 408 | 409 | 425:
            return TransientError(FAILED, _("%(host)s failed (HTTP %(status)d)."), retry_after=delay, **facts)
        case _ if 300 <= status < 400:
            message = _(
                "%(host)s redirects to another address. Text is sent only to the configured server; correct the "
                "settings."
            )
            return PermanentError("provider_moved", message, **facts)
        case _ if status >= 500:
            return TransientError(FAILED, _("%(host)s failed (HTTP %(status)d)."), retry_after=delay, **facts)
    message = _("%(host)s rejected the request for the model %(model)s (HTTP %(status)d %(reason)s).")
    return PermanentError(TEXT_REFUSED, message, **facts)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by RFC 9110 §10.2.3: a number or a date; None where there is neither."""
    delay = headers.get("retry-after", "")
    try:
        seconds = float(delay)
    except ValueError:
        try:
            moment = parsedate_to_datetime(delay)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), MAX_RETRY_AFTER) if isfinite(seconds) else None
