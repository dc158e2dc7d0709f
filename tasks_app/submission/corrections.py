"""Correcting a finished transcript: one line, or a wording everywhere. The caller enqueues what is to be made again."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tasks_app.models import Correction, Line, Transcription
from tasks_app.text.japanese.cleaning import readable
from tasks_app.text.speech.cues import one_line

MAX_LENGTH = 5000
"""Characters of a line."""


def correct(transcription: Transcription, position: int, before: str, after: str, *, by: Any) -> None:
    """Raises ValidationError where the line no longer says `before`, or `after` is too long."""
    with transaction.atomic():
        line = Line.objects.select_for_update().filter(transcription=transcription, position=position).first()
        if line is None or line.text != before:
            raise ValidationError(_("This line has changed in the meantime. Read it again, then correct it."))
        _save([(line, one_line(readable(after)))], by)


def replace(transcription: Transcription, sought: str, replacement: str, *, by: Any) -> int:
    """How many lines were changed. Raises ValidationError where nothing is sought or a line would become too long."""
    if not sought:
        raise ValidationError(_("Enter the text to replace."))
    with transaction.atomic():
        lines = Line.objects.select_for_update().filter(transcription=transcription, text__contains=sought)
        return _save([(line, one_line(line.text.replace(sought, readable(replacement)))) for line in lines], by)


def _save(changes: Sequence[tuple[Line, str]], by: Any) -> int:
    changed = [(line, text) for line, text in changes if line.text != text]
    if any(len(text) > MAX_LENGTH for _line, text in changed):
        raise ValidationError(_("A line may have at most 5,000 characters."))
    Correction.objects.bulk_create(
        Correction(
            transcription_id=line.transcription_id, start=line.start, before=line.text, after=text, created_by=by
        )
        for line, text in changed
    )
    for line, text in changed:
        line.text, line.doubtful = text, False
    Line.objects.bulk_update([line for line, _text in changed], ["text", "doubtful"], batch_size=500)
    return len(changed)
