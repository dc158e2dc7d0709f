"""What staff are told when a recording cannot be had or heard."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import JobError, PermanentError, TransientError
from tasks_app.stages.documents.local_copy import disk_full

PERMANENT: dict[str, Promise] = {
    "video_private": _("The video is private. Ask its owner to share it, or upload the recording itself."),
    "video_members_only": _("The video is for members of its channel only. Upload the recording itself."),
    "video_age": _("YouTube shows this video only to people who signed in. Upload the recording itself."),
    "video_not_here": _("The video is not available in the country of this server. Upload the recording itself."),
    "video_removed": _("The video does not exist or was removed. Check the address, or upload the recording itself."),
    "video_live": _("The broadcast has not ended, or its recording is not ready yet. Requeue the job once it is."),
    "video_too_large": _(
        "The video is larger than %(limit_mb)s MB, the most that is accepted. Upload its sound only, or a part of it."
    ),
    "video_without_sound": _("The video has no sound that can be downloaded. Upload the recording itself."),
    "recording_too_long": _(
        "The recording is longer than %(limit_minutes)s minutes, the most that one job can do. Split it and put the"
        " parts in one by one."
    ),
    "recording_empty": _("The recording has no length. Record or export it again and upload it."),
    "no_sound": _("The file has no sound. Upload a recording that has some."),
    "no_recording": _(
        "The file's name ends in %(extension)s, but its content is neither sound nor video. Upload the recording"
        " itself."
    ),
    "recording_damaged": _("The recording is damaged and cannot be played. Export it again and upload it."),
    "recording_took_too_long": _(
        "Preparing the recording took too long and was stopped. Upload its sound only, or split it."
    ),
    "ffmpeg_missing": _(
        "ffmpeg is not installed where the job ran, so recordings cannot be prepared. Have it installed, then requeue."
    ),
    "no_speech_server": _(
        "No speech server configured. The audio is kept: set WHISPER_SERVER_URL, then requeue, and nothing is"
        " downloaded or cut again."
    ),
    "nothing_heard": _(
        "No speech was recognised in the recording. Listen to it, and check the language and the speech server."
    ),
    "not_text": _("The file holds data that is not text. Upload the document itself."),
    "no_cues": _(
        "The file holds no subtitles that can be read. Export it again as SRT or VTT, or save its text as a TXT file."
    ),
    "no_text": _("The document holds nothing but blanks. Put in a document that has text."),
}
TRANSIENT: dict[str, Promise] = {
    "video_bot_check": _(
        "YouTube refuses downloads from this server for now (it suspects a robot). It is tried again; if that does not"
        " help, upload the recording itself."
    ),
    "video_site_away": _("YouTube could not be reached, or the download broke off. It is tried again."),
    "download_failed": _(
        "The video could not be downloaded. It is tried again; if that does not help, yt-dlp may need an update, or"
        " upload the recording itself."
    ),
    "tool_killed": _("The machine ended the preparing of the recording, probably for want of memory."),
}
"""By code; those of a download come from `providers.download_process`."""


def error_message(code: str, **details: Any) -> JobError:
    if code == "disk_full":
        return disk_full()
    if code in PERMANENT:
        return PermanentError(code, PERMANENT[code], **details)
    return TransientError(code, TRANSIENT[code], **details)
