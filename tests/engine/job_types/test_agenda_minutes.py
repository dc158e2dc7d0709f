"""The kind `agenda_minutes`: a file, an address or pasted text, and an item without any."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic

import pytest
from django.core.files.base import ContentFile
from pytest_django.fixtures import Settings

from tasks_app.job_types.agenda_minutes import AGENDA_MINUTES, holds_minutes
from tasks_app.jobs.attempts import runner
from tasks_app.jobs.transitions import verbs
from tasks_app.models import AgendaItem, Chunk, Council, CouncilMeeting, Job, Notebook
from tasks_app.models.engine.job import State
from tests.engine.providers.fetching.site import Site, SitePage, site
from tests.support.attempts import attempt, recording
from tests.support.fetching import fetching_from

pytestmark = pytest.mark.django_db(transaction=True)

TURN = "○議長（荻野真一君）　日程第{}、除雪計画について質疑を行います。除雪車の台数を伺います。\n"


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path, broker: object) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def item(db: None) -> AgendaItem:
    council = Council.objects.create(title="除雪対策会議")
    meeting = CouncilMeeting.objects.create(council=council, number=1)
    return AgendaItem.objects.create(meeting=meeting, number=1, title="除雪計画")


@pytest.fixture
def files() -> Iterator[Site]:
    with site() as running:
        yield running


def worked(item: AgendaItem) -> tuple[Job, list[str]]:
    item.save()
    job = verbs.enqueue("agenda_minutes", item)
    ran: list[str] = []
    with suppress(runner.AttemptFailed):
        attempt(recording(fetching_from(AGENDA_MINUTES, item.url, holds_minutes), ran), job)
    job.refresh_from_db()
    item.refresh_from_db()
    return job, ran


def test_an_item_with_nothing_attached(item: AgendaItem) -> None:
    job, ran = worked(item)
    assert (job.state, job.error_code, ran) == (State.FAILED, "nothing_attached", ["fetch"])


def test_pasted(item: AgendaItem) -> None:
    item.pasted_text = TURN.format(1)
    job, _ran = worked(item)
    assert job.state == State.SUCCEEDED
    assert item.document.text == TURN.format(1)


def test_a_file_in_cp932(item: AgendaItem) -> None:
    item.file = ContentFile(TURN.format(1).encode("cp932"), "会議録.txt")
    job, _ran = worked(item)
    assert (job.state, item.document.encoding) == (State.SUCCEEDED, "cp932")


def test_an_address(item: AgendaItem, files: Site) -> None:
    files.pages["/kaigiroku.txt"] = SitePage(TURN.format(2).encode("cp932"), content_type="text/plain")
    item.url = files.url("/kaigiroku.txt")
    job, _ran = worked(item)
    assert (job.state, item.filename) == (State.SUCCEEDED, "kaigiroku.txt")
    assert item.document.text == TURN.format(2)
    job, ran = worked(item)
    assert (job.state, ran) == (State.SUCCEEDED, ["fetch"])


def test_another_source_replaces_the_former(item: AgendaItem) -> None:
    item.pasted_text = TURN.format(1)
    worked(item)
    item.pasted_text, item.file = "", ContentFile(TURN.format(3).encode(), "会議録.txt")
    job, _ran = worked(item)
    assert job.state == State.SUCCEEDED
    assert item.document.text == TURN.format(3)
    again, ran = worked(item)
    assert (again.state, ran) == (State.SUCCEEDED, [])


@pytest.mark.parametrize("kilobytes", [400, pytest.param(5000, marks=pytest.mark.full)])
def test_megabytes(item: AgendaItem, settings: Settings, kilobytes: int) -> None:
    """Every character of them is read, indexed and within the time of one attempt."""
    turns = "".join(TURN.format(number) for number in range(1, kilobytes * 1024 // len(TURN.encode())))
    item.file = ContentFile(turns.encode(), "会議録.txt")
    started = monotonic()
    job, _ran = worked(item)
    assert job.state == State.SUCCEEDED
    assert item.document.summary_coverage == len(turns)
    assert sum(len(text) for text in Chunk.objects.values_list("content", flat=True)) == len(turns)
    assert monotonic() - started < AGENDA_MINUTES.soft_limit / 5


def test_the_sample_has_five_speakers_and_more(notebook: Notebook) -> None:
    (item,) = AGENDA_MINUTES.samples(notebook)
    job, _ran = worked(item)
    assert job.state == State.SUCCEEDED
    turns = item.document.proceedings.turns
    assert len(turns) == len(re.findall("^○", item.document.text, re.MULTILINE))
    assert len({(name, role) for _start, _end, _speech, name, role in turns}) >= 5
    assert {"decisions", "actions", "questions"} <= AGENDA_MINUTES.outputs(item).keys()
    assert all(AGENDA_MINUTES.outputs(item).values())
