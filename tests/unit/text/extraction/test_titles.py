"""What a document calls itself."""

from pathlib import Path

import pytest

from tasks_app.text.extraction import file_formats
from tasks_app.text.extraction.common.titles import as_title, of_first_line
from tests.unit.text.extraction.builders import LIMITS, drawn, shown, stored, with_entries


def title(folder: Path, content: bytes, extension: str) -> str:
    return file_formats.read(stored(folder, content), extension, LIMITS).title


@pytest.mark.parametrize(
    "text", ["霧ヶ原市防災計画", "Annual report 2026", "第３回定例会 会議録", "Document handling rules"]
)
def test_headings_are_titles(text: str) -> None:
    assert as_title(f" {text}\n") == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "1", "- 3 -", "2026.11.27", "無題", "無題 1", "Untitled", "名称未設定", "Document1", "新規ドキュメント"),
        *(
            "Microsoft Word - 計画書.doc",
            "計画書.docx",
            "C:\\work\\a",
            "https://example.org/",
            "PowerPoint プレゼンテーション",
        ),
        *("目次", "Contents", "Š¿gû0nvîv„0’y:0Y0", "あ" * 200),
    ],
)
def test_what_programs_write_is_no_title(text: str) -> None:
    assert as_title(text) == ""


def test_a_first_line_that_stands_apart_is_a_title() -> None:
    assert of_first_line("\n　令和八年度の予算\n\n本文。\n") == "令和八年度の予算"
    for text in ("令和八年度の予算\n本文。", "これは本文である。\n\n次の段落。", "一行だけ", "長" * 61 + "\n\n本文"):
        assert of_first_line(text) == ""


def test_formats_say_their_titles(tmp_path: Path) -> None:
    assert title(tmp_path, "# 計画\n\n## 目的\n".encode(), ".md") == "計画"
    assert title(tmp_path, "<title>計画｜霧ヶ原市</title><h1>防災計画</h1><p>本文".encode(), ".html") == "防災計画"
    assert title(tmp_path, "<title>計画</title><p>本文".encode(), ".html") == "計画"
    assert title(tmp_path, "計画\n\n甲,乙\n".encode(), ".csv") == ""


@pytest.mark.parametrize("noted", ["無題", "防災計画（案）"])
def test_the_headline_of_a_pdf_is_its_title_unless_its_properties_name_one_that_it_shows(
    tmp_path: Path, noted: str
) -> None:
    lines = [shown("資料１", y=740), shown("霧ヶ原市", y=700, size=20), shown("防災計画", y=670, size=20)]
    text = [shown(text, y=620 - 20 * place) for place, text in enumerate(("防災計画（案）を示す。", "本文である。"))]
    properties = b"<< /Title <%s> >>" % noted.encode("utf-16").hex().encode()
    content = with_entries(drawn(b"\n".join(lines + text)), {}, [properties])
    content = content.replace(b"/Root 1 0 R", b"/Root 1 0 R /Info 6 0 R")
    assert title(tmp_path, content, ".pdf") == ("霧ヶ原市防災計画" if noted == "無題" else noted)
