"""What a meeting came to, by the words of its sentences: compared with what a reader marks in the samples."""

from importlib.resources import files
from time import process_time

import pytest

from tasks_app.text.minutes.deadlines import deadline
from tasks_app.text.minutes.not_understood import not_understood
from tasks_app.text.minutes.proceedings_extraction import ExtractedProceedings, ProceedingsItem, extract
from tasks_app.text.minutes.turns import turns

SAMPLES = files("tasks_app.samples")
COUNCIL = (SAMPLES / "kirigahara-gikai-kaigiroku.txt").read_bytes().decode("cp932").replace("\r\n", "\n")
MEETING = (SAMPLES / "minasono-koukyoukoutsuu-kaigiroku.txt").read_text("utf-8")
MEMO = (SAMPLES / "toshokan-memo.txt").read_text("utf-8")

PLAIN = """\
第２回学校給食センター建替検討委員会　議事要旨
【委員長】定足数に達しているので、第２回の委員会を開会する。まず、前回の宿題であった食数の推計について事務局から報告を求める。
【事務局】児童生徒数は今後１０年で約１割減る見込みである。このため、新センターの調理能力は１日３，２００食を基本としたい。
【高野委員】アレルギー対応食は何食を想定しているのか。
【事務局】１日８０食を想定している。専用の調理室を設ける。
【村上委員】災害時の炊き出しに使えるようにするべきではないか。自家発電の容量はどの程度か。
【事務局】発電機の容量は設計の段階で詰めるため、今は申し上げられない。次回までに他市の例を調べて示す。
【委員長】では、調理能力は１日３，２００食とすることで委員会として了承する。
【高野委員】建設候補地が浸水想定区域に入っている点が気になる。盛土の費用を見込んでいるのか。
【事務局】概算で１億２千万円を見込んでいる。
【村上委員】保護者への説明会はいつ開くのか。
【委員長】説明会の時期は教育委員会と相談したい。学校教育課は、３月１０日までに日程案を作ること。
【事務局】承知した。候補地の地質調査は、建設課が２月末までに行う。
【委員長】候補地については、地質調査の結果を見て次回改めて審議することとし、本日は決定しない。運営方式は、調理業務を民間に委託する方針で合意が得られたものとする。
【事務局】第３回は３月２４日に開催する。議事録案は１週間以内に各委員へ送付する。
【委員長】以上で閉会する。
"""


def found(text: str) -> ExtractedProceedings:
    return extract(text, turns(text), 500)


def marks(lines: "list[ProceedingsItem] | tuple[ProceedingsItem, ...]", *beginnings: str) -> bool:
    """Whether the lines are those that begin so, and no other."""
    return len(lines) == len(beginnings) and all(
        line.text.startswith(beginning) for line, beginning in zip(lines, beginnings, strict=True)
    )


@pytest.mark.parametrize("text", [COUNCIL, MEETING, MEMO])
def test_every_line_stands_in_the_text(text: str) -> None:
    result = found(text)
    for line in (*result.overview, *result.decisions, *result.actions, *result.questions):
        start, end = line.spans[0]
        assert text[start:end] == line.text
        assert line.who in text or line.who.partition("（")[0] in text
        assert line.by_when in line.text
    assert sum(len(line.text) for line in result.overview) <= 500


def test_what_a_meeting_decided() -> None:
    assert marks(list(found(MEETING).decisions), "よって、議題１は、", "御異議なしと認め、議題２は、")
    assert marks(
        list(found(COUNCIL).decisions),
        "このため、予約に応じて走る乗合タクシー",
        "採決の結果、修正案は全会一致で可決",
        "よって、議案第４１号は修正議決",
        "よって、議案第４２号は原案のとおり可決",
    )


def test_who_is_to_do_what_by_when() -> None:
    assert [(line.who, line.by_when) for line in found(MEETING).actions] == [
        ("委員（氷室）", "１２月１３日"),
        ("事務局", "１２月２０日"),
        ("企画課長（堀内誠）", "次回の会議"),
        ("企画課", "１１月２９日"),
        ("鎌田主任", "１月１０日"),
        ("事務局", "次回"),
    ]


def test_a_sentence_that_names_who_belongs_to_the_one_before_it() -> None:
    handed = [line for line in found(MEMO).actions if len(line.spans) == 2]
    assert [line.who for line in handed] == ["奉仕係の秋山", "管理係の若林", "児童係の水野"]
    assert all(MEMO[slice(*line.spans[1])].startswith("担当は") for line in handed)


def test_what_stays_open() -> None:
    assert marks(
        list(found(MEETING).questions),
        "費用はどれくらいかかる",
        "屋根の設置費は、現時点では積算しておらず",
        "道路を管理する県土木事務所",
        "また、実証運行が終わった後、どのような基準で",
        "予算に関わることですので、この件は次回",
    )
    assert found(COUNCIL).questions == []
    assert not any(line.text.startswith("問") for line in found(MEMO).questions)


def test_minutes_that_are_not_written_politely() -> None:
    result = found(PLAIN)
    assert marks(list(result.decisions), "では、調理能力は１日３，２００食", "運営方式は、調理業務を民間に")
    assert [(line.who, line.by_when) for line in result.actions] == [
        ("", "次回"),
        ("学校教育課", "３月１０日"),
        ("建設課", "２月末"),
        ("", "１週間以内"),
    ]
    assert marks(
        list(result.questions),
        "災害時の炊き出しに",
        "自家発電の容量は",
        "発電機の容量は設計の段階",
        "保護者への説明会はいつ",
        "説明会の時期は教育委員会と",
        "候補地については、地質調査の結果を見て",
    )


