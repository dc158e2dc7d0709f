"""What a failed fetch means for a job, worded so that staff know what to do. The address itself is never repeated."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpcore2
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import JobError, Message, PermanentError, Release, TransientError
from tasks_app.providers.provider_errors import LIMITED_PAUSE, retry_after

OK = (200, 203)
LATER = (408, 409, 425)
PACKED_UNKNOWN: Message = _("%(host)s sent the file with an unsupported compression. Upload the file instead.")
TRY_UPLOAD: Message = _(
    "%(host)s refused to serve the file (HTTP %(status)s). If it requires signing in, download the file "
    "yourself and upload it."
)
FAILED: Message = _("%(host)s failed (HTTP %(status)d).")


@contextmanager
def translated(host: str) -> Iterator[None]:
    """Within the block, errors of connection and protocol become ours."""
    try:
        yield
    except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        raise _ours(error, host) from None


def require_ok(status: int, headers: Mapping[str, str], host: str) -> None:
    """Raises what a status that is not a success means."""
    if status in OK:
        return
    facts = {"host": host, "status": status}
    wanted = retry_after(headers)
    if status in (404, 410):
        message = _("There is no longer a file at this URL (HTTP %(status)s). Correct the URL, then requeue.")
        raise PermanentError("address_dead", message, **facts)
    if status == 429:
        message = _("%(host)s is limiting requests. It is retried automatically after a while.")
        raise Release("fetch_limiting", message, delay=LIMITED_PAUSE if wanted is None else wanted, **facts)
    if status >= 500 or status in LATER:
        raise TransientError("fetch_failed", FAILED, retry_after=wanted, **facts)
    raise PermanentError("fetch_refused", TRY_UPLOAD, **facts)


def unknown_host(host: str) -> PermanentError:
    message = _("There is no server named %(host)s. Correct the URL, then requeue.")
    return PermanentError("address_unknown_host", message, host=host)


def unresolved(error: OSError, host: str) -> JobError:
    """The resolver gave no addresses: there are none, or it does not work right now."""
    known_to_be_none = isinstance(error, socket.gaierror) and error.errno != socket.EAI_AGAIN
    return unknown_host(host) if known_to_be_none else unreachable(host)


def unreachable(host: str) -> TransientError:
    return TransientError("fetch_unreachable", _("%(host)s cannot be reached."), host=host)


def leads_nowhere(host: str) -> PermanentError:
    message = _("%(host)s redirects to something that is not a web URL. Correct the URL, then requeue.")
    return PermanentError("address_leads_nowhere", message, host=host)


def too_many_redirects(limit: int) -> PermanentError:
    message = _("The URL redirects more than %(limit)s times. Enter the URL of the file itself.")
    return PermanentError("address_redirects", message, limit=limit)


def too_large(limit: int) -> PermanentError:
    message = _("The file at this URL is larger than the limit of %(limit)s MB.")
    return PermanentError("fetched_too_large", message, limit=limit // 1024**2)


def broken_off(host: str) -> TransientError:
    message = _("The connection to %(host)s was lost before the file was complete.")
    return TransientError("fetch_broken_off", message, host=host)


def _ours(error: Exception, host: str) -> JobError:
    match error:
        case httpcore2.TimeoutException():
            message = _("%(host)s did not send the file in time.")
            return TransientError("fetch_timeout", message, host=host)
        case httpcore2.ConnectError() if _certificate_bad(error):
            message = _(
                "The certificate of %(host)s is not valid, so the server's identity cannot be verified. Upload the "
                "file instead."
            )
            return PermanentError("fetch_certificate", message, host=host)
        case httpcore2.ConnectError():
            return unreachable(host)
    return broken_off(host)


def _certificate_bad(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
