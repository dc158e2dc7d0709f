"""`agenda_summary`: summed up again from what is stored, and no version lost that somebody may want."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from tasks_app.errors import AlreadyEnqueued
from tasks_app.job_types.agenda_summary import AGENDA_SUMMARY
from tasks_app.jobs.transitions import verbs
from tasks_app.models import AgendaItem, AgendaSummary, Job
from tasks_app.models.content.council import agenda_versions
from tasks_app.models.content.council.agenda_summary import SummaryScope
from tasks_app.registry import job_types
from tests.support.agenda import agenda_item, replace
from tests.support.attempts import attempt, recording

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def item(broker: Any) -> AgendaItem:
    """Its parts are done, and it has a summary."""
    item = agenda_item()
    job = verbs.enqueue("agenda_content", item)
    run(job)
    for child in job.children.all():
        run(child)
    run(job)
    return item


def run(job: Job) -> Job:
    attempt(job_types[job.kind], job)
    job.refresh_from_db()
    return job


def regenerate(item: AgendaItem, of: str = "both") -> Job:
    return run(verbs.enqueue("agenda_summary", item, params={"of": of}))


def versions(item: AgendaItem, of: str = "both") -> list[tuple[int, bool]]:
    found = AgendaSummary.objects.filter(item=item, of=of).order_by("number")
    return [(version.number, version.is_current) for version in found]


def newest(item: AgendaItem) -> AgendaSummary:
    return AgendaSummary.objects.filter(item=item).latest("pk")


def test_only_the_last_step_is_done_again(item: AgendaItem) -> None:
    ran: list[str] = []
    job = verbs.enqueue("agenda_summary", item, params={"of": "both"})
    attempt(recording(AGENDA_SUMMARY, ran), job)
    assert ran == ["fan_out", "combine"]
    assert not job.children.exists()
    assert versions(item) == [(1, False), (2, True)]


def test_each_time_somebody_asks_there_is_a_version(item: AgendaItem) -> None:
    regenerate(item)
    regenerate(item)
    assert versions(item) == [(1, False), (2, False), (3, True)]


@pytest.mark.parametrize(("of", "inside", "outside"), [("materials", "資料1", "可決"), ("minutes", "可決", "資料1")])
def test_one_side_alone(item: AgendaItem, of: str, inside: str, outside: str) -> None:
    regenerate(item, of)
    made = newest(item)
    assert (made.of, made.number, made.is_current) == (of, 1, True)
    assert inside in made.text
    assert outside not in made.text
    assert versions(item) == [(1, True)], "each scope has versions and a current one of its own"


def test_only_what_is_missing_is_processed(item: AgendaItem) -> None:
    replace(item.materials.get(number=1), "差し替え後は10か所に決定した。\n")
    job = regenerate(item, "materials")
    assert [child.subject_title for child in job.children.all()] == ["資料1"]
    run(job.children.get())
    assert run(job).state == "succeeded"
    assert "10か所" in newest(item).text


def test_another_model_is_no_reason_to_read_the_parts_again(item: AgendaItem, settings: Any) -> None:
    settings.SUMMARY_CHARACTERS = 60
    job = regenerate(item)
    assert job.state == "succeeded"
    assert not job.children.exists()
    assert len(newest(item).text) <= 60


def test_an_edited_summary_is_never_overwritten(item: AgendaItem) -> None:
    editor = User.objects.create_user("editor")
    agenda_versions.edit(newest(item), "職員が直した要約", editor)

    regenerate(item)

    assert versions(item) == [(1, False), (2, True), (3, False)]
    current = agenda_versions.current(item, SummaryScope.BOTH)
    assert current is not None
    assert (current.text, current.edited_by, current.based_on_id) == (
        "職員が直した要約",
        editor,
        AgendaSummary.objects.get(item=item, number=1).pk,
    )
    agenda_versions.choose(newest(item))
    assert versions(item) == [(1, False), (2, False), (3, True)]
    regenerate(item)
    assert versions(item)[-1] == (4, True), "the edited one is no longer current: nothing holds the new one back"


def test_a_job_replaces_its_own_version(item: AgendaItem) -> None:
    job = regenerate(item)
    newest_before = newest(item)
    replace(item.materials.get(number=1), "差し替え後は10か所に決定した。\n")
    run(verbs.enqueue("agenda_materials", item.materials.get(number=1)))

    run(verbs.requeue(job, by=None))

    assert versions(item) == [(1, False), (2, True)]
    assert newest(item).pk == newest_before.pk
    assert newest(item).text != newest_before.text


def test_a_job_leaves_alone_what_was_edited_on_its_version(item: AgendaItem) -> None:
    job = regenerate(item)
    edited = agenda_versions.edit(newest(item), "職員が直した要約", None)
    run(verbs.requeue(job, by=None, rebuild=True))
    edited.refresh_from_db()
    assert (edited.text, edited.is_current) == ("職員が直した要約", True)
    assert versions(item) == [(1, False), (2, False), (3, True)]


def test_two_regenerations_at_once(item: AgendaItem) -> None:
    first = verbs.enqueue("agenda_summary", item, params={"of": "both"})
    assert verbs.enqueue("agenda_summary", item, params={"of": "both"}).pk == first.pk
    with pytest.raises(AlreadyEnqueued) as told:
        verbs.enqueue("agenda_summary", item, params={"of": "materials"})
    assert told.value.job_id == first.pk


def test_beside_a_job_for_the_whole_item(item: AgendaItem) -> None:
    """Both end: each has a version, one of them is current."""
    whole = verbs.enqueue("agenda_content", item)
    regenerate(item)
    run(whole)
    assert [current for _number, current in versions(item)].count(True) == 1
