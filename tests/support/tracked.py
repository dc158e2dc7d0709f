"""The project's own text files, found by walking its folders: a checkout without git is tested as well."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = (".github", "bin", "docs", "launcher", "notebookops", "tasks_app", "templates", "tests")
SUFFIXES = {".md", ".py", ".html", ".js", ".ts", ".yml"}


def texts() -> Iterator[Path]:
    """Prose and code, of the root folder and of FOLDERS."""
    yield from (path for path in sorted(ROOT.iterdir()) if path.suffix in SUFFIXES)
    for folder in FOLDERS:
        yield from (path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in SUFFIXES)
