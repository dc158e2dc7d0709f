from tasks_app.text.answers.bm25 import grams, scores
from tasks_app.text.japanese.bigrams import query
from tasks_app.text.japanese.tokens import estimate

TEXTS = ["防災計画の見直しについて説明した。", "図書館の開館時間について説明した。", "ごみの収集について説明した。"]


def test_the_text_with_the_rare_words_of_the_question_wins() -> None:
    found = scores("図書館の開館時間は、いつ変わりますか。", TEXTS, 50)
    assert found.index(max(found)) == 1


def test_more_of_the_same_says_less_and_less() -> None:
    once, often = scores("防災", ["防災" + "あ" * 98, "防災" * 50], 10)
    assert once < often < 3 * once


def test_hiragana_counts_for_little() -> None:
    weighed = grams("防災について")
    assert weighed["つい"] < weighed["防災"]


def test_words_of_letters_count_as_a_whole() -> None:
    assert "budget" in grams("Budget")
    assert scores("budget", ["the budget", "bud get"], 2)[0] > scores("budget", ["the budget", "bud get"], 2)[1]


def test_a_pasted_book_is_looked_at_in_part() -> None:
    assert len(grams("".join(chr(code) for code in range(0x4E00, 0x9000)))) < 400


def test_a_query_leaves_hiragana_out_unless_there_is_nothing_else() -> None:
    assert query("防災について") == "'防災' | '災に'"
    assert query("なぜですか") == "'なぜ' | 'ぜで' | 'です' | 'すか'"
    assert query("議事録音声", most=2).count("|") == 1


def test_tokens_are_counted_rather_too_high() -> None:
    assert estimate("防災計画") == 4
    assert estimate("abcde") == 2
    assert estimate("") == 0
