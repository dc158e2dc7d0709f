"""冗長表現: phrases that say in many words what few words say, or say it twice."""

import re
from collections.abc import Callable, Iterator

from tasks_app.text.check.rule import Category, Rule, RuleHit, Setting, Severity, gettext_noop, replaced
from tasks_app.text.japanese.morphology import Analysed

_POSSIBLE = {
    "です": "できます",
    "だ": "できる",
    "でした": "できました",
    "である": "できる",
    "であり": "でき",
    "となる": "できる",
    "となります": "できます",
}
_DONE = {"い": "し", "う": "する", "わ": "さ", "っ": "し", "え": "すれ"}
_NUMBER = r"[0-9０-９一二三四五六七八九十百千万億.,．，]{1,12}"
_UNIT = "[一-鿿ァ-ヶー％%か]{0,6}?"

Replacement = str | Callable[["re.Match[str]"], str]

REPLACEMENTS: tuple[tuple[str, Replacement], ...] = (
    ("することが[、，,]?でき", "でき"),
    ("する(?:こと|事)[はをも][、，,]?(でき)", ""),
    (
        f"する(?:こと|事)が[、，,]?可能({'|'.join(sorted(_POSSIBLE, key=len, reverse=True))})",
        lambda found: _POSSIBLE[found[1]],
    ),
    ("する(?:こと|事)(?:[はもを][、，,]?可能|[がはもを][、，,]?不可能)(?:です|で|だ)", ""),
    ("で(?:ある|有る)[、，,]?と[、，,]?[言い]え", ""),
    ("で(?:ある|有る)[、，,]?と[、，,]?考えて[、，,]?い", ""),
    ("([一-鿿]{2})を[、，,]?実行(?=する|し[たてま]|すれ)", ""),
    ("(?:テスト|実験|表示|計算|比較|入力|操作|削除)を[、，,]?行[いうえっわ]", ""),
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
    ("製造メーカー", "メーカー"),
    ("毎([年月週日朝晩回])(?:ごと|毎)", r"毎\1"),
    (f"第({_NUMBER})(回|番|号|期)目(?![一-鿿])", r"第\1\2"),
    ("(?:現在|今|いま)の現状", "現状"),
    ("過半数以上", "過半数"),
    ("古来(?:より|から)", "古来"),
    ("(不快感|危機感|責任感|不信感)を感じ", r"\1を覚え"),
    ("途中で中断", "中断"),
    ("はっきり(?:と)?明言", "明言"),
    ("一番ベスト", "最善"),
    ("炎天下の[下もと]", "炎天下"),
    ("(?:だけ|のみ)に(限定|限[らりる])", r"に\1"),
    ("(?:約|およそ)数([十百千万])", r"数\1"),
    ("(?:新たに|新しく)(新[設築])", r"\1"),
    ("(?:あらかじめ|事前に|前もって)準備", "準備"),
    ("(?:お互いに|互いに)相互に", "互いに"),
    ("思いがけない(?:ハプニング|アクシデント)", "思いがけない出来事"),
    ("(?<=[一-鿿ァ-ヶー])の実施を行([いうわっえ])", lambda found: "を実施" + _DONE[found[1]]),
    (
        "(?<=[一-鿿])について(?:の)?(検討|協議|説明|確認|調査|議論)を行([いうわっえ])",
        lambda found: f"を{found[1]}{_DONE[found[2]]}",
    ),
)
"""(pattern, what to write instead; empty where that depends on the rest of the sentence)."""

_COMPILED = [(re.compile(pattern), replacement) for pattern, replacement in REPLACEMENTS]


def find(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    for pattern, replacement in _COMPILED:
        if replacement:
            yield from replaced(analysed.text, pattern, replacement)
        else:
            yield from (RuleHit(start=found.start(), end=found.end()) for found in pattern.finditer(analysed.text))


RULE = Rule(
    id="wordy",
    label=gettext_noop("Wordy or redundant"),
    explanation=gettext_noop("The same can be said in fewer words, or is repeated."),
    category=Category.EXPRESSION,
    severity=Severity.WARNING,
    clause="Ⅱ-8",
    find=find,
)
