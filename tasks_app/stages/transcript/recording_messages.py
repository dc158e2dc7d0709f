"""What staff are shown when a recording cannot be fetched or transcribed."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import JobError, PermanentError, TransientError
from tasks_app.stages.documents.local_copy import disk_full

PERMANENT: dict[str, Promise] = {
    "video_private": _("The video is private. Ask its owner to share it, or upload the recording."),
    "video_members_only": _("The video is only for members of its channel. Upload the recording."),
    "video_age": _("YouTube shows this video only to signed-in users. Upload the recording."),
    "video_not_here": _("The video is not available in this server's country. Upload the recording."),
    "video_removed": _("The video does not exist or was removed. Check the URL, or upload the recording."),
    "video_live": _("The broadcast has not ended, or its recording is not ready yet. Requeue the job when it is."),
    "video_too_large": _(
        "The video is larger than the limit of %(limit_mb)s MB. Upload only its audio, or a part of it."
    ),
    "video_without_sound": _("The video has no downloadable audio. Upload the recording."),
    "recording_too_long": _(
        "The recording is longer than the limit of %(limit_minutes)s minutes per job. Split it and upload "
        "the parts one by one."
    ),
    "recording_empty": _("The recording has zero length. Record or export it again and upload it."),
    "no_sound": _("The file has no audio. Upload a recording with audio."),
    "no_recording": _(
        "The file name ends in %(extension)s, but its content is neither audio nor video. Upload the recording."
    ),
    "recording_damaged": _("The recording is damaged and cannot be played. Export it again and upload it."),
    "recording_took_too_long": _(
        "Preparing the recording took too long and was stopped. Upload only its audio, or split it."
    ),
    "ffmpeg_missing": _(
        "ffmpeg is not installed on the worker that ran the job, so recordings cannot be prepared. Install "
        "it, then requeue."
    ),
    "no_speech_server": _(
        "No speech server is configured. The audio is kept: set WHISPER_SERVER_URL, then requeue; nothing is "
        "downloaded or segmented again."
    ),
    "nothing_heard": _(
        "No speech was recognised in the recording. Listen to it, and check the language and the speech server."
    ),
    "not_text": _("The file contains data that is not text. Upload the document itself."),
    "no_cues": _(
        "The file contains no readable subtitles. Export it again as SRT or VTT, or save its text as a TXT file."
    ),
    "no_times": _("The times of the subtitles cannot be read. Export the file again as SRT or VTT."),
    "no_text": _("The document contains only blanks. Upload a document that contains text."),
}
TRANSIENT: dict[str, Promise] = {
    "video_bot_check": _(
        "YouTube is refusing downloads from this server for now because it suspects a bot. It is retried "
        "automatically; if that does not help, upload the recording."
    ),
    "video_site_away": _("YouTube could not be reached, or the download was interrupted. It is retried automatically."),
    "download_failed": _(
        "The video could not be downloaded. It is retried automatically; if that does not help, update "
        "yt-dlp or upload the recording."
    ),
    "tool_killed": _("The server stopped preparing the recording, probably because it ran out of memory."),
}
"""By code; those of a download come from `providers.download_process`."""


def error_message(code: str, **details: Any) -> JobError:
    if code == "disk_full":
        return disk_full()
    if code in PERMANENT:
        return PermanentError(code, PERMANENT[code], **details)
    return TransientError(code, TRANSIENT[code], **details)
