"""What a meeting decided, read off its procedure: proposal, questions, debate, vote, result.

The chair puts something to the vote and then says how it ended, in forms that differ little from one
assembly to the next. A sentence is a decision if its predicate says so, which words such as 決定 elsewhere in it do not
make it: 会期の決定を議題といたします, 決定することに賛成の諸君の起立を求めます, 閣議決定した総合対策.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks_app.text.documents import keyword_patterns
from tasks_app.text.minutes.spoken_sentences import SpokenSentence
from tasks_app.text.minutes.turns import Turn

NEAR_RESULT = 3
"""Sentences after a consent in which its result is said."""

MAX_PROPOSAL_AGE = 12
"""Sentences between what was put to the vote and its result, with the names of those who voted."""

_VERDICT = (
    "可決|否決|(?:趣旨|不)?採択|不?承認|不?同意|不?認定|決定|了[承解]|(?:修正)?議決|当選|選任|許可|採用|継続審[査議]"
)
_PAST = (
    "を?(?:いた|致)?しました|を?(?:いた|致)?した|を?されました|を?された"
    "|されたものと(?:認め|いたし|し)ます|となりました|となった"
)
_SETTLED = (
    rf"(?:{_VERDICT})(?:すべき|する)?(?:もの|こと)?(?:と|に)?(?:{_PAST})"
    rf"|(?:{_VERDICT})(?:すべき|する)?(?:もの|こと)?(?:と|に)(?:決定|決)?(?:{_PAST}|なりました|決まりました|決まった)"
    r"|(?:とおり|と|に|を)決(?:定)?を?(?:いた|致)?しました|(?:と|に)決(?:し|まり|め)ました|(?:と|に)決(?:した|まった|めた)"
    r"|(?:に|と)(?:決|決定|内定)を?(?:いた|致)?しました"
)
_RULED = (
    rf"(?:{_VERDICT})(?:する|と(?:いた)?します|とする|といたします|いたします|する(?:こと|もの)と(?:いた)?します|することとする)"
    r"|(?:することに|ことに|と|に)決(?:定)?(?:いた|致)?します|ことと(?:いた|致)?します|ことと(?:する|した|しました|いたしました)|ことに(?:する|します|した|しました|いたします)"
)
_AGREED = r"合意(?:に達し|が得られ|され|し)(?:まし)?た(?:もの(?:とする|とします|といたします))?|合意(?:する|します)"
_END = r"(?:[。．！!]|$)(?:[（(〔][^）)〕]{0,40}[）)〕])?$"

RESULT = re.compile(rf"(?:{_SETTLED}|{_AGREED}){_END}")
"""Says that something was settled."""

RULING = re.compile(rf"(?:{_RULED}){_END}")
"""Settles something by being said: only who leads the meeting can."""

CONSENT = re.compile(
    r"(?:御|ご)?異議(?:は|が|も)?(?:な(?:し|い)(?:もの)?と認め|ありませんので|ないようですので|がないので)|(?:起立|挙手|賛成)(?:者)?(?:全員|多数|少数)|全員(?:起立|賛成|挙手)"
    r"|全会一致|満場一致|可否同数"
)
_CONSENT_ALONE = re.compile(rf"^[^。、]{{0,6}}(?:御|ご)?異議(?:は|が|も)?な(?:し|い)(?:もの)?と認めます{_END}")
_ASKS = re.compile(
    r"(?:異議(?:は|が|も)?(?:ありませんか|ございませんか|ない(?:です|でしょう)か)|よろしい(?:です|でしょう)か|(?:諸君|方|議員|委員)(?:は|の)[^。]{0,12}(?:起立|挙手|押し)|賛否を)"
)
_PROPOSES = re.compile(
    r"(?:したいと(?:思い|存じ)ます|(?:採決|表決)(?:を)?(?:いた)?し(?:ます|たい)|お諮り(?:いた)?します|議題(?:と|に供))"
)
_EMPTY = re.compile(
    r"^(?:これ|この)?(?:に|より|から)?[、 　]*(?:直ちに)?[、 　]*"
    r"(?:お諮り(?:いた)?します|(?:御|ご)?異議(?:は|が)?(?:あり|ござい)ませんか"
    r"|(?:採決|表決)(?:を)?(?:いた)?(?:し|行い)ます|以上のとおり[^。]{0,8}よろしい(?:です|でしょう)か)。?$"
)
"""Puts to the vote what was said before."""

ITEM = re.compile(
    r"(?:(?:市|町|村|区|県|府|都)?(?:議員提出|委員会提出|会派提出|市長提出)?(?:議案|請願|陳情|承認|報告|同意(?:案)?|認定|諮問|発議案?|決議案?|意見書案?|会議案|動議|選挙)(?:第)?"
    r"[0-9０-９一二三四五六七八九十百]+号?(?:(?:から|及び|並びに|ないし|、)(?:議案|請願|陳情|同)?第?[0-9０-９一二三四五六七八九十百]+号?(?:まで)?)*"
    r"|第[0-9０-９一二三四五六七八九十百]+号(?:議案|請願|陳情|報告|諮問)(?:(?:から|及び|並びに|ないし|、)第?[0-9０-９一二三四五六七八九十百]+号(?:議案|請願|陳情)?(?:まで)?)*|議題[（(]?[0-9０-９一二三四五六七八九十]+)"
)
"""A bill or petition by its number."""

_POINTS_BACK = re.compile(
    r"本(?:案|件|動議|請願|陳情|議案|決議|意見書)|(?:その|この|さ|左)よう|そのとおり|原案|各(?:案|件|議案)|いずれも|ただいまの|お諮り"
)
_ELSEWHERE = re.compile(
    r"閣議(?:で)?決定|意思決定|(?:さき|先|前回|昨年|一昨年|過日|去る|先般|以前|かつて|過去|令和[元0-9０-９一二三四五六七八九十]+年|平成[元0-9０-９一二三四五六七八九十]+年)[^。、]{0,16}"
    r"(?:定例会|臨時会|議会|本会議|国会|閣議)"
)
"""Decided by somebody else, or before."""

_NOT_DECIDED = re.compile(
    rf"(?:{_VERDICT})(?:に(?:は)?至(?:ら|り)ま?せ?|(?:は|が|も)?(?:され|し)て(?:い|おり)?(?:な|ま)|でき(?:な|ま))|未(?:決定|定)|委員長(?:の)?報告は|見込み|予定|べき(?:だ|です|と考え|との)|(?:御|ご)(?:同意|承認|賛同)(?:を|の)?(?:賜|いただ|お願)"
)
_CASTS = re.compile("賛成(?!多数|少数|者|全員)|反対(?!多数|少数|者)|立場|討論|要望し|お願い|でも、")
_HEADING = re.compile(r"^(?:日程第|第?[0-9０-９]+[　 ]|[・○◎●◆])")
_DECLARES = re.compile(rf"(?:こと|旨)を(?:決定|決め|議決)(?:いた)?(?:しました|した|ました|た){_END}")
_REPORTS = re.compile(r"(?:審査|採決|表決|審議|協議)[^。]{0,12}結果|すべき(?:もの|である)|全会一致|賛成(?:多数|少数)")
_ENGLISH = re.compile(r"\b(?:approved|adopted|agreed|decided|resolved|carried)\b", re.IGNORECASE)
_NOT_ENGLISH = re.compile(r"\bnot (?:approved|agreed|decided)|\bto be (?:approved|decided)|\?\s*$", re.IGNORECASE)
_KANA = re.compile("[ぁ-んァ-ヴ]")
MIN_LENGTH = 8


@dataclass(frozen=True)
class SettledDecision:
    """`sentence` says it; `about` names the bill it is about, or is what was put to the vote, if it does not itself."""

    sentence: SpokenSentence
    about: str = ""
    proposal: SpokenSentence | None = None


def decisions(found: Sequence[SpokenSentence], turns: Sequence[Turn]) -> Iterator[SettledDecision]:
    """In the order of the text. `turns` are those of it; without any, sentences count by their form alone.

    Where somebody presides as 議長, the chairs of committees only report.
    """
    proposal: SpokenSentence | None = None
    item = ""
    chairs = {number for number, turn in enumerate(turns) if turn.speaker.leads}
    presided = {number for number in chairs if turns[number].speaker.role.endswith("議長")}
    chairs = presided or chairs
    for place, one in enumerate(found):
        leads = one.turn < 0 or one.turn in chairs
        if leads and (named := ITEM.search(one.text)):
            item = named.group()
        if (_is_decision(one, leads=leads) and not _is_proposal(found, place)) or (
            leads and _is_consent_without_result(found, place)
        ):
            fresh = proposal if proposal and one.order - proposal.order <= MAX_PROPOSAL_AGE else None
            yield _about(one, item, fresh)
        elif leads and one.turn >= 0 and _puts_to_vote(one.text):
            proposal = one
            item = item if ITEM.search(one.text) or _POINTS_BACK.search(one.text) else ""


def _puts_to_vote(text: str) -> bool:
    return bool(_PROPOSES.search(text) or _ASKS.search(text)) and not _EMPTY.search(text)


def decides(text: str) -> bool:
    """Whether a sentence has the form of a result, by any speaker."""
    return bool(RESULT.search(text)) and not _ELSEWHERE.search(text) and not _NOT_DECIDED.search(text)


def _is_decision(one: SpokenSentence, *, leads: bool) -> bool:
    text = one.text
    if len(text) < MIN_LENGTH or _ASKS.search(text) or keyword_patterns.PUT_OFF.search(text):
        return False
    if _NOT_DECIDED.search(text) or _ELSEWHERE.search(text):
        return False
    if not _KANA.search(text):
        return bool(_ENGLISH.search(text)) and not _NOT_ENGLISH.search(text)
    if one.turn < 0:
        return bool(RESULT.search(text) or RULING.search(text)) and not _HEADING.search(text)
    if not leads:
        return bool(_DECLARES.search(text)) or bool(
            RESULT.search(text) and _REPORTS.search(text) and not _CASTS.search(text[:-MIN_LENGTH])
        )
    return bool(RESULT.search(text) or RULING.search(text))


def _is_proposal(found: Sequence[SpokenSentence], place: int) -> bool:
    """Whether those present are asked about it right after: …こととする。以上のとおり決定してよろしいですか。"""
    one = found[place]
    following = [after for after in found[place + 1 : place + 1 + NEAR_RESULT] if after.turn == one.turn]
    return not RESULT.search(one.text) and any(_ASKS.search(after.text) for after in following)


def _is_consent_without_result(found: Sequence[SpokenSentence], place: int) -> bool:
    """異議なしと認めます, and the next item is called: what was put to the vote is settled by that."""
    one = found[place]
    if not _CONSENT_ALONE.search(one.text):
        return False
    following = [after for after in found[place + 1 : place + 1 + NEAR_RESULT] if after.turn == one.turn]
    return not any(RESULT.search(after.text) or RULING.search(after.text) for after in following)


def _about(one: SpokenSentence, item: str, proposal: SpokenSentence | None) -> SettledDecision:
    if ITEM.search(one.text) or not (_POINTS_BACK.search(one.text) or _CONSENT_ALONE.search(one.text)):
        return SettledDecision(one)
    if item:
        return SettledDecision(one, about=item, proposal=proposal if proposal and item in proposal.text else None)
    return SettledDecision(one, about=proposal.text if proposal else "", proposal=proposal)
