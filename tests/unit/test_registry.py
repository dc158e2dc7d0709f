"""What a declaration may say, and in which order requests are offered."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tasks_app.registry import JobRequest, JobType, job_types, primary_kind, register, requests_on


def test_a_model_has_one_primary_kind() -> None:
    with pytest.raises(ValueError, match=r"tasks_app\.Source has a primary kind already; 'other' cannot be another"):
        register(replace(job_types["source"], kind="other"))
    assert "other" not in job_types
    assert primary_kind("tasks_app.Source") == "source"


def test_a_model_without_a_primary_kind_is_named() -> None:
    with pytest.raises(LookupError, match=r"no primary kind for tasks_app\.Job"):
        primary_kind("tasks_app.Job")


def test_a_kind_is_requested_in_one_way_on_each_model() -> None:
    with pytest.raises(ValueError, match="source: requested in two ways on one model"):
        replace(job_types["source"], requests=(JobRequest(), JobRequest(button="Again")))


@pytest.mark.parametrize(
    ("model", "kinds"),
    [
        ("tasks_app.AgendaItem", ["agenda_content", "agenda_materials", "agenda_minutes", "agenda_summary"]),
        ("tasks_app.AgendaMaterial", ["agenda_materials"]),
        ("tasks_app.Job", []),
    ],
)
def test_the_default_kind_is_offered_first(model: str, kinds: list[str]) -> None:
    assert list(requests_on(model)) == kinds


@pytest.fixture
def earlier() -> Iterator[JobType]:
    """A kind about sources that is registered before the primary one."""
    known = dict(job_types)
    job_types.clear()
    yield register(replace(known["source"], kind="a_check", primary=False))
    job_types.clear()
    job_types.update(known)


def test_without_a_default_the_primary_kind_is(earlier: JobType) -> None:
    register(replace(earlier, kind="source", primary=True))
    assert list(requests_on("tasks_app.Source")) == ["source", "a_check"]
