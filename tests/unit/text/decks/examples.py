"""Slides of every layout, from an invented report."""

from tasks_app.text.decks.deck import Chart, Layout, Series, Slide, Table
from tasks_app.text.decks.deck_sources import DeckSource, DeckSources
from tasks_app.text.decks.pptx.write_pptx import Words

REPORT = (
    "昨年度の来館者は延べ18万2千人で、5年前より1割減った。電子書籍の貸出しは3年間で4倍に増えている。\n"
    "案1は、平日の閉館を午後8時に延ばす。案2は、年間およそ320万円の費用がかかる見込みである。\n"
    "挙手では、案1に賛成が6名、案2に賛成が3名、どちらでもよいが5名であった。\n"
    "仕事帰りに寄れる時間に開いていないので、平日の夜の延長を強く求める。\n"
)
MATERIAL = DeckSources([DeckSource(name="報告書", text=REPORT, pages=[(1, 0, 60), (2, 60, len(REPORT))])])
WORDS = Words(sources="出典：", continued="（続き）", shortened="全文：")
CITED = MATERIAL.cited(["昨年度の来館者は延べ18万2千人"])[0]
VOTES = Chart(unit="名", categories=["案1", "案2", "どちらでも"], series=[Series(name="人数", values=[6, 3, 5])])

EVERY_LAYOUT = [
    Slide(number=1, layout=Layout.TITLE, title="開館時間の見直し", subtitle="意見交換会の報告"),
    Slide(number=2, layout=Layout.SECTION, title="利用の現状", subtitle="この5年間"),
    Slide(
        number=3,
        layout=Layout.BULLETS,
        title="来館者は減っている",
        bullets=["来館者は延べ18万2千人", "電子書籍の貸出しは4倍"],
        speaker_notes="ゆっくり話す。\n間を置く。",
        citations=CITED,
    ),
    Slide(
        number=4,
        layout=Layout.TWO_COLUMNS,
        title="二つの案",
        left_title="案1",
        bullets=["平日は午後8時まで"],
        right_title="案2",
        right_bullets=["年間およそ320万円"],
        citations=CITED,
    ),
    Slide(
        number=5,
        layout=Layout.TABLE,
        title="挙手の結果",
        table=Table(header=["案", "人数"], rows=[["案1", "6"], ["案2", "3"]]),
        citations=CITED,
    ),
    Slide(number=6, layout=Layout.CHART, title="挙手の結果（グラフ）", chart=VOTES, citations=CITED),
    Slide(
        number=7,
        layout=Layout.QUOTE,
        title="市民の声",
        quote="平日の夜の延長を強く求める。",
        attribution="参加者",
        citations=CITED,
    ),
    Slide(number=8, layout=Layout.CLOSING, title="まとめ", bullets=["試験的に延長する"], citations=CITED),
]
