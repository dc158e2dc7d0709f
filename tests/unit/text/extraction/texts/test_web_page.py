"""Web pages: what is seen of them, and nothing else."""

from pathlib import Path

import pytest

from tasks_app.text.extraction import file_formats
from tasks_app.text.extraction.common.omissions import Omission, OmissionKind
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tests.unit.text.extraction.builders import LIMITS, stored


def read(folder: Path, page: str, encoding: str = "utf-8") -> Extracted:
    return file_formats.read(stored(folder, page.encode(encoding)), ".html", LIMITS)


def test_headings_paragraphs_tables_and_line_breaks(tmp_path: Path) -> None:
    page = """<!DOCTYPE html><html><head><title>お知らせ
      一覧</title><style>p { color: red }</style></head><body>
      <h1>防災<b>計画</b></h1><p>一つ目の
      段落と <a href="x">link to</a> here。<br>次の行。<div>塊<p>段落</div>尾
      <h2>備蓄</h2><table><caption>表1</caption><tr><th>品目<th>目標
      <tr><td>毛布<p>大</p><td>8,200<br>枚<td></table>
      <ul><li>甲<li>乙</ul><pre>一
  二</pre><ruby>霧<rp>(</rp><rt>きり</rt><rp>)</rp></ruby>が出る</body></html>"""
    extracted = read(tmp_path, page)
    assert extracted.text == (
        "お知らせ一覧\n\n防災計画\n\n一つ目の段落と link to here。\n次の行。\n\n塊\n\n段落\n\n尾\n\n備蓄\n\n表1\n\n"
        "品目 | 目標\n毛布 大 | 8,200 枚\n\n甲\n\n乙\n\n一\n二\n\n霧が出る"
    )
    assert [(level, title) for _, level, title in extracted.headings] == [
        (0, "お知らせ一覧"),
        (1, "防災計画"),
        (2, "備蓄"),
    ]


def test_what_is_not_seen_is_left_out_and_what_follows_it_is_not(tmp_path: Path) -> None:
    unseen = (
        "<script>var a = '<p>script</p>'</script>甲<style>style</style>乙<noscript>丙</noscript>"
        "<template><p>template</p></template>丁<p hidden>hidden</p>戊<p style='display : none'>none</p>己"
        "<!-- comment -->庚<svg><text>svg</text></svg>辛<select><option>choice</select>壬<iframe>frame</iframe>癸"
    )
    assert read(tmp_path, f"<body>{unseen}").text.replace("\n", "") == "甲乙丙丁戊己庚辛壬癸"


def test_a_table_that_arranges_the_page_is_not_taken_for_rows(tmp_path: Path) -> None:
    page = (
        "<table><tr><td><h1>題</h1><p>甲</p></td><td><table><tr><td>一</td><td>二</td></tr></table></td></tr></table>"
    )
    extracted = read(tmp_path, page)
    assert extracted.text == "題\n\n甲\n\n一 | 二"
    assert [title for _, _, title in extracted.headings] == ["題"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc-jp", "utf-16", "iso-2022-jp"])
def test_encodings_are_recognised_whatever_the_page_declares(tmp_path: Path, encoding: str) -> None:
    page = "<meta charset='us-ascii'><p>議事録をご覧ください。</p>"
    assert read(tmp_path, page, encoding).text == "議事録をご覧ください。"


@pytest.mark.parametrize(
    ("declared", "codec", "text"),
    [("iso-8859-1", "cp1252", "Ça coûte 5 €"), ("GBK", "gbk", "会议记录"), ("euc-kr", "cp949", "회의록입니다")],
)
def test_declared_encodings_of_other_languages(tmp_path: Path, declared: str, codec: str, text: str) -> None:
    page = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}"><p>{text}</p>'
    assert read(tmp_path, page, codec).text == text


def test_thousands_of_unclosed_elements(tmp_path: Path) -> None:
    assert read(tmp_path, "<body>" + "<font>" * 1500 + "深い").text == "深い"
    with pytest.raises(Unreadable) as refusal:
        read(tmp_path, "<body>前" + "<div>" * 5000 + "深い")
    assert refusal.value.code == "damaged"


def test_a_page_of_scripts_is_refused(tmp_path: Path) -> None:
    for page in ("<script>a()</script>", "<html></html>", "<!-- x -->"):
        with pytest.raises(Unreadable) as refusal:
            read(tmp_path, page)
        assert refusal.value.code == "no_text"


