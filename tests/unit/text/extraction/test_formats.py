"""Each format read in this process: what comes out, and each way a file is refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from tasks_app.text.extraction import file_formats
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tests.unit.text.extraction.builders import LIMITS, archive, drawn, encrypted, pdf, stored
from tests.unit.text.extraction.hostile import office, parts

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def macros(kind: str, main_type: bytes) -> bytes:
    """An Office file that says of itself that it has macros."""
    found = parts(office(kind))
    types = found["[Content_Types].xml"]
    with_macros = types.replace(main_type, b"vnd.ms-word.document.macroEnabled.main")
    assert with_macros != types
    return archive({**found, "[Content_Types].xml": with_macros})


def read(folder: Path, content: bytes, extension: str, limits: ExtractionLimits = LIMITS) -> Extracted:
    return file_formats.read(stored(folder, content), extension, limits)


def refused(folder: Path, content: bytes, extension: str, limits: ExtractionLimits = LIMITS) -> str:
    with pytest.raises(Unreadable) as refusal:
        read(folder, content, extension, limits)
    return refusal.value.code


def test_text_is_decoded_and_its_line_ends_made_plain(tmp_path: Path) -> None:
    assert read(tmp_path, "議事録\r\n本文\r\n".encode("cp932"), ".txt") == Extracted(
        text="議事録\n本文\n", encoding="cp932"
    )


def test_stray_nuls_are_dropped(tmp_path: Path) -> None:
    assert read(tmp_path, ("議事録です。" * 40).encode() + b"\0", ".txt").text == "議事録です。" * 40


def test_markdown_keeps_its_text_and_finds_headings(tmp_path: Path) -> None:
    text = (
        "# 公募要領 #\n\n前文\n----\n```\n# これは違う\n```\n#タグ\n## 　対象  \n"
        "- 項目\n---\n| 表 |\n|---|\n\n結び\n===\n"
    )
    extracted = read(tmp_path, text.encode(), ".md")
    assert extracted.text == text
    assert extracted.headings == [
        (0, 1, "公募要領"),
        (text.index("前文"), 2, "前文"),
        (text.index("## 　対象"), 2, "対象"),
        (text.index("結び"), 1, "結び"),
    ]


def test_pages_of_a_pdf_cover_its_text(tmp_path: Path) -> None:
    extracted = read(tmp_path, pdf("調査の目的を示す。", "", "今後の進め方"), ".pdf")
    assert [extracted.text[start:end].strip() for _, start, end in extracted.pages] == [
        "調査の目的を示す。",
        "",
        "今後の進め方",
    ]
    assert [number for number, _, _ in extracted.pages] == [1, 2, 3]
    assert [start for _, start, _ in extracted.pages[1:]] == [end for _, _, end in extracted.pages[:-1]]
    assert extracted.pages[-1][2] == len(extracted.text)


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_pdf_with_a_password_is_refused_and_one_that_only_forbids_printing_is_read(
    tmp_path: Path, algorithm: str
) -> None:
    assert refused(tmp_path, encrypted(pdf("目的"), "secret", algorithm), ".pdf") == "encrypted"
    assert "目的" in read(tmp_path, encrypted(pdf("目的"), "", algorithm), ".pdf").text


def test_padding_after_the_end_of_a_pdf_does_no_harm(tmp_path: Path) -> None:
    assert "目的" in read(tmp_path, pdf("目的") + bytes(5000), ".pdf").text


@pytest.mark.parametrize(
    ("content", "extension", "code"),
    [
        (b"", ".txt", "empty_file"),
        (b"", ".pdf", "empty_file"),
        (b"text", ".doc", "unknown_format"),
        (b"text", "", "unknown_format"),
        (b" \r\n\t", ".txt", "no_text"),
        ("　\n".encode(), ".md", "no_text"),
        (b"text", ".pdf", "not_as_named"),
        (b"text", ".docx", "not_as_named"),
        (PNG, ".txt", "not_as_named"),
        (PNG, ".pdf", "not_as_named"),
        (pdf("目的"), ".txt", "not_as_named"),
        (pdf("目的"), ".docx", "not_as_named"),
        (archive({"a.txt": b"a"}), ".docx", "not_as_named"),
        (OLE, ".docx", "not_as_named"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), ".docx", "encrypted"),
        (OLE + "DRMEncryptedTransform EncryptedPackage".encode("utf-16-le"), ".pptx", "rights_managed"),
        (OLE + "WordDocument".encode("utf-16-le"), ".docx", "old_format"),
        (OLE + "Workbook".encode("utf-16-le"), ".csv", "old_format"),
        (macros("docx", b"vnd.openxmlformats-officedocument.wordprocessingml.document.main"), ".docx", "with_macros"),
        (macros("docx", b"vnd.openxmlformats-officedocument.wordprocessingml.document.main"), ".xlsx", "not_as_named"),
        (archive({"mimetype": b"application/vnd.oasis.opendocument.text"}), ".docx", "not_as_named"),
        (bytes(range(1, 32)) * 100, ".txt", "not_text"),
        (b"a\0b\0c\0" * 50, ".txt", "not_text"),
        (b"%PDF-1.5\nnothing here\n%%EOF", ".pdf", "damaged"),
        (drawn(b"", b"q Q"), ".pdf", "no_text"),
        (pdf("調査の目的").replace(b"[5 0 R]", b"[(xxx)]"), ".pdf", "damaged"),
        (archive({"word/document.xml": b"a"})[:-30], ".docx", "damaged"),
        (archive({"word/document.xml": b"<a>"}), ".docx", "damaged"),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, content: bytes, extension: str, code: str) -> None:
    assert refused(tmp_path, content, extension) == code


def test_a_zip_with_a_byte_wrong_is_damaged(tmp_path: Path) -> None:
    content = bytearray(archive({"word/document.xml": b"x" * 500}, compression=0))
    content[100] ^= 0xFF
    assert refused(tmp_path, bytes(content), ".docx") == "damaged"


def test_limits_of_length(tmp_path: Path) -> None:
    few = replace(LIMITS, characters=100, pages=2)
    assert refused(tmp_path, ("あ" * 101).encode(), ".txt", few) == "too_many_characters"
    assert refused(tmp_path, b"a" * 1000, ".txt", few) == "too_many_characters"
    assert refused(tmp_path, pdf("あ" * 60, "あ" * 60), ".pdf", few) == "too_many_characters"
    assert refused(tmp_path, pdf("あ", "い", "う"), ".pdf", few) == "too_many_pages"


def test_limits_of_archives(tmp_path: Path) -> None:
    many = archive({f"{number}": b"" for number in range(101)})
    assert refused(tmp_path, many, ".docx") == "archive_too_large"
    large = archive({"word/document.xml": b"\0" * (9 * 1024**2)}, compression=0)
    assert refused(tmp_path, large, ".docx") == "archive_too_large"
    bomb = archive({"word/document.xml": b"\0" * (6 * 1024**2)})
    assert refused(tmp_path, bomb, ".docx") == "archive_too_large"


def test_a_zip_that_lies_about_its_sizes_is_not_believed(tmp_path: Path) -> None:
    content = archive({"word/document.xml": b"\0" * (6 * 1024**2)})
    lying = content.replace((6 * 1024**2).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != content
    assert refused(tmp_path, lying, ".docx") == "damaged"
