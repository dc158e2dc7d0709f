"""Files made to do harm: refused, or read without the harm, and never written anywhere."""

from dataclasses import replace
from pathlib import Path

import pytest

from tasks_app.text.extraction import file_formats
from tasks_app.text.extraction.common.extraction_limits import ExtractionLimits
from tasks_app.text.extraction.common.result import Extracted, Unreadable
from tests.unit.text.extraction import hostile
from tests.unit.text.extraction.builders import LIMITS, archive, stored

KINDS = ("docx", "xlsx", "pptx")
AMPLE = replace(LIMITS, archive_entries=1000, archive_bytes=256 * 1024**2)


def read(folder: Path, content: bytes, kind: str, limits: ExtractionLimits = AMPLE) -> Extracted:
    return file_formats.read(stored(folder, content), f".{kind}", limits)


def refused(folder: Path, content: bytes, kind: str, limits: ExtractionLimits = AMPLE) -> str:
    with pytest.raises(Unreadable) as refusal:
        read(folder, content, kind, limits)
    return refusal.value.code


@pytest.mark.parametrize("kind", KINDS)
def test_zip_bombs_by_ratio_size_and_number(tmp_path: Path, kind: str) -> None:
    assert "本文" in read(tmp_path, hostile.office(kind), kind).text
    assert refused(tmp_path, hostile.bomb(kind), kind) == "archive_too_large"
    small = replace(AMPLE, archive_bytes=1024, archive_ratio=10**6)
    assert refused(tmp_path, hostile.office(kind), kind, small) == "archive_too_large"
    assert refused(tmp_path, hostile.crowded(kind, 1000), kind) == "archive_too_large"


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_in_an_archive_is_not_opened(tmp_path: Path, kind: str) -> None:
    nested = archive({"bomb": bytes(32 * 1024**2)})
    content = archive({**hostile.parts(hostile.office(kind)), "embeddings/inner.zip": nested})
    assert "本文" in read(tmp_path, content, kind).text
    assert refused(tmp_path, archive({f"a.{kind}": hostile.office(kind)}), kind) == "not_as_named"


@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_million_laughs(tmp_path: Path, kind: str) -> None:
    assert refused(tmp_path, hostile.laughing(kind), kind) == "forbidden_declaration"


def test_laughs_in_a_web_page(tmp_path: Path) -> None:
    doctype = '<!DOCTYPE html [\n<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>'
    assert refused(tmp_path, f"{doctype}<p>&b;".encode(), "html") == "forbidden_declaration"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_declaration_is_found_wherever_it_stands(tmp_path: Path, encoding: str) -> None:
    part = (" " * (256 * 1024 - 4) + "<!DOCTYPE x>").encode(encoding)
    content = archive({**hostile.parts(hostile.office("docx")), "word/more.XML": part})
    assert refused(tmp_path, content, "docx") == "forbidden_declaration"


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_unpacked_to_disk(tmp_path: Path, kind: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    assert "本文" in read(tmp_path, hostile.wandering(kind, str(outside)), kind).text
    assert list(outside.iterdir()) == []
    assert {path.name for path in tmp_path.iterdir()} == {"document", "outside"}


@pytest.mark.parametrize("kind", KINDS)
def test_one_kind_of_office_file_under_the_name_of_another(tmp_path: Path, kind: str) -> None:
    for other in KINDS:
        if other != kind:
            assert refused(tmp_path, hostile.office(other), kind) == "not_as_named"


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_cut_off_or_with_a_part_missing_is_damaged(tmp_path: Path, kind: str) -> None:
    content = hostile.office(kind)
    assert refused(tmp_path, content[: len(content) // 2], kind) == "damaged"
    rest = hostile.parts(content)
    del rest[hostile.MAIN_PART[kind]]
    assert refused(tmp_path, archive(rest), kind) == "damaged"


@pytest.mark.parametrize("kind", ["csv", "html", "txt", "md"])
def test_data_that_is_no_text(tmp_path: Path, kind: str) -> None:
    assert refused(tmp_path, bytes(range(1, 32)) * 100, kind) == "not_text"
    assert refused(tmp_path, b"a\0b\0c\0" * 50, kind) == "not_text"
    assert refused(tmp_path, b"\x89PNG\r\n\x1a\n" + bytes(64), kind) == "not_as_named"


@pytest.mark.parametrize("kind", [*KINDS, "csv", "html", "txt"])
def test_characters_that_turn_or_hide_are_taken_out(tmp_path: Path, kind: str) -> None:
    text = "請求書\u202efdp.exe\u2066と\u200b\u00ad見え\U000e0041ない字" + "。" * 300
    content = hostile.office(kind, text) if kind in KINDS else f"{text}\x1b\0\x07".encode()
    assert f"請求書fdp.exeと見えない字{'。' * 300}" in read(tmp_path, content, kind).text
