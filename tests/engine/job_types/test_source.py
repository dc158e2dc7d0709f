"""The kind `source` over its bundled samples, stage by stage."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tasks_app.job_types.source import SOURCE
from tasks_app.models import Document, Notebook, Source
from tests.engine.stages.fake_stage_context import FakeStageContext

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def finished(source: Source) -> dict[str, int | str]:
    for stage in SOURCE.stages:
        FakeStageContext(source).carry_out(stage)
    source.refresh_from_db()
    return dict(SOURCE.outputs(source))


def test_every_sample_comes_out_whole(notebook: Notebook) -> None:
    outcomes = {source.filename.rpartition(".")[2]: finished(source) for source in SOURCE.samples(notebook)}
    assert set(outcomes) == {"txt", "md", "pdf", "docx", ""}
    for figures in outcomes.values():
        assert int(figures["characters"]) > 1000
        assert int(figures["chunks"]) >= 2
        assert 100 < int(figures["summary_characters"]) <= 800
        assert figures["summary_coverage"] == figures["characters"]
        assert figures["summary_provider"] == "extractive"
    assert outcomes["txt"]["encoding"] == "cp932"
    assert outcomes["pdf"]["pages"] == 3


def test_samples_asked_for_twice_are_there_twice(notebook: Notebook) -> None:
    first, second = SOURCE.samples(notebook), SOURCE.samples(notebook)
    assert notebook.sources.count() == len(first) + len(second)


def test_outputs_of_a_source_not_worked_on_are_naught(source: Source) -> None:
    figures = SOURCE.outputs(source)
    assert not any(figures.values())


def test_a_deleted_source_takes_its_document_along(source: Source) -> None:
    document_id = source.document_id
    finished(source)
    source.delete()
    assert not Document.objects.filter(pk=document_id).exists()
