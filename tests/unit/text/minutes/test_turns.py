"""Who speaks where, and what only looks like it."""

from importlib.resources import files
from itertools import pairwise
from time import process_time

import pytest

from tasks_app.text.minutes.turns import shares, turn_at, turns

SAMPLES = files("tasks_app.samples")
COUNCIL = (SAMPLES / "kirigahara-gikai-kaigiroku.txt").read_bytes().decode("cp932")
MEETING = (SAMPLES / "minasono-koukyoukoutsuu-kaigiroku.txt").read_text("utf-8")
SIZE = 1_700_000


@pytest.mark.parametrize(
    ("line", "role", "name", "speech"),
    [
        ("○議長（山田太郎君）　開会します。", "議長", "山田太郎", "開会します。"),
        ("〇議長（山田太郎君）これより会議を開きます。", "議長", "山田太郎", "これより会議を開きます。"),
        ("◆１番（山田太郎君）　質問します。", "1番", "山田太郎", "質問します。"),
        ("◎市長（鈴木 一郎君）　お答えします。", "市長", "鈴木一郎", "お答えします。"),
        ("◇鈴木委員　賛成します。", "委員", "鈴木", "賛成します。"),
        ("●山田太郎君　伺います。", "", "山田太郎", "伺います。"),
        ("○３番　山田太郎君　質問します。", "3番", "山田太郎", "質問します。"),
        ("○議長　山田太郎君　これより開きます。", "議長", "山田太郎", "これより開きます。"),
        ("○都市整備課長（石黒　隆）\n　お答えします。", "都市整備課長", "石黒隆", "お答えします。"),
        ("○国務大臣(山田太郎君) 答えます。", "国務大臣", "山田太郎", "答えます。"),
        ("【議長】開会します。", "議長", "", "開会します。"),
        ("【山田委員】賛成です", "委員", "山田", "賛成です"),
        ("【議長】\n開会します。", "議長", "", "開会します。"),
        ("［事務局］資料１を説明する。", "事務局", "", "資料１を説明する。"),
        ("山田委員：賛成です。", "委員", "山田", "賛成です。"),
        ("氷室 澄香委員：よろしいですか。", "委員", "氷室澄香", "よろしいですか。"),
        ("発言者：はい。", "発言者", "", "はい。"),
        ("発言者２:はい。", "発言者", "2", "はい。"),
        ("佐藤：そうですね。", "", "佐藤", "そうですね。"),
        ("議長 : 開会します。", "議長", "", "開会します。"),
        ("Ａ委員：反対です。", "委員", "A", "反対です。"),
        ("山田（会長）：はい。", "会長", "山田", "はい。"),
        ("山田総務部長：回答します。", "総務部長", "山田", "回答します。"),
        ("（山田委員）\n　質問です。", "委員", "山田", "質問です。"),
        ("事務局　資料１に基づき説明する。", "事務局", "", "資料１に基づき説明する。"),
        ("○（山川なおき議長）　開会します。", "議長", "山川なおき", "開会します。"),
        ("○（植竹　貴副区長）　説明します。", "副区長", "植竹貴", "説明します。"),
        ("◆（井上さくら君）　質問します。", "", "井上さくら", "質問します。"),
        ("○議長（宮﨑一郎君）　開会します。", "議長", "宮﨑一郎", "開会します。"),
        ("○議長（安原賢一）みなさん、おはようございます。", "議長", "安原賢一", "みなさん、おはようございます。"),
        ("◯総務部長（吉田浩人）〔登壇〕\n説明します。", "総務部長", "吉田浩人", "説明します。"),
        ("○まちづくり推進課長（山田花子）　お答えします。", "まちづくり推進課長", "山田花子", "お答えします。"),
        ("◯田中（晃）委員長　開会します。", "委員長", "田中(晃)", "開会します。"),
        ("○青木光男区長　お答えします。", "区長", "青木光男", "お答えします。"),
        ("○青木光男区長 お答えします。", "区長", "青木光男", "お答えします。"),
        ("◯渡部委員　お答えします。", "委員", "渡部", "お答えします。"),
        ("◯こんの文教委員長　報告します。", "文教委員長", "こんの", "報告します。"),
        ("◯議会改革特別委員長　報告します。", "議会改革特別委員長", "", "報告します。"),
        ("◯家壽田下水道河川課長　お答えします。", "下水道河川課長", "家壽田", "お答えします。"),
        ("◯小川木密整備推進課長　お答えします。", "木密整備推進課長", "小川", "お答えします。"),
        ("◯大澤区議会事務局長　お答えします。", "区議会事務局長", "大澤", "お答えします。"),
        ("◯ＢＰＲ推進課長　お答えします。", "BPR推進課長", "", "お答えします。"),
        ("○議　　長　質問を許します。", "議長", "", "質問を許します。"),
        ("議　長（小林　洋君）　開会します。", "議長", "小林洋", "開会します。"),
        ("○ 岡村 俊彰 議長 開会します。", "議長", "岡村俊彰", "開会します。"),
        ("○総務課長 下山光一 ご報告いたします。", "総務課長", "下山光一", "ご報告いたします。"),
        ("○大下議長ただいまから開きます。", "議長", "大下", "ただいまから開きます。"),
        ("○１４番　松村　潤議員 質問します。", "14番", "松村潤", "質問します。"),
        ("議長（小林裕和） 開会します。", "議長", "小林裕和", "開会します。"),
        ("答（町長） お答えします。", "町長", "", "お答えします。"),
        ("Chair: The meeting is open.", "Chair", "", "The meeting is open."),
        ("Ｃｈａｉｒ：Open now.", "Chair", "", "Open now."),
        ("Vice-Chair John Smith: I agree.", "Vice-Chair", "John Smith", "I agree."),
        ("Ms. Jones: I agree.", "", "Jones", "I agree."),
        ("Speaker 2: OK, fine.", "Speaker 2", "", "OK, fine."),
    ],
)
def test_labels_of_every_kind_are_known(line: str, role: str, name: str, speech: str) -> None:
    text = f"前文。\n\n{line}\n\n"
    (turn,) = turns(text)
    assert (turn.speaker.role, turn.speaker.name) == (role, name)
    assert text[turn.speech : turn.end] == speech
    assert text[turn.start : turn.end] == line