MENU = "".join(
    f"<li><a href='/{number}'>{word}</a>" for number, word in enumerate(("くらし", "市政情報", "観光", "窓口"))
)
ARTICLE = (
    "<h1>水道料金の改定について</h1><p>市は、十月から水道料金を平均で一割引き上げることを決定した。</p>"
    "<p>老朽化した配水管の更新に約八十億円が必要となるためである。</p>"
    "<table><tr><th>口径<th>料金<tr><td>13mm<td>1,200円</table>"
    "<h2>様式</h2><ul><li><a href='a.pdf'>減免申請書（PDF）</a></ul><p>担当"
    "<p>水道課　電話：0123-45-6789<img alt='庁舎の地図'>"
)
READ = (
    "水道料金の改定について\n\n市は、十月から水道料金を平均で一割引き上げることを決定した。\n\n"
    "老朽化した配水管の更新に約八十億円が必要となるためである。\n\n口径 | 料金\n13mm | 1,200円\n\n様式\n\n"
    "減免申請書（PDF）\n\n担当\n\n水道課　電話：0123-45-6789庁舎の地図"
)


@pytest.mark.parametrize(
    "page",
    [
        f"<header><nav><ul>{MENU}</ul></nav></header><main>{ARTICLE}</main><aside><ul>{MENU}</ul></aside><footer>©"
        "</footer>",
        f"<div id='gnavi'><ul>{MENU}</ul></div><div class='topicPath pankuzu'>トップ＞水道</div><div id='contents'>"
        f"{ARTICLE}</div><div id='footer'><p>霧ヶ原市役所</p></div>",
        f"<div role='navigation'>{MENU}</div><table><tr><td class='side-menu'><ul>{MENU}</ul><td>{ARTICLE}</table>",
    ],
)
def test_menus_are_left_out_and_said(tmp_path: Path, page: str) -> None:
    extracted = read(tmp_path, f"<!DOCTYPE html><html lang='ja'><body>{page}")
    assert extracted.text == READ
    assert [omission.kind for omission in extracted.omissions] == [OmissionKind.MENUS]


def test_a_page_that_is_no_article_is_kept_whole(tmp_path: Path) -> None:
    page = "<h1>リンク集</h1><ul>" + "".join(f"<li><a href='{n}'>第{n}回会議</a>" for n in range(5)) + "</ul>"
    assert read(tmp_path, page).text.count("回会議") == 5


@pytest.mark.parametrize(
    ("lists", "numbers"),
    [
        ("<ol><li>甲<li>乙</ol>", "1. 甲 2. 乙"),
        ("<ol start=3><li>甲<li value=7>乙<li>丙</ol>", "3. 甲 7. 乙 8. 丙"),
        ("<ol reversed><li>甲<li>乙</ol>", "2. 甲 1. 乙"),
        ("<ol type=a><li>甲<li>乙</ol><ol type=I start=4><li>丙</ol>", "a. 甲 b. 乙 IV. 丙"),
        ("<ol type=ア><li>甲<li value=7>乙</ol>", "ア、甲 キ、乙"),
        ("<ol style='list-style-type:katakana'><li>甲<li>乙</ol>", "ア、甲 イ、乙"),
        ("<ol style='list-style: inside hiragana-iroha'><li>甲<li>乙</ol>", "い、甲 ろ、乙"),
        (
            "<style>ol.k > li { list-style-type: cjk-ideographic }</style><ol class=k start=9><li>甲<li>乙</ol>",
            "九、甲 十、乙",
        ),
        ("<ol style='list-style:none'><li>甲</ol><ul><li>乙</ul>", "甲 乙"),
        ("<ol><li><p>甲</p><ol type=i><li>乙</ol><li>丙</ol>", "1. 甲 i. 乙 2. 丙"),
        ("<table><tr><td>題<td><ol><li>甲<li>乙</ol></table>", "題 | 1. 甲 2. 乙"),
    ],
)
def test_items_have_the_numbers_that_browsers_show(tmp_path: Path, lists: str, numbers: str) -> None:
    assert " ".join(read(tmp_path, lists).text.split()) == numbers


def test_what_is_not_text_is_said(tmp_path: Path) -> None:
    page = (
        "<p>本文<img src=a><img src=b alt=''><iframe src=c></iframe><video src=d></video><p style='display:none'>案</p>"
    )
    assert read(tmp_path, page).omissions == [
        Omission(kind=kind, count=1)
        for kind in (OmissionKind.PICTURES, OmissionKind.FRAMES, OmissionKind.RECORDINGS, OmissionKind.HIDDEN_TEXT)
    ]


def test_a_page_of_frames_is_refused(tmp_path: Path) -> None:
    page = "<html><frameset cols='20%,*'><frame src=a.html><noframes><body>枠が必要です</body></noframes>"
    with pytest.raises(Unreadable) as refusal:
        read(tmp_path, page)
    assert refusal.value.code == "only_frames"


def test_a_declared_encoding_counts(tmp_path: Path) -> None:
    assert read(tmp_path, "<meta charset='iso-8859-2'><p>Zápis ze schůze", "iso-8859-2").text == "Zápis ze schůze"
