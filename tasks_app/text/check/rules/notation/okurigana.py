"""送り仮名: endings that 送り仮名の付け方 gives otherwise."""

import re
from collections.abc import Iterator

from tasks_app.text.check.rule import Category, Rule, RuleHit, Setting, Severity, gettext_noop, replaced
from tasks_app.text.japanese.morphology import Analysed

_PAIRS = (
    (r"行な(?=[いうえおわっ])", "行"),
    (r"伴な(?=[いうえおわっ])", "伴"),
    (r"表わ(?=[さしすせそ])", "表"),
    (r"現わ(?=[さしすせそれ])", "現"),
    (r"著わ(?=[さしすせそ])", "著"),
    (r"断わ(?=[らりるれろっ])", "断"),
    (r"賜わ(?=[らりるれろっ])", "賜"),
    (r"承わ(?=[らりるれろっ])", "承"),
    (r"必らず", "必ず"),
    (r"全たく", "全く"),
    (r"少くとも", "少なくとも"),
    (r"少い", "少ない"),
    (r"著るし(?=[いくさ])", "著し"),
    (r"短か(?=[いくさけ])", "短"),
    (r"危い", "危ない"),
    (r"明かに", "明らかに"),
    (r"明かな", "明らかな"),
    (r"新らし(?=[いくさ])", "新し"),
    (r"柔か(?=[いくな])", "柔らか"),
    (r"確める", "確かめる"),
    (r"費す", "費やす"),
    (r"残こ(?=[さしすせ])", "残"),
    (r"(?<![一-鿿])当る(?![一-鿿])", "当たる"),
    (r"(?<![一-鿿])変る(?![一-鿿])", "変わる"),
    (r"(?<![一-鿿])終る(?![一-鿿])", "終わる"),
    (r"(?<=[^一-鿿])起る(?![一-鿿])", "起こる"),
    (r"聞える", "聞こえる"),
    (r"(?<![一-鿿])集る(?![一-鿿])", "集まる"),
    (r"(?<![一-鿿])定る(?![一-鿿])", "定まる"),
    (r"(?<![一-鿿])生れ(?=[るたま])", "生まれ"),
    (r"(?<![一-鿿])暮す(?![一-鿿])", "暮らす"),
    (r"(?<![一-鿿])向う(?=。|と|べき)", "向かう"),
    (r"申込む", "申し込む"),
    (r"取扱う", "取り扱う"),
    (r"受付ける", "受け付ける"),
    (r"引続き", "引き続き"),
    (r"打合せる", "打ち合わせる"),
    (r"取組む", "取り組む"),
    (r"見積る", "見積もる"),
    (r"繰返す", "繰り返す"),
)
"""(pattern, what to write instead). Compounds such as 申込期限 and 取組 keep theirs short by custom."""

_COMPILED = tuple((re.compile(pattern), written) for pattern, written in _PAIRS)


def find(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    for pattern, written in _COMPILED:
        yield from replaced(analysed.text, pattern, written)


RULE = Rule(
    id="okurigana",
    label=gettext_noop("Okurigana"),
    explanation=gettext_noop("送り仮名の付け方 gives this word another ending in kana."),
    category=Category.TYPO,
    severity=Severity.WARNING,
    clause="Ⅰ-2",
    find=find,
)
