"""Every short Japanese text is read right in every encoding it comes in."""

import pytest

from tasks_app.text.japanese.encoding import decode, unreadable_share

CORPUS = (
    "本日の会議を開きます。",
    "○議長（榎本達雄君）　次に、日程第三を議題といたします。",
    "令和六年度の一般会計補正予算は、原案のとおり可決されました。",
    "通学路の危険箇所について、教育長の見解を伺います。",
    "お手元の資料をご覧ください。表紙の次のページから説明いたします。",
    "補助率は二分の一以内、上限額は百万円とします。締切は六月二十一日です。",
    "コミュニティバスのルートを見直し、スーパーとクリニックの前に停留所を設けてほしい。",
    "ゴミ収集カレンダーはホームページからダウンロードできます。",
    "市民アンケート（回収数８９２、回収率４４．６％）の結果を報告する。",
    "申請書は、窓口に持参するか、郵送で提出してください。",
    "防災行政無線が聞こえにくい世帯は、北部の山あいの地区で四割に上る。",
    "「数を減らしても、残す施設の質を高めるべき」との意見が最も多かった。",
    "第１条　この条例は、公共交通の利用の促進に関し必要な事項を定める。",
    "委員会は、携帯トイレを除く四品目の目標を了承した。",
    "はい、分かりました。それでは、次の質問に移らせていただきます。",
    "電話０１２３（４５）６７８９（内線２１０）　担当：若林・秋山",
    "Wi-FiとPCの貸出しを4月から始める。費用は約320万円である。",
    "議会広報特別委員会委員長報告書案",
    "霧ヶ原市立桜台小学校屋内運動場改築工事請負契約締結について",
    "雪が解け、梅の香りが漂う頃となりました。皆様いかがお過ごしでしょうか。",
    "ﾃﾞｰﾀは半角のｶﾅで届くことがあるが、残りは普通の文字である。",
    "問　ロッカーの費用は、どのくらいか。\n答　設置に約４５０万円、保守に約３０万円である。\n",
)
ENCODINGS = {"utf-8": "utf-8", "cp932": "cp932", "euc-jp": "euc_jp", "iso-2022-jp": "iso2022_jp_ext"}
LENGTHS = (10, 30, 100, 500)


def extracts(length: int) -> list[str]:
    """A text of `length` characters beginning with each sentence of the corpus in turn."""
    everything = "".join(CORPUS) * 3
    return [everything[everything.index(sentence) :][:length] for sentence in CORPUS]


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("name", ENCODINGS)
def test_short_texts_are_read_right(name: str, length: int) -> None:
    for text in extracts(length):
        assert decode(text.encode(ENCODINGS[name])) == (text, name)


@pytest.mark.parametrize(
    ("codec", "name"),
    [("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-32", "utf-32")],
)
def test_a_byte_order_mark_decides(codec: str, name: str) -> None:
    assert decode("霧ヶ原市".encode(codec)) == ("霧ヶ原市", name)


def test_big_endian_marks_decide_too() -> None:
    assert decode(b"\xfe\xff" + "議".encode("utf-16-be")) == ("議", "utf-16")


def test_vendor_characters_are_read() -> None:
    assert decode("①駅前～役所 ㈱月影".encode("cp932")) == ("①駅前～役所 ㈱月影", "cp932")
    assert decode("①会場は駅前".encode("euc_jis_2004")) == ("①会場は駅前", "euc-jp")


def test_plain_ascii_is_utf_8() -> None:
    assert decode(b"minutes") == ("minutes", "utf-8")


def test_a_text_cut_in_the_middle_of_a_character_is_still_read() -> None:
    text, name = decode("通学路の安全対策について伺います。".encode("cp932")[:-1])
    assert name == "cp932"
    assert text.startswith("通学路の安全対策について伺います")


def test_binary_data_does_not_look_like_text() -> None:
    assert unreadable_share(decode(bytes(range(256)) * 20)[0]) > 0.1
    assert unreadable_share("") == 0
    assert 0 < unreadable_share("議事録\n\t第一章\f" + "あ" * 500 + "\0") < 0.01


@pytest.mark.parametrize(
    ("text", "codec", "encoding"),
    [
        ("子どもを𠮟るより、噓をつかせない。剝がれた壁を塡める。", "shift_jis_2004", "shift_jis_2004"),
        ("子どもを𠮟るより、噓をつかせない。剝がれた壁を塡める。", "euc_jis_2004", "euc-jp"),
        ("The plan was read. He said “hello”, it’s fine.", "cp1252", "cp1252"),
        ("Le conseil a décidé, à l’unanimité, d’augmenter les crédits. Ça coûte 5 €.", "cp1252", "cp1252"),
        ("会议记录。委员会决定于下月召开会议。", "gb18030", "gb18030"),
        ("會議紀錄。委員會決定於下週召開會議，討論明年度的預算與水費調整方案。", "big5", "big5"),
        ("위원회는 내년도 예산안을 심의하고 수도 요금을 평균 십이 퍼센트 인상하기로 하였다.", "cp949", "cp949"),
        ("Комитет рассмотрел план и принял решение о повышении тарифов на воду.", "cp1251", "cp1251"),
        ("ｺｳｻﾞﾒｲｷﾞﾆﾝ,ｷﾝｺｳ,ｼﾃﾝ", "cp932", "cp932"),
        ("東京都千代田区霞が関", "euc_jp", "euc-jp"),
        ("議事録", "cp932", "cp932"),
    ],
)
def test_other_encodings_are_told_from_japanese(text: str, codec: str, encoding: str) -> None:
    assert decode(text.encode(codec)) == (text, encoding)


def test_vendor_characters_in_escape_sequences() -> None:
    data = b"\x1b$B-!-j\x1b(B 1\r\n\x1b$B$G$9!#\x1b(I1\x1b(B"
    assert decode(data) == ("①㈱ 1\r\nです。ｱ", "iso-2022-jp")
