"""Cues, cascades and likeness: what may be done to words that somebody said."""

from datetime import timedelta

import pytest
import srt
import webvtt

from tasks_app.text.speech import subtitles
from tasks_app.text.speech.cues import Cue, lines, paragraphs, within
from tasks_app.text.speech.likeness import keeps_words
from tasks_app.text.speech.repetition import repeats_itself

SAID = "えーと、本日はみどりの丘地区の、あのー、駅前広場の整備について三十分ほどご説明いたします。"
SAID += "ご質問は最後に受け付けます。"
CUES = [
    Cue(start=0, end=1500, text="A & B <br> --> {\\b1} C:\\N"),
    Cue(start=1500, end=1500, text="議題です。"),
    Cue(start=3_600_000, end=36_000_000, text="おわり"),
]


@pytest.mark.parametrize(
    "text",
    [
        "はい。" * 10,
        "ご視聴ありがとうございました。" * 6,
        "それでは、始めます。" + "うん、うん、" * 8,
        "and then and then and then and then and then and then ",
        "あ" * 30,
    ],
)
def test_a_cascade_is_seen(text: str) -> None:
    assert repeats_itself(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "はい。はい。はい。わかりました。",
        "あああああ、そうですか。",
        SAID * 2,
        "ハハハハハハハハ",
        "1,000,000,000円",
    ],
)
def test_what_people_do_say_is_none(text: str) -> None:
    assert not repeats_itself(text)


def test_times_within_a_segment_run_forward_and_no_word_goes() -> None:
    cues = [
        Cue(start=500, end=900, text=" a "),
        Cue(start=100, end=300, text="b"),
        Cue(start=900, end=9000, text="c\nd"),
        Cue(start=7000, end=8000, text="e"),
        Cue(start=0, end=0, text="  "),
    ]
    found = within(cues, 1000)
    assert [(cue.start, cue.end, cue.text) for cue in found] == [
        (500, 900, "a"),
        (900, 900, "b"),
        (900, 1000, "c d"),
        (1000, 1000, "e"),
    ]


def test_paragraphs_begin_after_pauses_and_change_nothing_but_space() -> None:
    cues = [
        Cue(start=0, end=1000, text="本日の会議を"),
        Cue(start=1100, end=2000, text="開きます。"),
        Cue(start=4000, end=5000, text="The first item"),
        Cue(start=5000, end=6000, text="is closed."),
    ]
    assert paragraphs(cues) == "本日の会議を開きます。\nThe first item is closed."
    long = [Cue(start=number, end=number, text="これは文です。") for number in range(100)]
    assert len(paragraphs(long).splitlines()) > 1
    assert paragraphs(long).replace("\n", "") == "これは文です。" * 100
    assert paragraphs([]) == lines([]) == ""


def test_paragraphs_follow_pauses_sentences_and_speakers() -> None:
    def said(text: str, start: int, end: int, speaker: str = "") -> Cue:
        return Cue(start=start, end=end, text=text, speaker=speaker)

    assert paragraphs([said("はい。", 0, 500), said("次です。", 1300, 2000)]) == "はい。\n次です。"
    assert paragraphs([said("はい", 0, 500), said("次です。", 1300, 2000)]) == "はい次です。"
    one = paragraphs([said("これは文です。" * 100, 0, 60_000)]).splitlines()
    assert all(len(line) < 260 for line in one), "a server without times gives one line for each segment"
    endless = paragraphs([said("句点のない話し言葉", at, at + 100) for at in range(0, 20_000, 100)]).splitlines()
    assert all(len(line) <= 610 for line in endless)
    turns = [
        said("開きます。", 0, 900, "議長"),
        said("議題です。", 900, 1800, "議長"),
        said("はい。", 1800, 2500, "委員"),
    ]
    assert paragraphs(turns) == "議長：開きます。議題です。\n委員：はい。"


@pytest.mark.parametrize(
    "written",
    [
        SAID,
        "本日は、みどりの丘地区の駅前広場の整備について、三十分ほどご説明いたします。\nご質問は最後に受け付けます。",
    ],
)
def test_punctuation_and_fillers_may_change(written: str) -> None:
    assert keeps_words(SAID, written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "駅前広場の整備についての説明。",
        SAID[: len(SAID) // 2],
        SAID + "以上が整形した結果です。ほかにご要望があればお知らせください。続きも整形できます。",
        "Today we explain the new station square of Midorinooka for about thirty minutes.",
    ],
    ids=["nothing", "summary", "cut off", "remarks", "translation"],
)
def test_other_words_may_not(written: str) -> None:
    assert not keeps_words(SAID, written)


def test_nothing_said_is_kept_by_nothing() -> None:
    assert keeps_words("えーと、", "")
    assert not keeps_words("えーと", "議題です。")


def parsed(text: str, extension: str) -> list[tuple[int, int]]:
    """Starts and ends in milliseconds, by libraries other than the one that writes."""
    if extension == ".srt":
        return [(_milliseconds(cue.start), _milliseconds(cue.end)) for cue in srt.parse(text)]
    captions = webvtt.from_string(text).captions
    return [(_milliseconds(_time(cue.start)), _milliseconds(_time(cue.end))) for cue in captions]


def _time(text: str) -> timedelta:
    time: timedelta = srt.srt_timestamp_to_timedelta(text)
    return time


def _milliseconds(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)


@pytest.mark.parametrize("extension", subtitles.FORMATS)
def test_what_is_written_is_read_again(extension: str) -> None:
    written = subtitles.write(CUES, extension)
    found = subtitles.read(written.encode(), extension).cues
    assert [(cue.start, cue.end) for cue in found] == [(0, 1500), (1500, 1501), (3_600_000, 36_000_000)]
    assert [cue.text for cue in found] == ["A & B ＜br＞ --＞ ｛＼b1｝ C:＼N", "議題です。", "おわり"]
    assert parsed(written, extension) == [(cue.start, cue.end) for cue in found]
    assert written.startswith("WEBVTT\n") == (extension == ".vtt")
