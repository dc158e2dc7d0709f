"""What recognisers hear where nothing is said, and how sure they are of the rest."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tasks_app.text.japanese.folding import NO_WORD, fold
from tasks_app.text.speech.cues import Cue
from tasks_app.text.speech.cutting import RATE

NO_SPEECH = 0.6
LOG_PROBABILITY = -1.0
"""Whisper's own thresholds (no_speech_threshold, logprob_threshold of openai/whisper's transcribe)."""

SILENT = 30
"""Mean loudness of 16-bit samples, -60 dB of full scale, below which nobody can be heard."""

_SENTENCE_END = re.compile(r"[。．.！!？?\n]")

PHANTOMS = frozenset(
    NO_WORD.sub("", fold(sentence))
    for sentence in (
        "ご視聴ありがとうございました",
        "ご視聴ありがとうございます",
        "ご視聴いただきありがとうございました",
        "ご視聴いただきありがとうございます",
        "ご覧いただきありがとうございました",
        "ご覧いただきありがとうございます",
        "ご清聴ありがとうございました",
        "ご清聴ありがとうございます",
        "次回もお楽しみに",
        "次の動画でお会いしましょう",
        "また次回お会いしましょう",
        "また次の動画でお会いしましょう",
        "チャンネル登録をお願いします",
        "高評価チャンネル登録よろしくお願いします",
        "最後までご視聴いただきありがとうございました",
        "最後までご視聴ありがとうございました",
        "チャンネル登録をお願いいたします",
        "チャンネル登録お願いします",
        "チャンネル登録よろしくお願いします",
        "高評価とチャンネル登録をお願いします",
        "字幕視聴ありがとうございました",
        "おやすみなさい",
        "Thanks for watching",
        "Thank you for watching",
        "Thank you so much for watching",
        "Thank you",
        "Please subscribe to my channel",
        "Subtitles by the Amara.org community",
        "Like and subscribe",
        "you",
        "bye",
    )
)
"""Sentences that Whisper has learnt from the ends of videos, as they are reported for silence."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """`left_out` counts cues that were heard in silence."""

    cues: tuple[Cue, ...]
    left_out: int


def judged(cues: Iterable[Cue], samples: Sequence[int]) -> Judged:
    """The cues of one piece of audio without those of silence, the unsure ones marked as doubtful.

    A sentence is left out where the recogniser itself takes it for silence and is unsure of the words, or where it is
    a known phantom and there is nothing to be heard or probably no speech. Any other words are kept.
    """
    all_of_them = list(cues)
    kept = [replace(cue, doubtful=_is_doubtful(cue)) for cue in all_of_them if not _is_silence(cue, samples)]
    return Judged(cues=tuple(kept), left_out=len(all_of_them) - len(kept))


def _is_silence(cue: Cue, samples: Sequence[int]) -> bool:
    no_speech = cue.no_speech is not None and cue.no_speech >= NO_SPEECH
    if no_speech and cue.log_probability is not None and cue.log_probability < LOG_PROBABILITY:
        return True
    if not _is_phantom(cue.text):
        return False
    return no_speech or _loudness(samples, cue) < SILENT


def _is_phantom(text: str) -> bool:
    """Whether all of its sentences are known ones."""
    sentences = filter(None, (NO_WORD.sub("", fold(sentence)) for sentence in _SENTENCE_END.split(text)))
    return all(sentence in PHANTOMS for sentence in sentences)


def _is_doubtful(cue: Cue) -> bool:
    if cue.no_speech is not None and cue.no_speech >= NO_SPEECH:
        return True
    return cue.doubtful or (cue.log_probability is not None and cue.log_probability < LOG_PROBABILITY)


def _loudness(samples: Sequence[int], cue: Cue) -> float:
    heard = samples[cue.start * RATE // 1000 : max(cue.end, cue.start + 1) * RATE // 1000]
    return sum(map(abs, heard)) / len(heard) if len(heard) else 0.0
