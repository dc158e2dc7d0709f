"""What staff correct in a transcript. Times stay, and nothing is lost when the transcript is made again."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tasks_app.models.content.transcription import Transcription
from tasks_app.text.speech.cues import Cue


class Correction(models.Model):
    """The line that starts at `start` (milliseconds) said `before` and now says `after`; empty: it is left out.

    Rows are added, never changed: together they are the history of the transcript.
    """

    transcription = models.ForeignKey(
        Transcription, models.CASCADE, related_name="corrections", verbose_name=_("transcription")
    )
    start = models.PositiveIntegerField(_("start in milliseconds"))
    before = models.TextField(_("before"))
    after = models.TextField(_("after"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.transcription_id} {self.start}"


def corrected(cues: Iterable[Cue], corrections: Iterable[Correction]) -> Iterator[Cue]:
    """The cues with all corrections that still fit them, in their order; what a person has read is not doubtful."""
    by_start: dict[int, list[Correction]] = {}
    for correction in corrections:
        by_start.setdefault(correction.start, []).append(correction)
    for cue in cues:
        for correction in by_start.get(cue.start, ()):
            if correction.before == cue.text:
                cue = cue.saying(correction.after)
        if cue.text:
            yield cue
