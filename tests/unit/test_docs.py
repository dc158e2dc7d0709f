"""The pages under docs/ against the code they describe."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from notebookops import settings as project_settings
from tasks_app import checks
from tasks_app.checks.removed import REMOVED
from tasks_app.models.engine.job import State
from tests.support import env_example

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LAUNCHER_SECTION = "## Additional settings of bin/up"
COMPOSE_SECTION = "## Additional settings of docker compose"

ROW = re.compile(r"^\| `([^`]+)` \| (.+?) \|", re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
VARIABLE = re.compile(r"\$\{(\w+)")
CHECK_ID = re.compile(r"notebookops\.[EIW]\d{3}")


def settings_page() -> tuple[str, str, str]:
    """Its tables of the project's settings, of the launcher's, and of docker compose's."""
    project, _heading, rest = (DOCS / "settings.md").read_text("utf-8").partition(LAUNCHER_SECTION)
    launcher, _heading, compose = rest.partition(COMPOSE_SECTION)
    return project, launcher, compose


def declared_settings() -> dict[str, str]:
    """The default of each variable that settings.py reads, as the page writes it."""
    tree = ast.parse((ROOT / "notebookops" / "settings.py").read_text("utf-8"))
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="env")), args=[ast.Constant(value=str(name))]):
                (default,) = [word.value for word in node.keywords if word.arg == "default"]
                found[name] = written(evaluated(default))
    return found


def evaluated(expression: ast.expr) -> Any:
    """A default's value where nothing is set in the environment."""
    names = {**vars(project_settings), "HTTPS": True}
    return eval(compile(ast.Expression(expression), "settings.py", "eval"), names)  # noqa: S307 - our own source


def written(value: Any) -> str:
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case [] | "":
            return "–"
        case list():
            return f"`{','.join(value)}`"
        case float():
            return f"`{value:.15g}`"
        case _:
            return f"`{value}`".replace(f"{ROOT}/", "")


def test_every_setting_is_described_with_its_default_and_nothing_else() -> None:
    project, _launcher, _compose = settings_page()
    described = ROW.findall(project)
    assert len(described) == len(dict(described)), "a setting is described twice"
    assert dict(described) == declared_settings()


def test_what_was_a_setting_is_none_and_the_changelog_says_what_became_of_it() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert not set(REMOVED) & set(declared_settings())
    assert [name for name in REMOVED if f"`{name}`" not in changelog] == []


def test_the_settings_are_really_found() -> None:
    found = declared_settings()
    assert found["UPLOAD_MAX_BYTES"] == "`52428800`"
    assert found["DEBUG"] == "`false`"
    source = (ROOT / "notebookops" / "settings.py").read_text("utf-8")
    assert len(found) == len(re.findall(r"\benv\.(?!read_env)\w+\(", source))


def test_the_launchers_variables_are_its_own() -> None:
    _project, launcher, _compose = settings_page()
    source = "".join(path.read_text("utf-8") for path in (ROOT / "launcher").rglob("*.py"))
    names = [name for name, _default in ROW.findall(launcher)]
    assert names
    assert [name for name in names if f'"{name}"' not in source] == []
    assert not set(names) & set(declared_settings())


def test_compose_reads_what_is_described_and_nothing_else() -> None:
    _project, _launcher, compose = settings_page()
    source = (ROOT / "docker-compose.yml").read_text("utf-8")
    read = set(VARIABLE.findall(source))
    assert set(dict(ROW.findall(compose))) == read - set(declared_settings())


def test_the_example_of_an_environment_says_the_same_as_the_page() -> None:
    assert env_example.FILE.read_text("utf-8") == env_example.content(), "run python -m tests.support.env_example"


def test_the_example_holds_every_setting_with_its_default() -> None:
    """Read as a program reads it, and not as it was written."""
    lines = re.findall(r"^(#?)(\w+)=(.*)$", env_example.FILE.read_text("utf-8"), re.MULTILINE)
    assert {name for off, name, _value in lines if not off} == env_example.required()
    assert not any(value for off, _name, value in lines if not off), "a secret has no default"
    shown = {name: value or "–" for off, name, value in lines if off}
    expected = {name: default.strip("`") for name, default in declared_settings().items() if name != "SECRET_KEY"}
    assert expected.items() <= shown.items()


def test_every_numbered_check_is_explained_once() -> None:
    folder = Path(checks.__file__).parent
    in_code = [number for path in folder.glob("*.py") for number in CHECK_ID.findall(path.read_text("utf-8"))]
    in_page = [number for number, _rest in ROW.findall((DOCS / "checks.md").read_text("utf-8"))]
    assert in_code
    assert sorted(in_page) == sorted(set(in_code))


def test_checks_named_elsewhere_exist() -> None:
    page = (DOCS / "checks.md").read_text("utf-8")
    known = {number.removeprefix("notebookops.") for number in CHECK_ID.findall(page)}
    named = set(re.findall(r"\b[EIW]\d{3}\b", (DOCS / "settings.md").read_text("utf-8")))
    assert named <= known


def test_the_glossary_knows_every_state_and_verb() -> None:
    page = (DOCS / "glossary.md").read_text("utf-8")
    words = re.findall(r"^\| (\w+) \|", page, re.MULTILINE)
    assert set(State.values) <= set(words)
    verbs = "enqueue dispatch claim renew part checkpoint park release succeed retry requeue fail cancel recover"
    assert set(verbs.split()) <= set(words)
    repeated = {word for word in words if words.count(word) > 1}
    assert repeated <= {"word", "state", "verb"}


@pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    text = CODE.sub("", document.read_text("utf-8"))
    dead = [target for target in LINK.findall(text) if not resolves(document, target)]
    assert dead == []


def resolves(page: Path, target: str) -> bool:
    """Addresses of other sites are not looked up: tests reach nothing but this machine."""
    if re.match(r"[a-z]+:", target):
        return True
    path, _hash, fragment = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    if not file.exists():
        return False
    return not fragment or fragment in anchors(file)


def anchors(page: Path) -> set[str]:
    """The fragments of a page's headings, formed as code hosts form them."""
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(page.read_text("utf-8")))
    return {heading.strip().replace(" ", "-") for heading in kept}


def test_the_map_leads_to_every_page() -> None:
    """Decisions have an index of their own, which the map links."""
    linked = {(DOCS / target).resolve() for target in LINK.findall((DOCS / "README.md").read_text("utf-8"))}
    pages = {path for path in DOCS.rglob("*") if path.suffix in {".md", ".json", ".ts"}}
    indexed = {path for path in (DOCS / "decisions").glob("*.md") if path.name != "README.md"}
    assert pages - indexed - {DOCS / "README.md"} - linked == set()
