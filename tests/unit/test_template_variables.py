"""A variable that a view forgot is noticed by every test that opens the page."""

from pathlib import Path

import pytest
from django.template import Context, Engine, Origin, Template

from launcher.checkout.home import PROJECT
from tests.support.template_variables import Undefined, UndefinedVariable


def shown(folder: Path) -> str:
    engine = Engine(string_if_invalid=Undefined("%s"))
    page = "{% if given %}{{ given.name }}{{ given.nothing }}{% endif %}"
    return Template(page, Origin(str(folder / "page.html")), engine=engine).render(Context({"given": {"name": "a"}}))


def test_a_template_of_ours_may_show_only_what_it_is_given() -> None:
    with pytest.raises(UndefinedVariable, match=r"page\.html shows given\.nothing"):
        shown(PROJECT / "templates")


def test_templates_of_packages_may_show_nothing() -> None:
    assert shown(PROJECT / ".venv") == "a"
