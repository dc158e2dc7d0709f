"""Inconsistent names: the same person's name in different forms of its characters."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from tasks_app.text.check.rule import Category, Rule, RuleHit, Setting, Severity, gettext_noop
from tasks_app.text.japanese.morphology import Analysed

VARIANTS = (
    "辺邊邉", "斎齋斉齊", "高髙", "崎﨑嵜", "沢澤", "浜濱濵", "島嶋嶌", "広廣", "国國", "桜櫻", "竜龍", "滝瀧", "富冨",
    "吉𠮷", "徳德", "恵惠", "真眞", "実實", "寿壽", "栄榮", "槙槇", "遥遙", "関關", "円圓", "万萬", "与與",
    "条條", "弥彌", "亀龜", "鉄鐵", "塩鹽", "聡聰", "黒黑", "静靜", "奥奧", "芦蘆", "桧檜", "会會", "学學", "豊豐",
    "松枩", "峰峯", "館舘", "藪薮", "蒋蔣", "柳栁", "渕淵", "凛凜", "曽曾",
)  # fmt: skip
"""Characters that stand for one another in names, the commonest first."""


TITLES = frozenset(
    (
        "委員長", "副委員長", "委員", "議長", "副議長", "議員", "市長", "副市長", "町長", "村長", "区長",
        "知事", "副知事", "部長", "副部長", "次長", "課長", "補佐", "係長", "主任", "主査", "主事", "局長",
        "室長", "所長", "館長", "校長", "園長", "教育長", "会長", "副会長", "理事長", "理事", "監事", "座長",
        "教授", "准教授", "参事", "参考人", "事務局長", "代表", "氏", "様", "さん",
    )
)  # fmt: skip

_FOLD = {ord(character): group[0] for group in VARIANTS for character in group}
_KANJI = "一-鿿々豈-\ufaff\U00020000-\U0002ffff"
_RUN = re.compile(f"[{_KANJI}]{{2,8}}")
_TITLE = re.compile(f"({'|'.join(sorted(TITLES, key=len, reverse=True))})$")
_ADDRESSED = re.compile("さん|さま")

FULL_NAME = 3
"""So many characters are a family and a given name, which tell a person from others without a title."""


def find(analysed: Analysed, _setting: Setting) -> Iterator[RuleHit]:
    """The rarer forms; of equals, the later ones. The same family name with two titles may be of two people."""
    groups: defaultdict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for start, end, title in _names(analysed.text):
        folded = analysed.text[start:end].translate(_FOLD)
        groups[folded, "" if len(folded) >= FULL_NAME else title].append((start, end))
    for places in groups.values():
        counted = Counter(analysed.text[start:end] for start, end in places)
        usual = counted.most_common(1)[0][0]
        for start, end in places:
            if analysed.text[start:end] != usual:
                yield RuleHit(start=start, end=end, suggestion=usual, details={"usual": usual, "times": counted[usual]})


def _names(text: str) -> Iterator[tuple[int, int, str]]:
    """[start, end) of all that may be a name, without the title behind it, and that title."""
    for run in _RUN.finditer(text):
        title = _TITLE.search(run.group())
        end = run.start() + title.start() if title else run.end()
        if end - run.start() >= 2 and any(ord(character) in _FOLD for character in text[run.start() : end]):
            addressed = _ADDRESSED.match(text, run.end())
            yield run.start(), end, title.group() if title else addressed.group() if addressed else ""


RULE = Rule(
    id="names",
    label=gettext_noop("Inconsistent name"),
    explanation=gettext_noop("The same name is also written %(usual)s (%(times)s times). Check which is right."),
    category=Category.CONSISTENCY,
    severity=Severity.WARNING,
    find=find,
)
