"""The table of bin/up --once."""

from pathlib import Path

from launcher import report


def _job(title: str, **more: object) -> dict[str, object]:
    return {
        "kind": "source",
        "title": title,
        "state": "succeeded",
        "seconds": 1.25,
        "attempts": 1,
        "error": "",
        "outputs": {"chunks": 3, "pages": 1},
        **more,
    }


def test_columns_line_up_when_characters_are_two_cells_wide() -> None:
    jobs = [
        _job("会議録"),
        _job("memo"),
        _job("x", state="failed", seconds=None, error="No text.", outputs={}),
    ]
    assert report.table(jobs).splitlines() == [
        "kind    title   state      seconds  attempts  what came out",
        "source  会議録  succeeded  1.2      1         chunks 3, pages 1",
        "source  memo    succeeded  1.2      1         chunks 3, pages 1",
        "source  x       failed              1         No text.",
    ]


def test_a_report_that_was_never_written_is_no_success(tmp_path: Path) -> None:
    assert report.read(tmp_path / "report.json") == {"jobs": [], "ok": False}
