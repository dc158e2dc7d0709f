"""Web pages: what is seen of them, and nothing else."""

from pathlib import Path

import pytest

from tasks_app.text.extraction import file_formats
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
        "<script>var a = '<p>script</p>'</script>甲<style>style</style>乙<noscript>no script</noscript>丙"
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
