"""The kind `slides` over its bundled sample, through the engine."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pytest_django.fixtures import Settings

from tasks_app.job_types.slides import SLIDES
from tasks_app.jobs import verbs
from tasks_app.models import Job, Notebook, SlideDeck, SlideVersion
from tests.attempts import attempt

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
