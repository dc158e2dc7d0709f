"""Reading documents, compared with independent readers where they are installed.

Every file of the folder is read by the project and by each of pdftotext, pandoc and LibreOffice that knows its format.
What is compared are the bigrams of characters, without space and in the folded form. A file NAME.right (UTF-8) beside
a file NAME says what is right; every reader is then compared with it. Otherwise the project is compared with each
reader, and the best agreement counts. A reader that gets nothing out of a file is left out.

Seconds per MB are those of reading alone: the start of a process, which is the time for showing its version, is not
counted.
"""

import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from benchmarks.support.report import Aim, Report
from tasks_app.errors import PermanentError
from tasks_app.stages.documents import reader_process
from tasks_app.stages.documents.confined_process import ConfinedProcess
from tasks_app.stages.documents.error_messages import error_message
from tasks_app.text.extraction.common.confined import INPUT
from tasks_app.text.extraction.file_formats import READERS, extension_of
from tasks_app.text.japanese.folding import squeeze

RECALL, PRECISION, TIMES_SLOWER = 0.98, 0.97, 2.0
SECONDS = 120
OURS = ConfinedProcess(module="benchmarks.support.timed_reading", error=error_message)

Say = Callable[[str], None]
Bigrams = Counter[str]


@dataclass(frozen=True, kw_only=True)
class IndependentReader:
    """`command` writes the text of `{file}` to stdout, or to a file in `{folder}`."""

    program: str
    command: Sequence[str]
    extensions: frozenset[str]
    version: str = "--version"

    def read(self, path: Path) -> str:
        """Empty where it fails."""
        with TemporaryDirectory() as folder:
            words = [word.format(file=path, folder=folder) for word in self.command]
            try:
                done = subprocess.run([self.program, *words], capture_output=True, timeout=SECONDS, check=False)
            except subprocess.TimeoutExpired:
                return ""
            written = sorted(Path(folder).glob("*.txt")) + sorted(Path(folder).glob("*.csv"))
            content = written[0].read_bytes() if written else done.stdout
        return content.decode("utf-8", "replace")

    def start_seconds(self) -> float:
        started = perf_counter()
        subprocess.run([self.program, self.version], capture_output=True, timeout=SECONDS, check=False)
        return perf_counter() - started


READERS_BESIDE = (
    IndependentReader(program="pdftotext", command=("-q", "{file}", "-"), extensions=frozenset({".pdf"}), version="-v"),
    IndependentReader(
        program="pandoc",
        command=("--to=plain", "--wrap=none", "{file}"),
        extensions=frozenset({".docx", ".html", ".htm", ".md"}),
    ),
    IndependentReader(
        program="soffice",
        command=("--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", "{folder}", "{file}"),
        extensions=frozenset({".docx", ".html", ".htm"}),
    ),
    IndependentReader(
        program="soffice",
        command=(
            *(
                "--headless",
                "--convert-to",
                "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
            ),
            *("--outdir", "{folder}", "{file}"),
        ),
        extensions=frozenset({".xlsx", ".csv"}),
    ),
)


@dataclass
class Agreement:
    """Sums over the files of one format: bigrams, bytes, seconds."""

    files: int = 0
    expected: int = 0
    found: int = 0
    common: int = 0
    bytes: int = 0
    seconds: float = 0.0
    refused: list[str] = field(default_factory=list)

    def add(self, found: Bigrams, expected: Bigrams) -> None:
        self.expected += expected.total()
        self.found += found.total()
        self.common += (found & expected).total()

    @property
    def recall(self) -> float | None:
        return self.common / self.expected if self.expected else None

    @property
    def precision(self) -> float | None:
        return self.common / self.found if self.found else None

    @property
    def seconds_per_mb(self) -> float | None:
        return self.seconds / (self.bytes / 1e6) if self.bytes else None

    def row(self) -> dict[str, Any]:
        return {
            "files": self.files,
            "recall": self.recall,
            "precision": self.precision,
            "s/MB": self.seconds_per_mb,
            "refused": " ".join(self.refused),
        }


def run(folder: Path, say: Say) -> Report:
    """Raises FileNotFoundError where the folder has no file that can be read."""
    files = sorted(path for path in folder.iterdir() if extension_of(path.name) in READERS)
    if not files:
        raise FileNotFoundError(f"no document in {folder}")
    rows: dict[str, dict[str, Any]] = {}
    aims: list[Aim] = []
    for extension in sorted({extension_of(path.name) for path in files}):
        some = [path for path in files if extension_of(path.name) == extension]
        say(f"{extension}: {len(some)} files")
        measured = _Format(extension, some)
        rows |= measured.rows()
        aims += measured.aims()
    return Report(bench="extraction", aims=aims, rows=rows)


