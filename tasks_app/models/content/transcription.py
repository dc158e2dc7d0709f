"""A transcription: what was said in a recording, or in subtitles somebody made before."""

from hashlib import sha256
from math import exp
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tasks_app.models.content.base.document import DocumentSubject
from tasks_app.models.content.base.notebook import Notebook
from tasks_app.models.content.base.stored_file import StoredFile
from tasks_app.text.speech.cues import Cue


class Transcription(StoredFile, DocumentSubject):
    """Of a YouTube video (`video_id`), an uploaded recording, or an imported file of subtitles or text (`file`)."""

    notebook = models.ForeignKey(Notebook, models.CASCADE, related_name="transcriptions", verbose_name=_("notebook"))
    video_id = models.CharField(_("YouTube video"), max_length=11, blank=True, default="")

    class Meta:
        verbose_name = _("transcription")
        verbose_name_plural = _("transcriptions")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=(Q(file="") & ~Q(video_id="")) | (~Q(file="") & Q(video_id="")),
                name="transcription_file_or_video",
            ),
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row, its document, and the digest of what was submitted."""
        if self.video_id:
            self.content_digest = sha256(f"youtube {self.video_id}".encode()).hexdigest()
        super().save(*args, **kwargs)

    @classmethod
    def largest_file(cls) -> int:
        return int(settings.MEDIA_MAX_BYTES)

    @property
    def job_notebook_id(self) -> UUID | None:
        return self.notebook_id

    @property
    def job_owner_id(self) -> int | None:
        return self.notebook.owner_id

    def input_digest(self) -> str:
        """Follows what was submitted and what staff corrected: both make later stages run again."""
        newest = self.corrections.order_by("-id").values_list("pk", flat=True).first()
        if newest is None:
            return self.content_digest
        return sha256(f"{self.content_digest} {newest}".encode()).hexdigest()


class Recording(StoredFile):
    """What a transcription is made from. Without a file of its own it is the file that was uploaded."""

    transcription = models.OneToOneField(
        Transcription, models.CASCADE, primary_key=True, related_name="recording", verbose_name=_("transcription")
    )
    title = models.CharField(_("video title"), max_length=255, blank=True, default="")
    milliseconds = models.PositiveIntegerField(_("length in milliseconds"), default=0)

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")

    def __str__(self) -> str:
        return self.title or str(self.pk)


class Segment(StoredFile):
    """A piece of a recording, 16 kHz mono WAV; the segments in order of `position` are the whole of it.

    `heard` is a list of the values of HEARD, milliseconds from the segment's start; null until it was transcribed.
    Rows of earlier releases have the first three only.
    `doubtful`: the recogniser repeated itself, also when asked again.
    """

    HEARD = ("start", "end", "text", "speaker", "doubtful", "no_speech", "log_probability")

    transcription = models.ForeignKey(
        Transcription, models.CASCADE, related_name="segments", verbose_name=_("transcription")
    )
    position = models.PositiveIntegerField(_("position"))
    start = models.PositiveIntegerField(_("start in milliseconds"))
    end = models.PositiveIntegerField(_("end in milliseconds"))
    heard = models.JSONField(_("recognised text"), null=True, blank=True)
    doubtful = models.BooleanField(_("needs review"), default=False)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ("transcription", "position")
        constraints = (models.UniqueConstraint(fields=("transcription", "position"), name="segment_position"),)

    def __str__(self) -> str:
        return f"{self.transcription_id} {self.position}"


class Line(models.Model):
    """A line of the finished transcript: said from `start` to `end`, milliseconds of the whole.

    `no_speech` (probability that nobody speaks) and `log_probability` (mean of the words) where the server gave them.
    """

    transcription = models.ForeignKey(
        Transcription, models.CASCADE, related_name="lines", verbose_name=_("transcription")
    )
    position = models.PositiveIntegerField(_("position"))
    start = models.PositiveIntegerField(_("start in milliseconds"))
    end = models.PositiveIntegerField(_("end in milliseconds"))
    speaker = models.CharField(_("speaker"), max_length=200, blank=True, default="", db_default="")
    text = models.TextField(_("text"))
    doubtful = models.BooleanField(_("needs review"), default=False)
    no_speech = models.FloatField(_("probability that nobody speaks"), null=True, blank=True)
    log_probability = models.FloatField(_("log probability of the words"), null=True, blank=True)

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        ordering = ("transcription", "position")
        constraints = (models.UniqueConstraint(fields=("transcription", "position"), name="line_position"),)

    def __str__(self) -> str:
        return f"{self.transcription_id} {self.position}"

    @property
    def cue(self) -> Cue:
        return Cue(start=self.start, end=self.end, text=self.text, speaker=self.speaker, doubtful=self.doubtful)

    @property
    def certainty(self) -> float | None:
        """The mean probability of the words, 0 to 1."""
        return None if self.log_probability is None else exp(min(self.log_probability, 0.0))
