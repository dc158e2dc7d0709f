"""The kind `slides` over its bundled sample, through the engine."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db.models.functions import Now
from django.utils.translation import override
from pptx import Presentation
from pytest_django.fixtures import Settings

from tasks_app.errors import LeaseLost, TransientError
from tasks_app.job_types.slides import SLIDES
from tasks_app.jobs.attempts import runner
from tasks_app.jobs.attempts.stage_context import LeasedStageContext
from tasks_app.jobs.transitions import recovery, verbs
from tasks_app.jobs.transitions.lease import claim
from tasks_app.models import Job, Notebook, SlideDeck, SlideTemplate, SlideVersion
from tasks_app.registry import StageContext
from tasks_app.stages.slides.outline import EXTRACTED
from tests.support.attempts import WORKER, attempt, make_due
from tests.unit.text.decks.templates import corporate

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("broker")]


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def deck(notebook: Notebook) -> SlideDeck:
    return SLIDES.samples(notebook)[0]  # type: ignore[no-any-return]


def done(deck: SlideDeck, **params: Any) -> Job:
    job = verbs.enqueue("slides", deck, params=params)
    attempt(SLIDES, job)
    job.refresh_from_db()
    assert (job.state, job.error_text) == ("succeeded", "")
    deck.refresh_from_db()
    return job


def pages(version: SlideVersion) -> list[Any]:
    with version.file.open("rb") as file:
        return list(Presentation(BytesIO(file.read())).slides)


def test_a_worker_back_from_the_dead_removes_no_file_of_its_successor(deck: SlideDeck) -> None:
    """The first attempt stands right before it renders; it wakes when the second has stored its file."""
    render = SLIDES.stage("render")
    assert render is not None
    job = verbs.enqueue("slides", deck)
    stopped = claim(SLIDES, job.pk, job.dispatch_id, WORKER)
    assert stopped is not None
    ghost = LeasedStageContext(stopped, render)
    Job.objects.update(lease_until=Now() - timedelta(seconds=1))
    recovery.sweep()

    def run(context: StageContext) -> Any:
        printed = render.run(context)
        with pytest.raises(LeaseLost):
            render.run(ghost)
        return printed

    stages = tuple(replace(one, run=run) if one is render else one for one in SLIDES.stages)
    attempt(replace(SLIDES, stages=stages), job)

    (version,) = SlideVersion.objects.all()
    assert version.file.storage.exists(str(version.file.name))


def test_the_sample_becomes_a_deck_without_a_model(deck: SlideDeck) -> None:
    done(deck)
    version = deck.current
    assert version is not None
    figures = SLIDES.outputs(deck)
    assert figures["slides"] == 8
    assert figures["written_by"] == "extractive"
    assert figures["coverage"] == len(deck.source_text)
    assert {slide["layout"] for slide in version.slides} >= {"title", "bullets", "table", "chart", "closing"}
    assert all(slide["citations"] for slide in version.slides if slide["layout"] != "title")
    assert len(pages(version)) == len(version.pages) >= 8
    assert version.filename == "図書館の開館時間の見直し.pptx"


def test_the_file_says_that_no_model_wrote_it(deck: SlideDeck) -> None:
    done(deck)
    assert deck.current is not None
    first = pages(deck.current)[0]
    with override("ja"):  # the language of its source
        label = str(EXTRACTED)
    assert label in [shape.text_frame.text for shape in first.placeholders]


def test_asked_for_the_outline_alone_the_job_succeeds_with_it(deck: SlideDeck) -> None:
    job = done(deck, until="outline")
    assert [result.state for result in job.stage_results.order_by("id")] == ["done", "skipped", "skipped", "skipped"]
    assert len(deck.outline) == 8
    assert deck.current is None
    assert SLIDES.outputs(deck) == {"outlined_slides": 8}


def test_writing_starts_from_the_outline_that_staff_edited(deck: SlideDeck) -> None:
    done(deck, until="outline")
    deck.outline = [{"number": 1, "layout": "bullets", "title": "職員の題", "points": ["職員が書いた要点"]}]
    deck.outline_edited = True
    deck.save()
    job = done(deck)
    assert job.stage_results.get(stage="outline").note.startswith("The outline was edited by staff")
    assert deck.outline[0]["title"] == "職員の題"
    assert deck.current is not None
    assert [slide["bullets"] for slide in deck.current.slides] == [["職員が書いた要点"]]
    assert deck.current.slides[0]["remarks"][0]["code"] == "quotes_dropped"


def test_a_job_after_the_outline_does_not_plan_again(deck: SlideDeck) -> None:
    done(deck, until="outline")
    job = done(deck)
    assert set(job.stage_results.values_list("stage", flat=True)) == {"write", "render", "pictures"}


def test_versions_are_kept_up_to_a_limit_with_their_files(deck: SlideDeck, settings: Settings, tmp_path: Path) -> None:
    settings.SLIDES_VERSIONS_KEPT = 2
    for slides in (4, 5, 6):
        deck.target_slides = slides
        deck.save()
        done(deck)
    assert list(deck.versions.values_list("number", flat=True)) == [3, 2]
    assert [len(version.slides) for version in deck.versions.all()] == [6, 5]
    assert len(list((tmp_path / "slideversions").glob("*.pptx"))) == 2
    assert deck.current == deck.versions.first()


def test_a_deck_takes_its_files_along(deck: SlideDeck, tmp_path: Path) -> None:
    done(deck)
    assert list((tmp_path / "slideversions").iterdir())
    deck.delete()
    assert not list((tmp_path / "slideversions").iterdir())


def test_files_of_renderings_that_came_to_nothing_are_removed(deck: SlideDeck, tmp_path: Path) -> None:
    job = verbs.enqueue("slides", deck)
    render = SLIDES.stage("render")
    assert render is not None

    def lost(context: StageContext, printed: Any) -> Any:
        raise TransientError("away", "Away.")

    failing = replace(SLIDES, stages=tuple(replace(one, save=lost) if one is render else one for one in SLIDES.stages))
    with pytest.raises(runner.AttemptFailed):
        attempt(failing, job)
    (orphan,) = (tmp_path / "slideversions").iterdir()
    make_due(job)
    attempt(SLIDES, job)
    deck.refresh_from_db()
    assert deck.current is not None
    assert [path.name for path in (tmp_path / "slideversions").glob("*.pptx")] == [Path(deck.current.file.path).name]
    assert not orphan.exists()


def test_only_what_changed_is_done_again(deck: SlideDeck) -> None:
    done(deck)
    template = SlideTemplate(title="市の様式", file=ContentFile(corporate(), name="様式.pptx"))
    template.save()
    deck.template = template
    deck.save()
    job = done(deck)
    assert set(job.stage_results.values_list("stage", flat=True)) == {"render", "pictures"}
    assert deck.current is not None
    assert deck.current.number == 2
