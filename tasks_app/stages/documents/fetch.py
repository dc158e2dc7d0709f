"""The stage that fetches a file from the address where staff found it, and keeps it."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import file_digest
from tempfile import TemporaryFile
from typing import IO, Any
from weakref import finalize

from django.core.files.base import File
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import PermanentError, Release
from tasks_app.models import Job
from tasks_app.models.content.base.attachment import Attachment
from tasks_app.providers.fetching.fetcher import FetchedFile, Fetcher
from tasks_app.registry import Skipped, Stage, StageContext, StageFacts

SAVING_SECONDS = 2.0
"""How long to leave alone a row that somebody is saving."""

FETCHER = Fetcher()


@dataclass(frozen=True, kw_only=True)
class Copy:
    """`content` is on this machine's disk and is closed with this object; `digest` is its SHA-256."""

    fetched: FetchedFile
    content: IO[bytes]
    digest: str


def attached(attachment: Any) -> bool:
    return bool(attachment.attached)


def fetch(holds_content: Callable[[Any], bool] = attached, way_out: Fetcher = FETCHER) -> Stage:
    """For subjects that are Attachments. `holds_content` says whether anything at all was submitted.

    What was uploaded or pasted is left alone; `way_out` is another in tests.
    """

    def inputs(facts: StageFacts) -> Mapping[str, Any]:
        """Every run looks again whether the file has changed; the attempts of one run fetch it once."""
        attachment: Attachment = facts.subject
        if not attachment.url:
            return {"url": "", "holds_content": holds_content(attachment)}
        run = Job.objects.values_list("run", flat=True).get(pk=facts.job_id)
        return {"url": attachment.url, "job": facts.job_id, "run": run}

    def run(context: StageContext) -> Copy | Skipped:
        attachment: Attachment = context.subject
        if attachment.url:
            return _copy(way_out, attachment.url, context)
        if not holds_content(attachment):
            raise PermanentError(
                "nothing_attached", _("Nothing is attached. Upload a file or enter its URL, then requeue.")
            )
        return Skipped(reason=_("Nothing to download: the content was added here."))

    def save(context: StageContext, copy: Copy) -> Mapping[str, Any]:
        attachment = _locked(context.subject)
        unchanged = copy.digest == attachment.content_digest and _is_there(attachment)
        if unchanged:
            attachment.fetched_at = timezone.now()
            attachment.save(update_fields=("fetched_at",))
        else:
            copy.content.seek(0)
            attachment.keep_fetched(
                File(copy.content),
                filename=copy.fetched.delivered.name,
                content_type=copy.fetched.delivered.content_type,
                fetched_url=copy.fetched.url,
            )
        return {"bytes": copy.fetched.size, "unchanged": unchanged}

    return Stage(name="fetch", label=_("Fetch"), inputs=inputs, run=run, save=save)


def _copy(way_out: Fetcher, url: str, context: StageContext) -> Copy:
    with ExitStack() as opened:
        content = opened.enter_context(TemporaryFile(prefix="notebookops-"))
        fetched = way_out.fetch(url, content, context.check)
        content.seek(0)
        copy = Copy(fetched=fetched, content=content, digest=file_digest(content, "sha256").hexdigest())
        finalize(copy, opened.pop_all().close)
        return copy


def _is_there(attachment: Attachment) -> bool:
    name = attachment.file.name or ""
    return bool(name) and attachment.file.storage.exists(name)


def _locked(subject: Any) -> Attachment:
    """The row as it is now. Staff who save it lock it first and its job second, so it must not be waited for here."""
    rows = type(subject)._default_manager.select_for_update(skip_locked=True)
    locked: Attachment | None = rows.filter(pk=subject.pk).first()
    if locked is None:
        message = _("Someone else is saving it right now; the job continues in a moment.")
        raise Release("being_saved", message, delay=SAVING_SECONDS)
    return locked
