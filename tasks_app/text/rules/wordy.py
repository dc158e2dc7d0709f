"""冗長表現: phrases that say in many words what few words say, or say it twice."""

import re
from collections.abc import Callable, Iterator

from tasks_app.text.morphology import Analysed
from tasks_app.text.rules.rule import Category, Finding, Rule, Setting, Severity, gettext_noop, replaced

_POSSIBLE = {
    "です": "できます",
    "でした": "できました",
    "である": "できる",
    "であり": "でき",
    "となる": "できる",
    "となります": "できます",
}
_DONE = {"い": "し", "う": "する", "わ": "さ", "っ": "し", "え": "すれ"}
_NUMBER = r"[0-9０-９一二三四五六七八九十百千万億.,．，]{1,12}"
_UNITS = (
    "年 月 週 日 人 名 件 円 割 点 台 棟 戸 か月 カ月 時間 分間 世帯 か所 ％ % パーセント"
    " ヘクタール キロメートル 平方メートル メートル"
)
_UNIT = f"(?:{_UNITS.replace(' ', '|')})?"

Replacement = str | Callable[["re.Match[str]"], str]

REPLACEMENTS: tuple[tuple[str, Replacement], ...] = (
    ("することができ", "でき"),
    (f"することが可能({'|'.join(sorted(_POSSIBLE, key=len, reverse=True))})", lambda found: _POSSIBLE[found[1]]),
    ("まず(?:初め|始め|はじめ|最初)に", "初めに"),
    ("(?:一番|いちばん)(最初|最後)", r"\1"),
    ("(?:今|いま)現在", "現在"),
    ("(?:最も|一番|いちばん)最([新高大低小多])", r"最\1"),
    ("(?:後で|あとで)後悔", "後悔"),
    ("(?:必ず|かならず)必要", "必要"),
    ("過半数を(?:超|上回)", lambda found: "半数を" + found[0][-1]),
    ("違和感を感じ", "違和感を覚え"),
    ("被害を(?:被|こうむ)([らりるっ])", lambda found: "被害を受け" + ("る" if found[1] == "る" else "")),
    (
        f"(?:約|およそ|おおよそ)({_NUMBER}{_UNIT})(?:ほど|程度|くらい|ぐらい|前後)",
        lambda found: "約" + found[1],
    ),
    ("(?<![一-鿿])各([一-鿿]{1,4}?)(?:ごと|毎)", r"\1ごと"),
    ("(?:事前に|あらかじめ|前もって)(予約|予告|予習)", r"\1"),
    ("(?:再び|ふたたび)再([開発度建])", r"再\1"),
    ("(?:全て|すべて)一律に", "一律に"),
    ("従来(?:より|から)", "従来"),
    ("まだ(未[定完着納了])", r"\1"),
    ("(?:引き続き|引続き)(継続)", r"\1"),
    ("製造メーカー?", "メーカー"),
    ("(?<=[一-鿿ァ-ヶー])の実施を行([いうわっえ])", lambda found: "を実施" + _DONE[found[1]]),
    (
        "(?<=[一-鿿])について(?:の)?(検討|協議|説明|確認|調査|議論)を行([いうわっえ])",
        lambda found: f"を{found[1]}{_DONE[found[2]]}",
    ),
)
"""(pattern, what to write instead)."""

_COMPILED = [(re.compile(pattern), replacement) for pattern, replacement in REPLACEMENTS]


def find(analysed: Analysed, _setting: Setting) -> Iterator[Finding]:
    for pattern, replacement in _COMPILED:
        yield from replaced(analysed.text, pattern, replacement)


RULE = Rule(
    id="wordy",
    label=gettext_noop("Wordy or redundant"),
    explanation=gettext_noop("The same can be said in fewer words, or is said twice."),
    category=Category.EXPRESSION,
    severity=Severity.WARNING,
    clause="Ⅱ-8",
    find=find,
)