class _Format:
    """All readers over the files of one format."""

    def __init__(self, extension: str, files: Sequence[Path]) -> None:
        self.extension = extension
        known = [reader for reader in READERS_BESIDE if extension in reader.extensions]
        self.absent = [reader.program for reader in known if not shutil.which(reader.program)]
        self.beside = {reader.program: reader for reader in known if shutil.which(reader.program)}
        self.starts = {name: reader.start_seconds() for name, reader in self.beside.items()}
        self.ours = Agreement()
        self.theirs = {name: Agreement() for name in self.beside}
        self.able: set[str] = set()
        self.has_answers = any(_answer(path) is not None for path in files)
        for path in files:
            self._read(path)

    def _read(self, path: Path) -> None:
        text, seconds = _by_us(path, self.extension)
        if text is None:
            self.ours.refused.append(path.name)
        _count(self.ours, path, seconds)
        ours = _bigrams(text or "")
        others = {name: self._by(name, path) for name in self.beside}
        answer = _answer(path)
        if answer is not None:
            self.ours.add(ours, answer)
            for name, found in others.items():
                self.theirs[name].add(found, answer)
        elif not self.has_answers and (held := [found for found in others.values() if found]):
            self.ours.add(ours, max(held, key=lambda found: _likeness(ours, found)))

    def _by(self, name: str, path: Path) -> Bigrams:
        started = perf_counter()
        text = self.beside[name].read(path)
        _count(self.theirs[name], path, max(0.0, perf_counter() - started - self.starts[name]))
        if text.strip():
            self.able.add(name)
        return _bigrams(text)

    def rows(self) -> dict[str, dict[str, Any]]:
        theirs = {f"{self.extension} {name}": agreement.row() for name, agreement in self.theirs.items()}
        return {f"{self.extension} ours": self.ours.row(), **theirs}

    def aims(self) -> list[Aim]:
        unable = [f"{name} got nothing" for name in self.beside if name not in self.able]
        why = ", ".join([*(f"{name} is not installed" for name in self.absent), *unable])
        if not self.able and not self.has_answers:
            nothing = why or "no independent reader knows the format"
            return [Aim(what=f"{self.extension} beside others", aim="-", value=None, holds=True, why=nothing)]
        best_recall = max((other.recall or 0.0 for other in self.theirs.values()), default=0.0)
        best_precision = max((other.precision or 0.0 for other in self.theirs.values()), default=0.0)
        relative = self.has_answers and self.theirs
        fastest = min((other.seconds for name, other in self.theirs.items() if name in self.able), default=None)
        return [
            _aim(f"{self.extension} recall", RECALL * (best_recall if relative else 1.0), self.ours.recall, why),
            _aim(
                f"{self.extension} precision",
                PRECISION * (best_precision if relative else 1.0),
                self.ours.precision,
                why,
            ),
            *(self._time_aim(fastest) if fastest else []),
        ]

    def _time_aim(self, fastest: float) -> list[Aim]:
        times = self.ours.seconds / fastest
        what = f"{self.extension} times the fastest reader's seconds"
        return [Aim(what=what, aim=f"<= {TIMES_SLOWER}", value=round(times, 2), holds=times <= TIMES_SLOWER)]


def _aim(what: str, least: float, value: float | None, why: str) -> Aim:
    holds = value is None or value >= least
    return Aim(what=what, aim=f">= {least:.3f}", value=None if value is None else round(value, 3), holds=holds, why=why)


def _by_us(path: Path, extension: str) -> tuple[str | None, float]:
    """The text, None where the file is refused, and the seconds that reading it took."""
    with TemporaryDirectory() as folder:
        shutil.copyfile(path, Path(folder) / INPUT)
        wish = {"extension": extension, "limits": asdict(reader_process.limits())}
        try:
            answer = OURS.ask(Path(folder), wish)
        except PermanentError:
            return None, 0.0
    return str(answer["text"]), float(answer["seconds"])


def _count(agreement: Agreement, path: Path, seconds: float) -> None:
    agreement.files += 1
    agreement.bytes += path.stat().st_size
    agreement.seconds += seconds


def _answer(path: Path) -> Bigrams | None:
    right = path.with_name(f"{path.name}.right")
    return _bigrams(right.read_text("utf-8")) if right.is_file() else None


def _bigrams(text: str) -> Bigrams:
    letters = squeeze(text)
    return Counter(map("".join, pairwise(letters)))


def _likeness(one: Bigrams, other: Bigrams) -> float:
    return 2 * (one & other).total() / max(1, one.total() + other.total())