@pytest.mark.parametrize(
    "text",
    [
        "10：00　開会。",
        "10:00 開会した。",
        "注意：必ず読むこと。",
        "議題：予算について。",
        "日時：令和6年。\n場所：市役所。\n日時：未定です。",
        "https://example.jp/議長：x。",
        "C:\\議長: x.",
        "Note: this is it.",
        "Action Items: do it.",
        "Re: 件名です。",
        "【背景】予算が足りない。",
        "【決定事項】可決した。",
        "【新任委員】紹介した。",
        "○予算について。説明した。",
        "○議案第５号（補正予算）　可決した。",
        "○委員長（互選）　について。",
        "○　議長の選挙について。",
        "○第１回委員会　開催した。",
        "△日程第１　議案です。",
        "出席委員：山田、鈴木。",
        "委員：山田太郎、鈴木花子、佐藤次郎",
        "○会長　山田太郎\n○委員　鈴木一郎\n\n会議を開いた。",
        "会長　山田太郎\n委員　鈴木一郎\n委員　佐藤花子\n会議を開いた。",
        "委員　氷室 大輔（水薗交通株式会社）",
        "担当：山田が行う。",
        "担当課：総務課が行う。",
        "成長：著しい。",
        "延長：2時間とする。",
        "千葉：晴れ。",
        "質問：何ですか。\n回答：そうです。\n質問：なぜですか。",
        "理由：高いから。",
        "・委員：5名。",
        "市長は、次のように述べた：がんばる。",
        "会長の山田：と言った。",
        "委員会：開催した。",
        "部長会：開いた。",
        "各委員：確認すること。",
        "参加者：市民14名、職員4名",
        "お客様：ご案内です。",
        "第3条（委員長）　委員長は会務を総理する。",
        "（委員長）　第3条　委員長は互選とする。",
        "（会長）\n第５条　協議会に会長を置く。",
        "出席議員\n　　９番　山　田　太　郎\n　１０番　市　戸　ゆたか\n　１１番　紺　谷　克　孝\n",
        "○市長（所信表明）　について。",
        "○山田市長の所信表明について。",
        "議長：\n\n",
        "",
    ],
)
def test_what_names_nobody_is_no_turn(text: str) -> None:
    assert turns(text) == []


def test_lines_like_labels_are_none_where_a_text_marks_its_speakers() -> None:
    text = "○議長（山田太郎君）　順次、委員長の報告を求めます。\n　総務委員長　島　昌之議員。\n" * 6
    assert {turn.speaker.role for turn in turns(text)} == {"議長"}


def test_a_memo_and_a_call_for_applications_have_no_speakers() -> None:
    for name in ("toshokan-memo.txt", "digital-hojokin-koubo.md"):
        assert turns((SAMPLES / name).read_text("utf-8")) == []


@pytest.mark.parametrize(("text", "number", "speakers"), [(COUNCIL, 21, 9), (MEETING, 26, 6)])
def test_the_samples_are_read_to_the_last_turn(text: str, number: int, speakers: int) -> None:
    found = turns(text)
    assert len(found) == text.count("\n○") == number
    assert len({turn.speaker for turn in found}) == speakers
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(text[turn.start] == "○" and not text[turn.end - 1].isspace() for turn in found)


def test_shares_add_up_and_begin_with_who_spoke_most() -> None:
    found = turns(MEETING)
    counted = shares(found)
    assert sum(share.turns for share in counted) == len(found)
    assert sum(share.percent for share in counted) == pytest.approx(100, abs=0.5)
    assert counted[0].speaker.name == "瀬川恒一"
    assert counted[0].characters == max(share.characters for share in counted)


def test_a_character_is_in_the_turn_it_stands_in() -> None:
    found = turns(MEETING)
    assert turn_at(found, 0) is None
    assert turn_at(found, found[3].start) == turn_at(found, found[3].end - 1) == found[3]
    assert turn_at(found, found[3].end) is None
    assert turn_at([], 5) is None


@pytest.mark.parametrize(
    "piece",
    ["○", "○議長（", "議長：\n", "【議長", "　", "（", "山", "○山田　", "1番", "委員、", "Chair: ", "：", "○議長\n"],
)
def test_time_grows_with_the_length_whatever_it_holds(piece: str) -> None:
    started = process_time()
    turns(piece * (SIZE // 10 // len(piece)))
    assert process_time() - started < 3
