"""The ways a job can end other than well, as exceptions the runner understands.

An error carries a code for programs, an English message id with named placeholders for people, and details to fill
them. Keeping the three apart lets a stored error be read in any language. Details never hold text of a document.
"""

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_noop

Message = str | Promise

SERVER_SAID = "server_said"
"""The detail that holds a server's own words about its failure, without text or keys; shown in the console only."""

CANCELLED_ON_REQUEST = gettext_noop("Cancelled on request.")


def message_id(message: Message) -> str:
    """The untranslated text of a translatable message, as it is stored."""
    with translation.override(None):
        return str(message)


class JobError(Exception):
    """Base of every expected ending. `code` is stable snake_case; `details` is JSON-serialisable.

    `usage`: the `registry.Usage` of calls to providers that were paid for in vain, if there were any.
    """

    usage: Any = None

    def __init__(self, code: str, message: Message, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.details: Mapping[str, Any] = details

    @property
    def message_id(self) -> str:
        """The untranslated message, placeholders unfilled: what is stored."""
        return message_id(self.message)

    def __str__(self) -> str:
        return f"{self.code}: {self.message_id % self.details}"


class PermanentError(JobError):
    """Trying again cannot help; the job fails with a message staff can act on."""


class TransientError(JobError):
    """Trying again may help; the job is retried with backoff while attempts are left.

    `retry_after` (seconds) is a provider's own request and wins over the computed backoff.
    """

    def __init__(self, code: str, message: Message, *, retry_after: float | None = None, **details: Any) -> None:
        super().__init__(code, message, **details)
        self.retry_after = retry_after


class Release(JobError):
    """The work was not at fault: back to queued after `delay` seconds, the attempt not counted."""

    def __init__(self, code: str, message: Message, *, delay: float = 0.0, **details: Any) -> None:
        super().__init__(code, message, **details)
        self.delay = delay


class Park(Exception):
    """A stage waits for other jobs: the attempt ends uncounted until all of `awaited` (job ids) are done."""

    def __init__(self, awaited: tuple[Any, ...]) -> None:
        super().__init__(f"waiting for {len(awaited)} job(s)")
        self.awaited = awaited


class Cancelled(Exception):
    """Somebody asked for the job to be cancelled, or its subject is gone; `reason` is a message id."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InputChanged(Exception):
    """The subject changed while its job ran: nothing more may be saved, and the job starts over on the new input."""


class LeaseLost(Exception):
    """This worker no longer holds the job: nothing may be saved and nothing needs to be said."""


class AlreadyEnqueued(Exception):
    """The subject has an active job with other parameters; `job_id` (UUID) names it."""

    def __init__(self, job_id: Any) -> None:
        super().__init__(f"job {job_id} is active with other parameters")
        self.job_id = job_id


class Refused(Exception):
    """A verb does not apply to the job as it is now; `reason` is a translatable message."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason
