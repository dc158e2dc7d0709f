"""Whether the project's English has no misspellings and none of the words that CONTRIBUTING.md rules out."""

import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator, Sequence
from pathlib import Path

from launcher.checkout.home import PROJECT
from launcher.testing.translations import SKIPPED

BANNED = PROJECT / "launcher" / "testing" / "banned_words.txt"
"""A regular expression per line, a tab, what to write instead."""

PATTERNS = ("*.md", "*.py", "*.html", "*.js", "*.ts", "*.css", "*.yml", "*.yaml", "*.toml", "*.in", "*.po", "*.example")
FOLDERS = ("bin", ".ci", "Dockerfile", "tasks_app/prompts")
EXAMPLES = ":(exclude)tests/unit/launcher/test_spelling.py"
"""The test of this check contains mistakes on purpose."""

CATALOGUE = ".po"
BETWEEN_WORDS = r"[\s#*\"]+"
"""Words of one phrase may be on two lines of a comment, a list or a catalogue."""

NAMES = ("/anew/", "anew/", "go on", "told")
"""Strings in Python that are not prose: an address of the console, the command of the tests' probe, a field's name."""

CODE = {
    ".py": rf"[\"'`{{](?:{'|'.join(NAMES)})[\"'`}}]",
    ".md": r"```.*?^```|`[^`\n]*`|\]\([^)\s]*\)",
    ".html": r"\{\{.*?\}\}|<script.*?</script>",
    CATALOGUE: r"^#.*?$|^msgstr.*?(?=^$)",
}
"""What is not prose in a file of this type."""


def main() -> int:
    """0 if nothing is wrong, SKIPPED without a git checkout; what is wrong is printed, a line each."""
    if not (PROJECT / ".git").exists():
        print("This is not a git checkout.")
        return SKIPPED
    names = tracked()
    problems = [*misspelled(names), *(f"{name}:{problem}" for name in names for problem in banned_in(PROJECT / name))]
    print("\n".join(problems))
    return 1 if problems else 0


def tracked() -> list[str]:
    """The names of the project's files that hold English, new ones included."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"]
    selection = [*PATTERNS, *FOLDERS, EXAMPLES]
    listed = subprocess.run([*command, *selection], cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    return [name for name in sorted(set(listed.split("\0"))) if (PROJECT / name).is_file()]


def misspelled(names: Sequence[str]) -> list[str]:
    """What codespell finds with its settings in pyproject.toml, or why it could not look."""
    command = [sys.executable, "-m", "codespell_lib", *names]
    done = subprocess.run(command, cwd=PROJECT, check=False, capture_output=True, text=True)
    return (done.stdout or done.stderr).splitlines() if done.returncode else []


def banned_in(path: Path) -> Iterator[str]:
    """Every banned word in the prose of a file, after the number of its line."""
    text = prose(path)
    for pattern, instead in _banned_words():
        for found in pattern.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield f'{line}: "{" ".join(found[0].split())}": write {instead}'
    if path.suffix == CATALOGUE:
        yield from _banned_japanese(path.read_text("utf-8"))


def prose(path: Path) -> str:
    """The text of a file with its code blanked out, so that every word keeps its line."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        text = _comments_and_strings(text)
    pattern = CODE.get(path.suffix)
    return re.sub(pattern, _blank, text, flags=re.MULTILINE | re.DOTALL) if pattern else text


def _banned_japanese(catalogue: str) -> Iterator[str]:
    lists = [(phrase, instead) for phrase, instead in _listed() if not phrase.isascii()]
    for number, line in enumerate(catalogue.splitlines(), 1):
        yield from (f"{number}: {phrase}: write {instead}" for phrase, instead in lists if phrase in line)


def _banned_words() -> Iterator[tuple[re.Pattern[str], str]]:
    for phrase, instead in _listed():
        if phrase.isascii():
            yield re.compile(rf"\b(?:{phrase.replace(' ', BETWEEN_WORDS)})\b", re.IGNORECASE), instead


def _listed() -> Iterator[tuple[str, str]]:
    for line in BANNED.read_text("utf-8").splitlines():
        phrase, tab, instead = line.partition("\t")
        if tab and not line.startswith("#"):
            yield phrase, instead


def _comments_and_strings(source: str) -> str:
    kept = ["" for _line in source.splitlines()]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in {tokenize.COMMENT, tokenize.STRING}:
            for number, part in enumerate(token.string.split("\n"), token.start[0] - 1):
                kept[number] += f"{part} "
    return "\n".join(kept)


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


if __name__ == "__main__":
    sys.exit(main())
