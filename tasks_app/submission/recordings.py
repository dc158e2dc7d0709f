"""What may be transcribed: a recording, a transcript made before, or a video by its address."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tasks_app.stages.transcript.fetch_recording import IMPORTS
from tasks_app.stages.transcript.media import SUFFIXES as RECORDINGS
from tasks_app.submission.files import check_file
from tasks_app.text.speech.video_ids import NoVideo, video_id

__all__ = ["FAULTS", "IMPORTS", "RECORDINGS", "SUFFIXES", "check_recording", "video_of"]

SUFFIXES = (*RECORDINGS, *IMPORTS)
FAULTS = {
    "other_site": _("Only YouTube video URLs are supported. For anything else, upload the recording."),
    "playlist": _("This is the URL of a playlist. Enter the URL of a single video."),
    "no_video": _("No video was recognised in this URL. Copy it from the video's page."),
}
"""By the code of NoVideo."""


def check_recording(file: "UploadedFile[Any]") -> None:
    """Raises ValidationError with what is wrong with an uploaded recording or transcript, without reading it."""
    imported = (file.name or "").lower().endswith(IMPORTS)
    check_file(file, SUFFIXES, settings.UPLOAD_MAX_BYTES if imported else settings.MEDIA_MAX_BYTES)


def video_of(url: str) -> str:
    """The id of the video at this address, empty where there is none. Raises ValidationError."""
    if not url:
        return ""
    try:
        return video_id(url)
    except NoVideo as fault:
        raise ValidationError(FAULTS[fault.code], fault.code) from None
