"""Figures have a label in both languages, also rare ones, and values are written for people.

That the figures of samples have one, tests/engine/test_contract.py proves for every kind.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tasks_app.admin.common.figure_labels import WRITERS, figure_label, figure_value
from tasks_app.jobs.transitions import subjects, verbs
from tasks_app.models import Notebook
from tasks_app.registry import job_types
from tasks_app.text.check.rules import BY_ID
from tests.support.attempts import attempt

LABELS = {
    name: label
    for job_type in job_types.values()
    if not str(job_type.samples.__module__).startswith("tests.")
    for name, label in job_type.figure_labels.items()
}
"""Of all kinds but those of tests."""

PACKAGE = Path(subjects.__file__).parents[2]
WRITTEN_IN = ("stages", "job_types", "text/extraction")
SAVING = ("save", "_save", "outputs", "outputs_of", "outputs_of_document")
"""Functions that leave figures behind."""


def declares_labels(node: ast.AST) -> bool:
    match node:
        case ast.AnnAssign(target=ast.Name(id=name)):
            return name.endswith("FIGURE_LABELS")
        case ast.keyword(arg="figure_labels"):
            return True
    return False


def without_labels(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those within a declaration of labels."""
    if declares_labels(tree):
        return
    yield tree
    for child in ast.iter_child_nodes(tree):
        yield from without_labels(child)


def keys(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            yield from (key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))


def left_by(node: ast.AST) -> Iterator[ast.AST]:
    """What becomes figures: of the functions that leave some behind what they return and gather for it, and values."""
    match node:
        case ast.FunctionDef(name=name) if name in SAVING:
            returned = [part for part in ast.walk(node) if isinstance(part, ast.Return)]
            named = {name.id for part in returned for name in ast.walk(part) if isinstance(name, ast.Name)}
            yield from returned
            for part in ast.walk(node):
                match part:
                    case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in named:
                        yield value
                    case ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict() as value) if name in named:
                        yield value
        case ast.Assign(targets=[ast.Name(id="figures" | "left_out")]) | ast.keyword(arg="figures"):
            yield node
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="figures"), attr="update")):
            yield node


def named_in_source() -> Iterator[str]:
    """Also those that only a model or a rare file brings about."""
    for path in (path for folder in WRITTEN_IN for path in (PACKAGE / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for part in left_by(node):
                yield from keys(part)


def test_figures_that_samples_do_not_leave_have_a_label() -> None:
    found = set(named_in_source())
    assert {"first_token_seconds", "cells_left_out", "unread_pages", "written_by"} <= found
    assert sorted(found - set(LABELS)) == []


def test_nothing_is_named_that_nothing_leaves() -> None:
    written = {
        node.value
        for path in (path for folder in WRITTEN_IN for path in (PACKAGE / folder).rglob("*.py"))
        for node in without_labels(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }
    computed = {"error", "warning", "info"}
    rules = {f"rule_{name}" for name in BY_ID}
    assert [name for name in LABELS if name not in written | computed | rules] == []


def test_names_and_writers_are_japanese_in_japanese() -> None:
    with translation.override("ja"):
        said = [*map(str, LABELS.values()), *map(str, WRITERS.values())]
    assert [name for name in said if name.isascii()] == []


def test_a_kind_that_is_gone_leaves_the_names_of_its_figures() -> None:
    assert figure_label("characters", None) == "characters"


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("characters", 1234567, "1,234,567"),
        ("bytes", 5 * 1024**2, "5.0\xa0MB"),
        ("call_seconds", 75.2, "1 min 15 s"),
        ("seconds_of_audio", 3720, "1 h 2 min"),
        ("unchanged", True, "yes"),
        ("unchanged", False, "no"),
        ("provider", "extractive", "extracts (no AI used)"),
        ("checked_by", "rules", "rules only (no AI used)"),
        ("summary_provider", "a-model-7b", "a-model-7b"),
        ("encoding", "cp932", "cp932"),
        ("unread_pages", "3, 7-9", "3, 7-9"),
    ],
)
def test_values_are_written_for_people(name: str, value: object, written: str) -> None:
    with translation.override("en"):
        assert figure_value(value, name) == written


@pytest.mark.django_db(transaction=True)
def test_a_job_page_shows_them(notebook: Notebook, admin: Client, broker: Any) -> None:
    checked = job_types["document_check"]
    job = verbs.enqueue(checked.kind, checked.samples(notebook)[0])
    attempt(checked, job)
    page = admin.get(reverse("admin:tasks_app_job_change", args=[job.pk])).content.decode()
    assert "checked by: rules only (no AI used)" in page
    assert "rule_" not in page