ASSEMBLY = """\
○議長（山田太郎君）　日程第１、会期の決定を議題といたします。会期は二十日間とすることに御異議ありませんか。
○議長（山田太郎君）　御異議なしと認めます。よって、会期は二十日間と決定いたしました。
○総務委員長（鈴木一郎君）　採決の結果、議案第３号は全会一致で原案のとおり可決すべきものと決定いたしました。
○議長（山田太郎君）　議案第３号について採決します。本件は、報告どおり決定することに賛成の方の起立を求めます。
○議長（山田太郎君）　起立多数であります。よって、本件は、委員会の報告のとおり可決されました。
○議長（山田太郎君）　議案第４号について採決します。本件は、報告のとおり決することに御異議ありませんか。
○議長（山田太郎君）　御異議なしと認めます。よって、本件は、委員会の報告のとおり可決されました。
○議長（山田太郎君）　明日は休会といたしたいと思います。これに御異議ありませんか。
○議長（山田太郎君）　御異議なしと認めます。次に、諸般の報告をいたします。
○市長（佐藤一郎君）　国が昨年十二月に閣議決定した対策を踏まえ、報酬額は職務に応じて決定しております。
　迅速な意思決定が必要です。
"""


def test_an_assembly_decides_by_the_result_of_its_votes() -> None:
    assert [(line.about, line.text) for line in found(ASSEMBLY).decisions] == [
        ("", "よって、会期は二十日間と決定いたしました。"),
        ("", "採決の結果、議案第３号は全会一致で原案のとおり可決すべきものと決定いたしました。"),
        ("議案第３号", "よって、本件は、委員会の報告のとおり可決されました。"),
        ("議案第４号", "よって、本件は、委員会の報告のとおり可決されました。"),
        ("明日は休会といたしたいと思います。", "御異議なしと認めます。"),
    ]


def test_promises_have_whole_dates_or_none() -> None:
    text = (
        "○建設部長（山田太郎君）　来年度には、景観に関する調査を実施いたします。昨年末に公表した計画に基づき、"
        "施策を積極的に実施します。二〇二七年度までに橋を整備し、結果を報告いたします。\n"
    )
    assert [line.by_when for line in found(text).actions] == ["来年度", "", "二〇二七年度"]


@pytest.mark.parametrize(
    ("sentence", "by_when"),
    [
        ("４月末までに提出します。", "４月末"),
        ("令和７年３月末までに復旧を終えます。", "令和７年３月末"),
        ("５月２１日火曜日の正午までにお願いします。", "５月２１日火曜日の正午"),
        ("次回の会議でお示しします。", "次回の会議"),
        ("12月定例会に提案します。", "12月定例会"),
        ("議事録案は１週間以内に送付する。", "１週間以内"),
        ("令和６年度に策定した計画に基づき整備します。", ""),
        ("令和７年度から実施します。", ""),
        ("毎年度実施します。", ""),
    ],
)
def test_a_deadline_is_a_whole_date_or_period(sentence: str, by_when: str) -> None:
    assert deadline(sentence) == by_when


def test_wishes_and_answered_questions_are_not_open() -> None:
    text = (
        "○３番（鈴木花子君）　学校の改修はいつ始まるのでしょうか。早急な対応を強く要望します。\n"
        "○教育長（佐藤一郎君）　学校の改修は令和８年４月に始めます。\n"
        "○３番（鈴木花子君）　体育館の空調の費用は幾らですか。\n"
        "○議長（山田太郎君）　ほかに質疑はないようですので、質疑を終わります。\n"
    )
    assert [line.text for line in found(text).questions] == ["体育館の空調の費用は幾らですか。"]


def test_what_became_neither_a_turn_nor_a_decision_is_counted() -> None:
    text = f"会議の概要です。\n○議事日程\n{ASSEMBLY}○教育長　説明します。\n"
    assert not_understood(text, turns(text)) == {"no_speaker": 1, "no_name": 1, "label": 1, "deciding": 4}
    assert not_understood("", []) == {}


@pytest.mark.parametrize(
    "sentence",
    [
        "本案を可決してよろしいでしょうか。",
        "議会の同意を求めるものであります。",
        "この件は承認されていません。",
        "結論は出ず、決定には至らなかった。",
        "承認される見込みである。",
        "決定した場合は速やかに通知する必要がある。",
    ],
)
def test_what_is_not_decided_yet_is_no_decision(sentence: str) -> None:
    assert found(f"議事の概要は次のようであった。{sentence}").decisions == []


def test_sentences_of_wrapped_lines_keep_their_places() -> None:
    text = (
        "○会長（瀬川恒一君）　それでは、議案第四号の道路整備計画の変更につきましては、\n"
        "委員会の審査のとおり、全会一致により、原案のとおり可決することに決定いたし\n"
        "ました。次に移ります。\n"
    )
    (line,) = found(text).decisions
    assert "".join(text[slice(*line.spans[0])].split()) == line.text
    assert "\n" in text[slice(*line.spans[0])]


def test_a_text_without_any_sentence_end_still_gives_an_overview() -> None:
    (line,) = found("えー本日は道路の話をしましてそれから橋の話をしまして" * 200).overview
    assert line.spans[0][0] == 0


@pytest.mark.parametrize("kilobytes", [400, pytest.param(5000, marks=pytest.mark.full)])
def test_megabytes_take_seconds(kilobytes: int) -> None:
    text = MEETING * (kilobytes * 1000 // len(MEETING.encode()))
    started = process_time()
    result = extract(text, turns(text), 500)
    assert process_time() - started < 0.012 * kilobytes
    assert len(result.decisions) == 2
