"""Subtitles as meeting programs, video sites and people write them: every word once, at its time, by its speaker."""

import pytest

from tasks_app.text.speech import subtitles
from tasks_app.text.speech.cues import lines
from tasks_app.text.speech.subtitles import NoSubtitles

A, B, C = "00:00:01.000 --> 00:00:02.000", "00:00:03.000 --> 00:00:04.000", "00:00:05.000 --> 00:00:06.000"


def texts(content: str, extension: str) -> list[str]:
    return [cue.text for cue in subtitles.read(content.encode(), extension).cues]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"WEBVTT\n\ncue-1\n{A}\n一つ目\n\ncue-2\n{B}\n\ncue-3\n{C}\n三つ目\n", ["一つ目", "三つ目"]),
        (f"WEBVTT - 題\nKind: captions\n\nSTYLE\n::cue {{}}\n\nREGION\nid:a\n\nNOTE 12\n注\n\n{A}\n本文\n", ["本文"]),
        (f"WEBVTT\n\n{A} align:start position:0%\n<c.red>赤</c>い<b>字</b> &lt;&amp;&gt;\n", ["赤い字 <&>"]),
        (f"WEBVTT\n\n{A}\n<ruby>土浦<rt>つちうら</rt></ruby>係長\n", ["土浦係長"]),
        (f"WEBVTT\n\n12\n{A}\n12\n\n13\n{B}\n13", ["12", "13"]),
        ("WEBVTT\n\n00:01.000 --> 00:02.500\n短い時刻\n", ["短い時刻"]),
        (f"WEBVTT\r\n\r\n{A}\r\n一行\r\n二行\r\n", ["一行二行"]),
        (f"WEBVTT\n{A}\n一\n{B}\n二", ["一", "二"]),
    ],
)
def test_webvtt_by_its_grammar(content: str, expected: list[str]) -> None:
    assert texts(content, ".vtt") == expected


def test_voices_are_speakers() -> None:
    content = f"WEBVTT\n\na/1-0\n{A}\n<v 山田 太郎>議題です。</v>\n\n{B}\n<v.loud A &amp; B>Yes.</v>\n<v 若林>はい。\n"
    found = subtitles.read(content.encode(), ".vtt").cues
    assert [(cue.speaker, cue.text, cue.start) for cue in found] == [
        ("山田 太郎", "議題です。", 1000),
        ("A & B", "Yes.", 3000),
        ("若林", "はい。", 3000),
    ]
    assert lines(found) == "山田 太郎：議題です。\nA & B：Yes.\n若林：はい。"
    again = subtitles.read(subtitles.write(found, ".vtt").encode(), ".vtt").cues
    assert [(cue.speaker, cue.text) for cue in again] == [(cue.speaker, cue.text) for cue in found]


def test_webvtt_is_known_by_its_first_line() -> None:
    found = subtitles.read(f"WEBVTT\n\nNOTE 注\n\n{A}\n<v 山田>はい。\n".encode(), ".srt").cues
    assert [(cue.speaker, cue.text) for cue in found] == [("山田", "はい。")]


ROLLED = """WEBVTT

00:00:00.160 --> 00:00:03.429 align:start position:0%
 
本日の<00:00:00.960><c>会議を</c><00:00:01.520><c>開きます</c>

00:00:03.429 --> 00:00:03.439 align:start position:0%
本日の会議を開きます
 

00:00:03.439 --> 00:00:05.749 align:start position:0%
本日の会議を開きます
はい<00:00:04.160><c>ので</c>

00:00:05.749 --> 00:00:05.759 align:start position:0%
はいので
 

00:00:05.759 --> 00:00:07.000 align:start position:0%
はいので
はい<00:00:06.000><c>ので</c>
"""  # noqa: W293 - as video sites write it


def test_rolling_captions_are_read_once() -> None:
    found = subtitles.read(ROLLED.encode(), ".vtt").cues
    assert [(cue.start, cue.end, cue.text) for cue in found] == [
        (160, 3439, "本日の会議を開きます"),
        (3439, 5759, "はいので"),
        (5759, 7000, "はいので"),
    ]


def test_captions_roll_without_times_of_words_too() -> None:
    said = [f"第{number}号" for number in range(6)]
    shown = [
        f"00:00:0{number}.000 --> 00:00:0{number + 1}.000\n{said[number - 1]}\n{said[number]}" for number in range(1, 6)
    ]
    assert texts("WEBVTT\n\n" + "\n\n".join(shown), ".vtt") == ["第0号第1号", *said[2:]]


def test_what_is_said_twice_stays() -> None:
    said = [f"00:00:0{number}.000 --> 00:00:0{number + 1}.000\nはい。" for number in range(4)]
    assert texts("WEBVTT\n\n" + "\n\n".join(said), ".vtt") == ["はい。"] * 4


D, E = "00:00:01,000 --> 00:00:02,000", "00:00:03,000 --> 00:00:04,000"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"1\n{D}\n賛成の票数は\n35\n\n2\n{E}\n反対の票数は\n12\n", ["賛成の票数は35", "反対の票数は12"]),
        (f"{D}\n番号なし\n35\n\n{E}\n次\n", ["番号なし35", "次"]),
        (f"1\n{D}\n空行なし\n2\n{E}\n次\n", ["空行なし", "次"]),
        (f"1\n{D}\n空行なし\n35\n2\n{E}\n次\n", ["空行なし35", "次"]),
        (f"0\n{D}\n零から\n1\n{E}\n次\n", ["零から", "次"]),
        (f"{D}\n12\n{E}\n35\n", ["12", "35"]),
        (f"1\n{D}\n12\n\n2\n{E}\n35", ["12", "35"]),
        (f"1\n{D}\n{'9' * 5000}\n\n2\n{E}\n次", ["9" * 5000, "次"]),
        (f"7\n{D}\n\n途中の空行\n\n8\n{E}\n次\n", ["途中の空行", "次"]),
        (f"1\n{D}\n矢印 --> です\n\n2\n{E}\n次\n", ["矢印 --> です", "次"]),
        (f"1\n{D}\n<i>斜体</i> {{\\an8}}<font color='red'>赤</font> a<b と b>c &amp;\n", ["斜体 赤 a<b と b>c &amp;"]),
        ("1\n0:00:01.50 --> 0:00:02.75\n点\n\n2\n-00:00:01,000 --> 00:00:01,000\n負\n", ["負", "点"]),
        (f"1\n{D}\nLe savon\nà la lavande\n\n2\n{E}\nбелый\nпароход\n", ["Le savon à la lavande", "белый пароход"]),
        (f"1\n{D}\n- Coffee.\n- Yes.\n\n2\n{E}\n한국어\n자막\n", ["- Coffee. - Yes.", "한국어 자막"]),
        (f"1\n{D}\n日本語と\nEnglish\nの混在\n\n2\n{E}\nภาษา\nไทย", ["日本語とEnglishの混在", "ภาษาไทย"]),
    ],
)
def test_srt_as_it_is_found(content: str, expected: list[str]) -> None:
    assert texts(content, ".srt") == expected


@pytest.mark.parametrize("extension", [".srt", ".vtt"])
def test_a_cue_without_a_time_is_skipped_and_counted(extension: str) -> None:
    bad = "WEBVTT\n\n00x:00:00.000 --> 00:00:01.000\nbad time\n\n"
    found = subtitles.read(f"{bad}00:00:02.000 --> 00:00:03.000\nfine".encode(), extension)
    assert ([cue.text for cue in found.cues], found.skipped) == (["fine"], 1)
    with pytest.raises(NoSubtitles, match="no_times"):
        subtitles.read(bad.encode(), extension)
