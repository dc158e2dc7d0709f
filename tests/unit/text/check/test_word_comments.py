"""Word files with comments, read back as Word files."""

import zipfile
from io import BytesIO
from pathlib import Path
from time import monotonic

import docx
import pytest

from tasks_app.stages.documents.reader_process import limits
from tasks_app.text.check.word_comments import WordComment, of_original, of_text
from tasks_app.text.extraction.common.result import Unreadable
from tasks_app.text.extraction.office.documents.word import read

AUTHOR = "Checker"


def comments(content: bytes) -> list[tuple[str, str]]:
    """(what it is about, its words) of each comment, in the order of the document."""
    document = docx.Document(BytesIO(content))
    words = {comment.comment_id: comment.text for comment in document.comments}
    found: list[tuple[str, str]] = []
    open_at: dict[int, str] = {}
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    for element in document.element.body.iter():
        if element.tag == f"{w}commentRangeStart":
            open_at[int(element.get(f"{w}id"))] = ""
        elif element.tag == f"{w}t":
            open_at = {key: text + (element.text or "") for key, text in open_at.items()}
        elif element.tag == f"{w}commentRangeEnd":
            number = int(element.get(f"{w}id"))
            found.append((open_at.pop(number), words[number]))
    return found


def remark(text: str, original: str, words: str = "直す") -> WordComment:
    start = text.index(original)
    return WordComment(start=start, end=start + len(original), words=words)


def test_a_text_becomes_paragraphs_with_comments_at_their_places() -> None:
    text = "第一条\n申請書をを提出する。。\n終わり"
    content = of_text(text, [remark(text, "をを", "「を」にする"), remark(text, "。。")], AUTHOR)
    assert [paragraph.text for paragraph in docx.Document(BytesIO(content)).paragraphs] == text.split("\n")
    assert comments(content) == [("をを", "「を」にする"), ("。。", "直す")]
    assert {comment.author for comment in docx.Document(BytesIO(content)).comments} == {AUTHOR}


def test_pages_begin_on_pages() -> None:
    text = "一頁目\n二頁目\n三頁目"
    content = of_text(text, [], AUTHOR, [[1, 0, 4], [2, 4, 8], [3, 8, 11]])
    breaks = [p.paragraph_format.page_break_before for p in docx.Document(BytesIO(content)).paragraphs]
    assert breaks == [None, True, True]


def test_comments_that_overlap() -> None:
    text = "資料をを見れる。"
    found = comments(of_text(text, [remark(text, text), remark(text, "をを"), remark(text, "を見れる")], AUTHOR))
    assert sorted(original for original, _words in found) == sorted([text, "をを", "を見れる"])


def test_characters_that_xml_cannot_hold() -> None:
    text = "前\x0b後をを"
    content = of_text(text, [WordComment(start=3, end=5, words="\x01直す")], AUTHOR)
    assert comments(content)[0][1] == "直す"


def original(path: Path) -> str:
    document = docx.Document()
    document.add_heading("計画書", 1)
    paragraph = document.add_paragraph("申請書")
    paragraph.add_run("を").bold = True
    paragraph.add_run("を提出する。")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "締切", "4月31日"
    document.add_paragraph("申請書をを受け付ける。")
    document.save(str(path))
    return read(path, limits()).text


def test_an_original_keeps_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "original.docx"
    text = original(path)
    places = [text.index("をを"), text.rindex("をを")]
    remarks = [WordComment(start=at, end=at + 2, words=str(at)) for at in places]
    content = of_original(path, limits(), text, [*remarks, remark(text, "4月31日")], AUTHOR)
    document = docx.Document(BytesIO(content))
    assert [paragraph.text for paragraph in document.paragraphs] == [
        "計画書",
        "申請書をを提出する。",
        "申請書をを受け付ける。",
    ]
    assert [run.text for run in document.paragraphs[1].runs if run.bold] == ["を"]
    assert comments(content) == [("をを", str(places[0])), ("4月31日", "直す"), ("をを", str(places[1]))]


def test_what_is_not_found_again_is_listed_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "original.docx"
    text = original(path) + "\n脚注の誤り"
    content = of_original(path, limits(), text, [remark(text, "脚注の誤り")], AUTHOR)
    assert docx.Document(BytesIO(content)).paragraphs[-1].text == "脚注の誤り"
    assert comments(content) == [("脚注の誤り", "直す")]


def test_a_hostile_original_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 20_000_000)
    with pytest.raises(Unreadable) as refusal:
        of_original(path, limits(), "", [], AUTHOR)
    assert refusal.value.code == "archive_too_large"


def test_hundreds_of_comments_are_quick() -> None:
    text = "申請書をを提出する。\n" * 1000
    places = [at for at in range(len(text)) if text.startswith("をを", at)]
    started = monotonic()
    content = of_text(text, [WordComment(start=at, end=at + 2, words="直す") for at in places], AUTHOR)
    assert monotonic() - started < 30
    assert len(docx.Document(BytesIO(content)).comments) == 1000
