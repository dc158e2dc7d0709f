"""Until when something is to be done: whole dates and periods as a text gives them, or nothing."""

import re

_NUMBER = "[0-9０-９〇零一二三四五六七八九十百千元]"
_WORDS_OF_YEAR = "再来年度?|来年度?|今年度?|本年度?|翌年度?|当年度"
_WORDS_OF_MONTH = "再来月|来月|今月|本月|翌月"
_YEAR = rf"(?:令和|平成|西暦)?[ 　]?{_NUMBER}{{1,4}}[ 　]?年度?(?!間|前|以上|生|目|来|ぶり|分|連続|代)"
_MONTH = rf"{_NUMBER}{{1,3}}[ 　]?月(?!分|額|間)"
_DAY = rf"{_NUMBER}{{1,3}}[ 　]?日(?!間|分|程|本|当たり)"
_HOUR = rf"(?:の?(?:正午|(?:午前|午後)?{_NUMBER}{{1,3}}時(?:{_NUMBER}{{1,3}}分|半)?))?"
_WEEKDAY = rf"(?:[（(][日月火水木金土](?:・祝)?(?:曜日?)?[）)]|の?[日月火水木金土]曜日?)?{_HOUR}"
_SEASON = (
    "春|夏|秋|冬|年明け|年末|年度末|年度当初|年度初め|上半期|下半期|前期|後期|前半|後半|第[1-4１-４一二三四]四半期"
)
_PART = "(?:の)?(?:上旬|中旬|下旬|初旬|月末|末日?|初め|初頭|半ば|中ごろ|中頃)?(?:ごろ|頃)?"
_SESSION = (
    "(?:第[0-9０-９一二三四五六七八九十]+回)?(?:定例会|臨時会|議会|会議|委員会|協議会|部会|会合|打合せ|打ち合わせ)"
)

_EXPRESSION = re.compile(
    r"(?P<past>昨年度?末?|一昨年度?|前年度?末?|先月|先週|昨日|去る[^、。]{0,12}|同年度?|同月"
    r"|毎年度?|毎月|毎週|各年度|これまで|今まで|従来)"
    r"|(?P<when>"
    rf"{_NUMBER}{{1,3}}[ 　]?(?:日|週間|[かカヶケ箇]月|年)以内"
    rf"|(?:{_YEAR}|{_WORDS_OF_YEAR})(?:[、の]?[ 　]?(?:{_MONTH}(?:[ 　]?{_DAY}{_WEEKDAY})?|{_SEASON}))?"
    rf"{_PART}(?:の?{_SESSION})?"
    rf"|(?:{_MONTH}|{_WORDS_OF_MONTH})(?:[、の]?[ 　]?{_DAY}{_WEEKDAY})?{_PART}(?:の?{_SESSION})?"
    rf"|(?:来週|今週|再来週)(?:の?[月火水木金土日]曜日?)?(?:中)?|[月火水木金土日]曜日"
    rf"|(?:次回|次期|次の|今)(?:の)?{_SESSION}|次回|本日中|明日|あす|年内|年度内|今年中|年末|年度末|年明け"
    rf"|{_DAY}{_WEEKDAY})"
)
_MARKER = re.compile(
    "(?P<until>(?:の)?(?:中)?[ 　]?(?:まで|を(?:目途|めど|目標|期限|予定)|末?を目指|以内))"
    "|(?P<within>(?:の)?(?:中|末|内|早々|ごろ|頃)?"
    "(?:に(?:は|も|おいて)?|、|で(?:は)?(?=、|[^、。]{0,24}(?:示|報告|回答|提示|説明|提出|協議|審議|諮))))"
)
_DONE = re.compile(
    r"[^、。]{0,24}?(?:した|しました|された|いたしました|であった|でした|ておりました|てきた|てまいりました|られた|定めた|った)(?![ら])"
)
_ENGLISH = re.compile(r"\bby (?:the end of )?(?:[A-Z][a-z]+(?: \d{1,2})?|next \w+|\d{1,2} [A-Z][a-z]+)")


def deadline(text: str) -> str:
    """Of the sentence `text`: the last date or period by which something is to be done; empty if it has none.

    What is marked as an end (まで) wins over what only says when (には, 中に). Dates of what was done already are none.
    """
    if english := _ENGLISH.search(text):
        return english.group()
    until = within = ""
    for found in _EXPRESSION.finditer(text):
        marker = _MARKER.match(text, found.end()) if found["when"] else None
        if not marker or _DONE.match(text, marker.end()):
            continue
        if marker["until"]:
            until = found["when"].strip()
        else:
            within = found["when"].strip()
    return until or within
