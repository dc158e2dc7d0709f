"""No kind is named outside of its own file: what depends on kinds follows from the registry or from their constants."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from tasks_app import job_types as package
from tasks_app.queues import QUEUES
from tasks_app.registry import job_types

KINDS_FOLDER = Path(next(iter(package.__path__)))
PRODUCT = KINDS_FOLDER.parent
KINDS = frozenset(path.stem for path in KINDS_FOLDER.glob("[a-z]*.py"))
"""A kind is named like its file."""

LEFT_OUT = ("job_types", "migrations", "benches")
OTHER_MEANINGS = {
    *QUEUES,
    *(model._meta.model_name for model in apps.get_models()),
    *(field.name for model in apps.get_models() for field in model._meta.get_fields()),
}
"""Names of queues, models and columns: a kind that shares one is looked for where a kind is meant."""

MEANT = frozenset({"kind", "kinds", "kind__in"})
"""What a kind is given to, by name."""


def sources(*words: str) -> Iterator[tuple[Path, ast.Module]]:
    """The files that hold one of the words."""
    for path in sorted(PRODUCT.rglob("*.py")):
        text = path.read_text("utf-8")
        if path.relative_to(PRODUCT).parts[0] not in LEFT_OUT and any(word in text for word in words):
            yield path, ast.parse(text)


def positions(trees: list[ast.Module]) -> dict[str, int]:
    """Where functions and methods take a kind, by their name; `self` is not counted."""
    found = {}
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in node.args.args if argument.arg not in ("self", "cls")]
            if "kind" in names:
                found[node.name] = names.index("kind")
    return found


def literals(node: ast.AST | None) -> set[str]:
    """Kinds named in an expression, also in a tuple, list or set of it."""
    match node:
        case ast.Constant(value=str(value)) if value in KINDS:
            return {value}
        case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
            return set().union(*map(literals, elements))
    return set()


def named(target: ast.AST) -> str:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.lower()
    return ""


def meant(node: ast.AST, takes: dict[str, int]) -> set[str]:
    """Kinds named by a literal where a kind is meant."""
    match node:
        case ast.keyword(arg=str(name), value=value) if name in MEANT:
            return literals(value)
        case ast.Assign(targets=[target], value=value) if named(target) in MEANT:
            return literals(value)
        case ast.AnnAssign(target=target, value=value) if named(target) in MEANT:
            return literals(value)
        case ast.Compare(left=left, comparators=others) if any(named(one) in MEANT for one in (left, *others)):
            return set().union(*map(literals, (left, *others)))
        case ast.Call(func=function, args=args) if len(args) > takes.get(named(function), len(args)):
            return literals(args[takes[named(function)]])
        case ast.Subscript(value=value, slice=key) if named(value) == "job_types":
            return literals(key)
    return set()


def found_in(tree: ast.Module, takes: dict[str, int]) -> set[str]:
    anywhere = {name for node in ast.walk(tree) for name in literals(node)} - OTHER_MEANINGS
    return anywhere.union(*(meant(node, takes) for node in ast.walk(tree)))


def test_every_kind_is_named_like_its_file() -> None:
    assert KINDS
    assert set(job_types) >= KINDS


def test_no_kind_is_named_outside_of_its_file() -> None:
    takes = positions([tree for _path, tree in sources("kind: str")])
    assert {"enqueue", "newest"} <= takes.keys()
    found = {
        str(path.relative_to(PRODUCT)): found_in(tree, takes) for path, tree in sources(*(f'"{k}"' for k in KINDS))
    }
    assert found
    assert {path: names for path, names in found.items() if names} == {}


def test_nor_in_a_template_or_a_script() -> None:
    roots = (PRODUCT / "static", PRODUCT.parent / "templates")
    files = [path for root in roots for path in root.rglob("*") if path.suffix in (".html", ".js", ".txt")]
    assert files
    alone = KINDS - OTHER_MEANINGS
    assert alone
    quoted = [(path.name, kind) for path in files for kind in alone if f'"{kind}"' in path.read_text("utf-8")]
    assert quoted == []


@pytest.mark.parametrize(
    "code",
    [
        'verbs.enqueue("source", source)',
        'Job.objects.filter(kind="chat")',
        'Job.objects.filter(kind__in=("chat", other))',
        'kinds = ("minute",)',
        'KIND = "chat"',
        'class A:\n    kind: str = "slides"',
        'job.kind == "transcription"',
        'job_types["source"]',
        'CONTENT, SUMMARY = "agenda_content", "agenda_summary"',
        'Child("agenda_materials", subject)',
    ],
)
def test_the_rule_finds(code: str) -> None:
    assert found_in(ast.parse(code), {"enqueue": 0})


@pytest.mark.parametrize(
    "code",
    ['deck = {"slides": []}', 'fields = ("document_check", "context")', '_("source")', 'Queue(name="chat")'],
)
def test_the_rule_leaves_alone(code: str) -> None:
    assert not found_in(ast.parse(code), {"enqueue": 0})
