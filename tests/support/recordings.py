"""A transcription of an upload as its stages leave it, without running them."""

from django.core.files.base import ContentFile

from tasks_app.models import Line, Notebook, Recording, Segment, Transcription
from tests.support import tones

SOUND = tones.wav(tones.speech(3))
SAID = (
    "本日の会議を開きます。",
    "はい。はい。はい。はい。はい。はい。はい。はい。はい。",
    "議題は防災計画の見直しです。",
)


def recorded(notebook: Notebook, waiting: bool = False) -> Transcription:
    """Three seconds in three segments, the second doubtful; `waiting`: cut, and not transcribed yet."""
    found = Transcription.objects.create(
        notebook=notebook, title="まちづくり説明会", file=ContentFile(SOUND, name="録音.wav")
    )
    Recording.objects.create(transcription=found, milliseconds=3000, content_digest=found.content_digest)
    for number, text in enumerate(SAID):
        facts = {"transcription": found, "position": number, "start": 1000 * number, "end": 1000 * number + 1000}
        doubtful = number == 1 and not waiting
        heard = None if waiting else [[0, 1000, text]]
        Segment.objects.create(**facts, heard=heard, doubtful=doubtful, content_digest=str(number))
        if not waiting:
            Line.objects.create(**facts, text=text, doubtful=doubtful)
    if not waiting:
        found.document.text = found.document.formatted_text = "\n".join(SAID)
        found.document.save()
    return found
