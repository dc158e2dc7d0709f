"""The bench that compares what is read with independent readers, or with what is right."""

from pathlib import Path

import pytest

from benchmarks import extraction
from tests.unit.text.extraction.builders import pdf


def test_texts_are_compared_with_what_is_right_and_absent_readers_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, programs = tmp_path / "data", tmp_path / "programs"
    folder.mkdir()
    programs.mkdir()
    reader = programs / "pandoc"
    reader.write_text("#!/bin/sh\necho 水道料金の改定 くらし\n")
    reader.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    (folder / "a.html").write_text("<nav><a href=/>くらし</a></nav><h1>水道料金の改定</h1><p>本文。", "utf-8")
    (folder / "a.html.right").write_text("水道料金の改定\n本文。", "utf-8")
    (folder / "b.pdf").write_bytes(pdf("調査の目的"))
    (folder / "c.pdf").write_bytes(b"%PDF-1.5\n%%EOF")
    report = extraction.run(folder, say=lambda line: None)
    assert (report.rows[".html ours"]["recall"], report.rows[".html ours"]["precision"]) == (1.0, 1.0)
    assert report.rows[".html pandoc"]["recall"] < 1.0
    assert report.rows[".pdf ours"]["refused"] == "c.pdf"
    assert next(aim for aim in report.aims if aim.what == ".pdf beside others").why == "pdftotext is not installed"
    assert all(aim.holds for aim in report.aims if "seconds" not in aim.what)
