from hypothesis import given
from hypothesis import strategies as st

from tasks_app.text.documents.formatting import formatted

LINES = st.lists(
    st.sampled_from(
        [
            "本市が保有する公共施設は、昭和四十年代から五十年代にかけて整備され、",
            "建築後四十年を超えるものが延床面積の六割を占めている。",
            "# 見出し",
            "・項目の一つ目",
            "品目 | 目標",
            "品目\t目標",
            "（1）調査の方法",
            "The survey covers seventy-four facilities of the city and",
            "```",
            "- 3 -",
            "",
            "　段落の始まり",
            "x\f y\u2028z",
        ]
    ),
    max_size=30,
)


def visible(text: str) -> str:
    return "".join(text.split())


@given(st.one_of(LINES.map("\n".join), LINES.map("\r\n".join), st.text()))
def test_no_visible_character_is_lost(text: str) -> None:
    assert visible(formatted(text)) == visible(text)


def test_wrapped_lines_are_joined() -> None:
    first, second = "本市が保有する公共施設は、昭和四十年代から五十年代", "にかけて集中して整備された。"
    assert formatted(f"{first}\r\n{second}\r\n次の段落である。") == f"{first}{second}\n次の段落である。"


def test_words_are_joined_with_a_space_and_numbers_without() -> None:
    english = "The survey covers all of the facilities that\nthe city has owned for more than forty years now"
    assert "that the city" in formatted(english)
    number = "令和四年度の維持管理費は、全体で年間二十億円であり、利用者一人当たり2,7\n36円となる。"
    assert "2,736円" in formatted(number)


def test_headings_lists_and_tables_keep_their_lines() -> None:
    text = (
        "# 公募要領の目的とする事項について定めるための見出しである\n"
        "対象となる者は、次のすべてを満たす県内の中小企業者とし、\n"
        "・県内に本店又は主たる事務所を有すること、\n"
        "・県税に滞納がないこと\n"
        "品目 | 現在の備蓄 | 目標とする数量 | 達成する時期\n"
        "毛布 | 5,100枚 | 8,200枚 | 令和8年度末\n"
        "第2条　市は、毎年度、実施状況を議会に報告しなければならない。"
    )
    assert formatted(text) == text


def test_speakers_keep_their_lines() -> None:
    text = "以上で私の質問を終わりますが、最後に市長の御所見をお聞かせください\n○市長（鳥越健一君）　お答えします。"
    assert formatted(text) == text


def test_short_lines_are_not_joined() -> None:
    text = "日時　十月五日\n場所　集会室\n本日は、図書館の開館時間について、市民の皆様の御意見を伺いました。"
    assert formatted(text) == text


def test_blank_lines_and_code_are_kept_in_measure() -> None:
    assert formatted("甲\n\n\n\n乙\n```\n  code\n  more\n```\n") == "甲\n\n乙\n```\n  code\n  more\n```"


def test_page_numbers_stay_apart() -> None:
    text = "使用料の引上げについては、やむを得ないが四割、反対も四割で、意見が分\n- 2 -\n4　課題"
    assert formatted(text) == text
