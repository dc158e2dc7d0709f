"""Who a label such as 議長（山田太郎君） or 山田委員 names, or that it names nobody."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from tasks_app.text.japanese.surnames import SURNAMES, surname_at_start
from tasks_app.text.minutes.office_holders import LONGEST_SURNAME, is_common, is_full_name, is_surname, office_holder


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
HAN = "一-鿿㐀-䶿豈-﫿々〆𠀀-𳿿"
"""Kanji for a character class, also those held for compatibility, such as 﨑, and beyond the first plane."""

_VARIANTS = re.compile("[︀-️󠄀-󠇯]")
"""Selectors that only choose the shape of the kanji before them."""

_TITLE = (
    "議長|委員長|会長|座長|部会長|委員|議員|幹事長|幹事|監事|理事長|理事|教授|准教授|講師|先生|参考人|公述人|証人"
    "|顧問|代表|助役|収入役|出納長"
)
"""What stands before one of these is a name, or a word of _BODY."""
_HEAD = (
    "(?:副|前|元)?(?:知事|市長|町長|村長|区長|議長|教育長)|(?:会計|(?:地方)?公営企業|病院事業|(?:上下|下)?水道事業)管理者"
    "|消防長|教育次長"
)
"""Offices of which a body has one: what stands before them is a name, and no department."""
_OFFICE_END = (
    "(?:市|町|村|区|部|課|局|室|係|所|館|校|園|署|院|団|隊|社|班|場|次|教育|組合|支店|センター)長"
    "|部長級|課長補佐|補佐|主査|主幹|主任|主事|参事|参与|知事|大臣|政務官|審議官|事務長|[策括理]監|技監|管理者|書記官|取締役|監査役|専務|常務|長代理|代理者"
)
_KANA_WORDS = (
    "まちづくり|ものづくり|ひとづくり|子ども|こども|子育て|ふるさと|くらし|暮らし|いきがい|みどり|しごと|あんしん|いきいき|すこやか"
    "|にぎわい|ごみ|がん|ひと|まち|みらい|あゆみ"
)
_OFFICE = f"(?:[{HAN}ヶケァ-ヴー・A-Z]|{_KANA_WORDS}){{0,24}}(?:{_OFFICE_END})"
_FUNCTION = (
    "事務局(?:員|担当)?|司会者?|進行|進行役|書記|説明員|説明者|報告者|発言者|話者|参加者|質問者|回答者|傍聴者|住民|市民|町民|村民|区民"
    "|保護者|事業者|受託者|コンサルタント|オブザーバー|アドバイザー|ファシリテーター|モデレーター|リーダー|マネージャー"
)
_BODY = (
    "(?:副|代表|監査|教育|農業|選挙管理|総務|文教|厚生|民生|建設|経済|産業|福祉|環境|予算|決算|特別|常任|議会運営|小|専門|分科会?|政府"
    "|学識|名誉|臨時|仮|第[0-9一二三四五六七八九十]+|[0-9]+番)*"
)
_FIELD = re.compile(
    "(?:議会|政策|企画|財務|財政|行政|防災|危機管理|都市|まち|地域|市民|区民|町民|村民|生活|保健|健康|衛生|医療|子ども|こども|子育て"
    "|児童|青少年|文化|観光|商工|農政|農林|水産|交通|土木|道路|水道|下水道|広報|広聴|改革|対策|調査|審査|推進|検討|振興|運営|整備"
    "|総合|人権|情報|新型|公共|施設|資格|倫理|政治|庁舎|空港|港湾|開発|計画|全員|協議|合同|連合|評価|審議)+"
)
"""What committees are named after: 政策総務委員長 names nobody."""
_ENGLISH_ROLE = (
    r"(?:Vice[ -])?Chair(?:man|woman|person)?|(?:Deputy )?Mayor|Moderator|Facilitator|Secretary|President|Clerk"
    r"|Treasurer|Speaker(?: (?:\d{1,2}|[A-Z]))?"
)
_ENGLISH_NAME = r"[A-Z][A-Za-z'-]+(?: [A-Z][A-Za-z.'-]*){0,3}"
_LEADING = re.compile(
    rf"{_BODY}(?:議長|委員長|会長|座長|部会長|司会者?|進行|進行役|モデレーター|ファシリテーター)"
    r"|(?:Vice[ -])?Chair(?:man|woman|person)?|Moderator|Facilitator|President"
)
_SEAT = "第?(?:[0-9]{1,3}|[一二三四五六七八九十]{1,4})番(?:議員|委員)?"
_TITLES = f"{_BODY}(?:{_TITLE})|{_HEAD}|{_FUNCTION}"

_TITLE_ALONE = re.compile(f"{_TITLES}|{_SEAT}|{_ENGLISH_ROLE}")
_OFFICE_ALONE = re.compile(f"{_OFFICE}|[{HAN}]{{0,8}}大臣")
_ROLE = re.compile(f"{_TITLE_ALONE.pattern}|{_OFFICE_ALONE.pattern}")
_ROLE_OF_NAMED = re.compile(f"[^、。：:]{{0,24}}(?:{_TITLE}|{_OFFICE_END}|長|事務局|担当)")
"""What may be a role where brackets set a name apart from it."""
_NAMED_TITLE = re.compile(f"(?P<name>.{{1,8}}?)(?P<role>{_TITLES})")
_NAMED_OFFICE = re.compile(f"[{HAN}ぁ-んァ-ヴヶー・A-Z]{{2,40}}(?:{_OFFICE_END})")
_TITLE_NAMED = re.compile(f"(?P<role>{_TITLE}|{_FUNCTION})(?P<name>[A-Z]|[0-9]{{1,2}})")
_OFFICE_NAMED = re.compile(f"(?P<role>{_BODY}(?:{_TITLE})|{_OFFICE})(?P<name>.{{2,12}}?)(?:{HONORIFIC})")
_NUMBERED = re.compile(f"(?P<role>{_SEAT})(?P<name>.{{2,12}}?)(?:{HONORIFIC}|議員)?")
_BRACKETED = re.compile(
    rf"(?P<outside>.{{0,30}}?)\((?P<inside>.{{1,24}}?)(?P<honorific>{HONORIFIC})?\)(?:{HONORIFIC})?"
)
_TOLD_APART = re.compile(rf"(?P<name>[{HAN}]{{1,4}}\([{HAN}ぁ-んァ-ヴ]{{1,3}}\))(?P<role>.{{1,24}})")
"""田中（晃）委員: two members of one family name."""
_ASIDE = re.compile("兼.*|.*(?:兼務|取扱|心得|代理|代行)")
_EXCHANGE = re.compile("(?:再?々?質[問疑]|問|答弁?|回答|議員|委員)")
"""答（町長）: what stands outside the brackets only says who asks and who answers."""
_HONOURED = re.compile(f"(?P<name>.{{1,12}}?)(?:{HONORIFIC})")
_MEMBER = re.compile(f"(?P<name>.+?)(?:{HONORIFIC}|議員)")
_ENGLISH = re.compile(
    rf"(?:(?P<role>{_ENGLISH_ROLE}|Councill?or)(?: (?P<named>{_ENGLISH_NAME}))?"
    rf"|(?:Mr|Ms|Mrs|Dr|Prof)\.? (?P<name>{_ENGLISH_NAME}))"
)
_NAME = re.compile(rf"[{HAN}〆ぁ-んァ-ヴー・]{{2,12}}|[A-Z]|[A-Z][A-Za-z .'-]{{1,30}}")
_KANA = re.compile("[ぁ-んー]+")
_SHORT_NAME = re.compile(f"[{HAN}]")
_ABSENT = re.compile(
    "(?:出席|欠席|傍聴|対象|担当|関係|全|各|他の?|構成|選出|推薦|公募|同|次期|歴代|新任|前任|本日の|その他の?)+"
    f"(?:{_TITLE}|{_FUNCTION}|[一-鿿]{{0,3}}長)"
)
_NO_NAME = re.compile(
    "(?:互選|選出|選任|選挙|指名|挨拶|あいさつ|代理|欠席|出席|兼務|就任|退任|再任|新任|任期|案|仮称|敬称略|以下|継続|追加|新規|別紙"
    "|当日|資料|午前|午後|概要|予定|未定|役割|職務|報酬|名簿|一覧|拍手|登壇|笑|朗読|起立|挙手|休憩|再開|開会|閉会|氏名).*"
    "|.*(?:部|課|局|室|法|案|費|等|用|号|版|料|会|年度|について|名|皆|各位|お客|方々|表明|説明|報告|答弁|質問|質疑|討論|採決|登壇)"
)


@lru_cache(maxsize=4096)
def speaker(label: str) -> Speaker | None:
    """The person or office that `label` names; None where it is a heading, a number or anything else."""
    label = unicodedata.normalize("NFKC", _VARIANTS.sub("", label))
    label = re.sub(r"(?<![\x00-\x7f])\s+|\s+(?![\x00-\x7f])", "", label).strip()
    if not label or _ABSENT.fullmatch(label):
        return None
    if found := _BRACKETED.fullmatch(label):
        return _bracketed(found["outside"].strip(), found["inside"].strip(), bool(found["honorific"]))
    if (found := _TOLD_APART.fullmatch(label)) and _ROLE.fullmatch(found["role"]):
        return Speaker(found["name"], found["role"])
    if found := _ENGLISH.fullmatch(label):
        return Speaker(found["named"] or found["name"] or "", found["role"] or "")
    return _japanese(label)


def _bracketed(outside: str, inside: str, honoured: bool) -> Speaker | None:
    if not outside:
        return Speaker(inside, "") if honoured and _is_name(inside) else _japanese(inside)
    if re.search("[。、]", outside):
        return None
    if _EXCHANGE.fullmatch(outside) and (known := _numbered(inside) or (_ROLE.search(inside) and _japanese(inside))):
        return known
    if _ASIDE.fullmatch(inside):
        return _japanese(outside)
    member = _MEMBER.fullmatch(inside)
    name = member["name"] if member else inside
    if _ROLE.fullmatch(inside):
        if _is_name(outside):
            return Speaker(outside, inside)
        known = _japanese(outside)
        return Speaker(known.name, inside) if known and known.name else None
    if (honoured or _ROLE.fullmatch(outside) or _ROLE_OF_NAMED.fullmatch(outside)) and _is_name(name, shortest=1):
        return Speaker(name, outside)
    return None


def _japanese(label: str) -> Speaker | None:
    """Of a label without brackets."""
    if found := _TITLE_NAMED.fullmatch(label):
        return Speaker(found["name"], found["role"])
    if _TITLE_ALONE.fullmatch(label):
        return Speaker("", label)
    if numbered := _numbered(label):
        return numbered
    if (found := _NAMED_TITLE.fullmatch(label)) and _is_name(found["name"], shortest=1):
        return Speaker("", label) if _is_field(found["name"]) else Speaker(found["name"], found["role"])
    if _NAMED_OFFICE.fullmatch(label) and (name := office_holder(label)):
        return Speaker(name, label[len(name) :])
    if _OFFICE_ALONE.fullmatch(label):
        return Speaker("", label)
    if (found := _OFFICE_NAMED.fullmatch(label)) and _is_name(found["name"]):
        return Speaker(found["name"], found["role"])
    if (found := _HONOURED.fullmatch(label)) and _is_name(found["name"]):
        return Speaker(found["name"], "")
    surname = surname_at_start(label)
    if label in SURNAMES or (surname and len(label) <= len(surname) + 3 and _is_name(label)):
        return Speaker(label, "")
    return None


def is_office(role: str) -> bool:
    """Whether a role is one by itself, and not merely what stands beside a name."""
    return bool(_ROLE.fullmatch(role))


def set_apart(name: str, role: str) -> Speaker | None:
    """Who a name and a role in words of their own name, in either order; None where they are something else."""
    holder = speaker(role)
    name = unicodedata.normalize("NFKC", name).replace(" ", "")
    if holder and holder.role and not holder.name and is_full_name(name) and _is_name(name):
        return Speaker(name, holder.role)
    return None


def _numbered(label: str) -> Speaker | None:
    found = _NUMBERED.fullmatch(label)
    return Speaker(found["name"], found["role"]) if found and _is_name(found["name"]) else None


def _is_field(text: str) -> bool:
    """Whether a committee has it in its name, so that it is no person's."""
    if _FIELD.fullmatch(text):
        return True
    return len(text) > LONGEST_SURNAME and not _KANA.fullmatch(text) and is_common(text)


def _is_name(text: str, *, shortest: int = 2) -> bool:
    bare = text.replace(" ", "")
    if shortest == 1 and _SHORT_NAME.fullmatch(bare):
        return True
    if not (_NAME.fullmatch(bare) or _NAME.fullmatch(text)):
        return False
    return not _NO_NAME.fullmatch(bare) or bare in SURNAMES or is_surname(bare)
