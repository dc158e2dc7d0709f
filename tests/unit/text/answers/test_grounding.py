"""What counts as supported, measured on restatements written for this test: true ones beside false ones."""

import pytest

from tasks_app.text.answers.grounding import SUPPORTED, best_place, place_of, supporting

NOTICE = (
    "令和7年4月1日から、家庭ごみの収集曜日と出し方が変わります。燃やすごみの収集は、これまでの週3回から週2回になります。\n"
    "プラスチック製容器包装は、毎週水曜日に収集します。燃やすごみは、市の指定袋に入れて出してください。"
    "粗大ごみの手数料は一点につき500円で、収集の当日に納付券を貼って出します。\n"
    "議案第三号は、賛成多数で可決されました。委員会は、図書館の開館時間を午後八時まで延ばすことを了承しました。"
)

TRUE = (
    "燃やすごみの収集は週2回になります。",
    "家庭ごみの収集曜日は、令和7年4月1日から変わります。",
    "プラスチック製容器包装の収集は毎週水曜日です。",
    "粗大ごみの手数料は、一点500円です。",
    "粗大ごみには、収集の当日に納付券を貼ります。",
    "議案第3号は賛成多数で可決された。",
    "図書館の開館時間は午後8時まで延びることが了承された。",
    "燃やすごみは市の指定袋で出す必要がある。",
    "粗大ごみは一つあたり500円の手数料がかかり、納付券が必要です。",
    "収集の回数は、燃やすごみが週3回から週2回に減ります。",
)

FALSE = (
    "不燃ごみの収集は廃止される見込みです。",
    "市長は来年度の予算案を説明した。",
    "粗大ごみは清掃センターへの持ち込みだけが認められる。",
    "図書館は全館で改修工事のため休館する。",
    "家庭ごみの有料化は住民投票で決まります。",
    "プラスチックの再資源化には国の補助金が使われます。",
    "委員会は継続して審査することにした。",
    "指定袋は市内のコンビニエンスストアで買えます。",
)

CHANGED = (
    "粗大ごみの手数料は一点につき800円です。",
    "燃やすごみの収集は週4回になります。",
    "令和8年4月1日から、家庭ごみの収集曜日と出し方が変わります。",
    "議案第三号は、賛成多数で否決されました。",
    "議案第三号は、反対多数で可決されました。",
)


def shares(statements: tuple[str, ...]) -> list[float]:
    found = [best_place(statement, NOTICE) for statement in statements]
    return [place.share if place else 0.0 for place in found]


def test_the_threshold_lies_between_true_and_false() -> None:
    assert min(shares(TRUE)) >= SUPPORTED + 0.03
    assert max(shares(FALSE)) <= SUPPORTED - 0.04


@pytest.mark.parametrize("statement", TRUE)
def test_what_the_text_says_is_borne_out_where_it_says_so(statement: str) -> None:
    found = supporting(statement, NOTICE)
    assert found is not None
    assert 0 < found.end - found.start < 120, "no more than the place is named"


@pytest.mark.parametrize("statement", [*FALSE, *CHANGED, "。", "はい、そうです。"])
def test_what_it_does_not_say_is_not(statement: str) -> None:
    assert supporting(statement, NOTICE) is None


def test_a_quote_is_found_whatever_its_width_and_space() -> None:
    text = "第１条　この 条例は、\n公布の日から施行する。"
    place = place_of("第1条この条例は、公布の日から", text)
    assert place is not None
    assert text[slice(*place)] == "第１条　この 条例は、\n公布の日から"
    assert place_of("公布の翌日から", text) is None
    assert place_of("", text) is None


def test_a_quote_bears_out_what_is_said_about_it() -> None:
    found = supporting("市は「毎週水曜日に収集します」と知らせている。", NOTICE)
    assert found is not None
    assert NOTICE[found.start : found.end] == "毎週水曜日に収集します"
    assert supporting("市は「毎週金曜日に収集します」と知らせている。", NOTICE) is None


def test_the_fewest_sentences_are_named() -> None:
    found = supporting("プラスチック製容器包装は、毎週水曜日に収集します。", NOTICE)
    assert found is not None
    assert NOTICE[found.start : found.end] == "プラスチック製容器包装は、毎週水曜日に収集します。"
