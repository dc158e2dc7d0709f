"""The kind `minute` over its bundled sample and over what staff submitted: large, old, plain, changed meanwhile."""

from pathlib import Path

import pytest
from celery.exceptions import Ignore
from django.core.files.base import ContentFile
from pytest_django.fixtures import Settings

from tasks_app.errors import PermanentError
from tasks_app.job_types.minute import MINUTE
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Document, Minute, Notebook, Proceedings
from tasks_app.models.engine.job import State
from tasks_app.registry import StageContext
from tests.engine.stages.fake_stage_context import FakeStageContext
from tests.support.attempts import attempt, doing, make_due
from tests.unit.text.minutes.test_proceedings import COUNCIL, MEETING, MEMO

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def minutes(notebook: Notebook, text: str, encoding: str = "utf-8") -> Minute:
    return Minute.objects.create(
        notebook=notebook, title="会議録", file=ContentFile(text.encode(encoding), name="会議録.txt")
    )


def finished(minute: Minute) -> dict[str, int | str]:
    for stage in MINUTE.stages:
        FakeStageContext(minute, kind="minute").carry_out(stage)
    minute.refresh_from_db()
    return dict(MINUTE.outputs(minute))


def test_the_sample_has_decisions_tasks_questions_and_five_speakers(notebook: Notebook) -> None:
    (minute,) = MINUTE.samples(notebook)
    figures = finished(minute)
    assert (figures["decisions"], figures["actions"], figures["questions"], figures["turns"]) == (2, 6, 5, 26)
    assert figures["summary_provider"] == "extractive"
    assert figures["summary_coverage"] == figures["characters"]
    assert len({tuple(turn[3:]) for turn in minute.document.proceedings.turns}) == 6


def test_every_place_is_one_in_the_stored_text(notebook: Notebook) -> None:
    (minute,) = MINUTE.samples(notebook)
    finished(minute)
    found, text = minute.document.proceedings, minute.document.text
    for line in (*found.overview, *found.decisions, *found.actions, *found.questions):
        assert [text[start:end] for start, end in line["spans"]] == [line["text"]]
    for start, end, speech, name, _role in found.turns:
        assert text[start] == "○"
        assert name in text[start:speech]
        assert text[end - 1] in "。〕会"


def test_old_encodings_are_read(notebook: Notebook) -> None:
    figures = finished(minutes(notebook, COUNCIL, "cp932"))
    assert (figures["encoding"], figures["turns"], figures["decisions"]) == ("cp932", 21, 4)


def test_minutes_that_name_no_speaker_are_summed_up_all_the_same(notebook: Notebook) -> None:
    figures = finished(minutes(notebook, MEMO))
    assert figures["turns"] == 0
    assert int(figures["overview"]) > 0
    assert int(figures["actions"]) >= 3


@pytest.mark.timeout(120)
@pytest.mark.parametrize("kilobytes", [400, pytest.param(5000, marks=pytest.mark.full)])
def test_megabytes_are_read_to_the_end(notebook: Notebook, kilobytes: int) -> None:
    """Of a text repeated so often every line is there once; the turns are all there."""
    times = kilobytes * 1000 // len(MEETING.encode())
    figures = finished(minutes(notebook, MEETING * times))
    assert figures["summary_coverage"] == figures["characters"] == len(MEETING) * times
    assert figures["turns"] == 26 * times
    assert (figures["decisions"], figures["actions"]) == (2, 6)


@pytest.mark.parametrize("text", ["", " \n\u3000", "\ufeff"])
def test_blank_minutes_fail(notebook: Notebook, text: str) -> None:
    with pytest.raises(PermanentError):
        finished(minutes(notebook, text))


def test_a_text_replaced_while_its_job_runs_is_worked_on_anew(notebook: Notebook) -> None:
    minute = Minute.objects.create(notebook=notebook, title="会議録", pasted_text=MEETING)
    job = verbs.enqueue("minute", minute)

    def replace(context: StageContext) -> None:
        changed = Minute.objects.get(pk=minute.pk)
        changed.pasted_text = COUNCIL
        changed.save()
        verbs.enqueue("minute", changed)

    with pytest.raises(Ignore):
        attempt(doing(MINUTE, "summarise", replace), job)
    job.refresh_from_db()
    assert (job.state, job.input_digest) == (State.QUEUED, Minute.objects.get(pk=minute.pk).content_digest)
    assert not Proceedings.objects.exists()
    make_due(job)
    attempt(MINUTE, job)
    job.refresh_from_db()
    assert job.state == State.SUCCEEDED
    assert "議案第４１号は修正議決" in Proceedings.objects.get().decisions[2]["text"]


def test_deleted_minutes_take_all_along(notebook: Notebook) -> None:
    (minute,) = MINUTE.samples(notebook)
    finished(minute)
    minute.delete()
    assert not Document.objects.exists()
    assert not Proceedings.objects.exists()
