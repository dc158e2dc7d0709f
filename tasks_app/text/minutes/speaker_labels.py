"""Who a label such as 議長（山田太郎君） or 山田委員 names, or that it names nobody."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from tasks_app.text.japanese.surnames import SURNAMES, surname_at_start


@dataclass(frozen=True)
class Speaker:
    """`name` without honorific and `role` as the text gives them, in normal width; one of them may be empty."""

    name: str
    role: str

    @property
    def label(self) -> str:
        return f"{self.role}（{self.name}）" if self.name and self.role else self.name or self.role

    @property
    def leads(self) -> bool:
        """Whether they only lead the meeting, so that what they say between others is no answer."""
        return bool(_LEADING.fullmatch(self.role))


HONORIFIC = "君|さん|氏|様|くん"

_TITLE = (
    "議長|委員長|会長|座長|部会長|委員|議員|幹事長|幹事|監事|理事長|理事|教授|准教授|講師|先生|参考人|公述人|証人"
    "|顧問|代表"
)
"""What stands before one of these is a name, or a word of _BODY."""
_OFFICE = (
    "[一-鿿々ヶケァ-ヴー・]{0,14}(?:(?:市|町|村|区|部|課|局|室|係|所|館|校|園|署|院|団|隊|社|班|場|次|教育|組合|支店|センター)長"
    "|部長級|課長補佐|補佐|主査|主幹|主任|主事|参事|参与|知事|大臣|政務官|審議官|技監|管理者|書記官|取締役|監査役|専務|常務)"
)
_FUNCTION = (
    "事務局(?:員|担当)?|司会者?|進行|進行役|書記|説明員|説明者|報告者|発言者|話者|参加者|質問者|回答者|傍聴者|住民|市民|町民|村民|区民"
    "|保護者|事業者|受託者|コンサルタント|オブザーバー|アドバイザー|ファシリテーター|モデレーター|リーダー|マネージャー"
)
_BODY = (
    "(?:副|監査|教育|農業|選挙管理|総務|文教|厚生|民生|建設|経済|産業|福祉|環境|予算|決算|特別|常任|議会運営|小|専門|分科|政府|学識|"
    "名誉|臨時|仮|第[0-9一二三四五六七八九十]+|[0-9]+番)*"
)
_ENGLISH_ROLE = (
    r"(?:Vice[ -])?Chair(?:man|woman|person)?|(?:Deputy )?Mayor|Moderator|Facilitator|Secretary|President|Clerk"
    r"|Treasurer|Speaker(?: (?:\d{1,2}|[A-Z]))?"
)
_ENGLISH_NAME = r"[A-Z][A-Za-z'-]+(?: [A-Z][A-Za-z.'-]*){0,3}"
_LEADING = re.compile(
    rf"{_BODY}(?:議長|委員長|会長|座長|部会長|司会者?|進行|進行役|モデレーター|ファシリテーター)"
    r"|(?:Vice[ -])?Chair(?:man|woman|person)?|Moderator|Facilitator|President"
)

_ROLE = re.compile(
    rf"{_BODY}(?:{_TITLE})|{_OFFICE}|{_FUNCTION}|[0-9]{{1,3}}番(?:議員|委員)?|{_ENGLISH_ROLE}|[一-鿿]{{0,8}}大臣"
)
_NAMED_TITLE = re.compile(rf"(?P<name>.{{1,8}}?)(?P<role>{_BODY}(?:{_TITLE}|{_FUNCTION}))")
_TITLE_NAMED = re.compile(rf"(?P<role>{_TITLE}|{_FUNCTION})(?P<name>[A-Z]|[0-9]{{1,2}})")
_OFFICE_NAMED = re.compile(rf"(?P<role>{_BODY}(?:{_TITLE})|{_OFFICE})(?P<name>.{{2,12}}?)(?:{HONORIFIC})")
_NUMBERED = re.compile(rf"(?P<role>[0-9]{{1,3}}番(?:議員|委員)?)(?P<name>.{{2,12}}?)(?:{HONORIFIC})?")
_BRACKETED = re.compile(
    rf"(?P<outside>.{{1,24}}?)\((?P<inside>.{{1,20}}?)(?P<honorific>{HONORIFIC})?\)(?:{HONORIFIC})?"
)
_HONOURED = re.compile(rf"(?P<name>.{{1,12}}?)(?:{HONORIFIC})")
_ENGLISH = re.compile(
    rf"(?:(?P<role>{_ENGLISH_ROLE}|Councill?or)(?: (?P<named>{_ENGLISH_NAME}))?"
    rf"|(?:Mr|Ms|Mrs|Dr|Prof)\.? (?P<name>{_ENGLISH_NAME}))"
)
_NAME = re.compile(r"[一-鿿々〆ぁ-んァ-ヴー・]{2,12}|[A-Z]|[A-Z][A-Za-z .'-]{1,30}")
_ABSENT = re.compile(
    "(?:出席|欠席|傍聴|対象|担当|関係|全|各|他の?|構成|選出|推薦|公募|同|次期|歴代|新任|前任|本日の|その他の?)+"
    f"(?:{_TITLE}|{_FUNCTION}|[一-鿿]{{0,3}}長)"
)
_NO_NAME = re.compile(
    "(?:互選|選出|選任|選挙|指名|挨拶|あいさつ|代理|欠席|出席|兼務|就任|退任|再任|新任|任期|案|仮称|敬称略|以下|継続|追加|新規|別紙"
    "|当日|資料|午前|午後|概要|予定|未定|役割|職務|報酬|名簿|一覧).*"
    "|.*(?:部|課|局|室|法|案|費|等|用|号|版|料|会|年度|について|名|皆|各位|お客|方々)"
)


@lru_cache(maxsize=4096)
def speaker(label: str) -> Speaker | None:
    """The person or office that `label` names; None where it is a heading, a number or anything else."""
    label = re.sub(r"(?<![\x00-\x7f])\s+|\s+(?![\x00-\x7f])", "", unicodedata.normalize("NFKC", label)).strip()
    if not label or _ABSENT.fullmatch(label):
        return None
    if found := _BRACKETED.fullmatch(label):
        return _bracketed(found["outside"].strip(), found["inside"].strip(), bool(found["honorific"]))
    if found := _ENGLISH.fullmatch(label):
        return Speaker(found["named"] or found["name"] or "", found["role"] or "")
    return _japanese(label)


def _bracketed(outside: str, inside: str, honoured: bool) -> Speaker | None:
    if _ROLE.fullmatch(outside) and _is_name(inside):
        return Speaker(inside, outside)
    if honoured and _is_name(inside) and not re.search("[。、]", outside):
        return Speaker(inside, outside)
    if _ROLE.fullmatch(inside):
        if _is_name(outside):
            return Speaker(outside, inside)
        known = _japanese(outside)
        return Speaker(known.name, inside) if known and known.name else None
    return None


def _japanese(label: str) -> Speaker | None:
    if found := _TITLE_NAMED.fullmatch(label):
        return Speaker(found["name"], found["role"])
    surname = surname_at_start(label)
    if surname and (rest := label[len(surname) :]) and _ROLE.fullmatch(rest):
        return Speaker(surname, rest)
    if _ROLE.fullmatch(label):
        return Speaker("", label)
    for pattern in (_NUMBERED, _OFFICE_NAMED, _NAMED_TITLE):
        if (found := pattern.fullmatch(label)) and _is_name(found["name"]):
            return Speaker(found["name"], found["role"])
    if (found := _HONOURED.fullmatch(label)) and _is_name(found["name"]):
        return Speaker(found["name"], "")
    if label in SURNAMES or (surname and len(label) <= len(surname) + 3 and _is_name(label)):
        return Speaker(label, "")
    return None


def _is_name(text: str) -> bool:
    bare = text.replace(" ", "")
    return bool(_NAME.fullmatch(bare) or _NAME.fullmatch(text)) and not _NO_NAME.fullmatch(bare)
