"""Whether the project's English has no misspellings and none of the words that CONTRIBUTING.md rules out."""

import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator, Sequence
from pathlib import Path

from launcher.home import PROJECT

BANNED = PROJECT / "launcher" / "banned_words.txt"
"""A line for each: the words, a colon, what to write instead. Known words of codespell are in project_words.txt."""

PATTERNS = ("*.md", "*.py", "*.html", "*.js", "*.ts", "*.css", "*.yml", "*.yaml", "*.toml", "*.in", "*.po", "*.example")
FOLDERS = ("bin", ".ci", "Dockerfile", "tasks_app/prompts")
BETWEEN_WORDS = r"[\s#*\"]+"
"""Words of one phrase may be on two lines of a comment, a list or a catalogue."""

CODE = {
    ".md": r"```.*?^```|`[^`\n]*`|\]\([^)\s]*\)",
    ".html": r"\{\{.*?\}\}|<script.*?</script>",
    ".po": r"^#.*?$|^msgstr.*?(?=^$)",
}
"""What is no prose in a file of this type."""


def main() -> int:
    """0 if nothing is wrong; else what is wrong is printed, a line each."""
    names = tracked()
    problems = [*misspelled(names), *(f"{name}:{problem}" for name in names for problem in banned_in(PROJECT / name))]
    print("\n".join(problems))
    return 1 if problems else 0


def tracked() -> list[str]:
    """The names of the project's files that hold English, new ones included."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *PATTERNS, *FOLDERS]
    listed = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    return [name for name in sorted(set(listed.split("\0"))) if (PROJECT / name).is_file()]


def misspelled(names: Sequence[str]) -> list[str]:
    """What codespell finds, by its settings in pyproject.toml."""
    command = [sys.executable, "-m", "codespell_lib", *names]
    return subprocess.run(command, cwd=PROJECT, check=False, capture_output=True, text=True).stdout.splitlines()


def banned_in(path: Path) -> Iterator[str]:
    """Every banned word in the prose of a file, after the number of its line."""
    text = prose(path)
    for phrase, instead in _banned_words():
        for found in re.finditer(rf"\b{BETWEEN_WORDS.join(phrase.split())}\b", text, re.IGNORECASE):
            line = text.count("\n", 0, found.start()) + 1
            yield f'{line}: "{phrase}": write {instead}'


def prose(path: Path) -> str:
    """The text of a file with its code blanked out, so that every word keeps its line."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return _comments_and_strings(text)
    pattern = CODE.get(path.suffix)
    return re.sub(pattern, _blank, text, flags=re.MULTILINE | re.DOTALL) if pattern else text


def _banned_words() -> Iterator[tuple[str, str]]:
    for line in BANNED.read_text("utf-8").splitlines():
        phrase, colon, instead = line.partition(": ")
        if colon and not line.startswith("#"):
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
