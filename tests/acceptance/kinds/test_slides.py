"""A reader that is not the writer: LibreOffice opens every deck that comes out, of every template."""

import os
import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest
from django.core.files.base import ContentFile
from pytest_django.fixtures import Settings

from tasks_app.job_types.slides import SLIDES
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Notebook, SlideTemplate
from tasks_app.text.decks.pptx.write_pptx import render
from tests.acceptance.conftest import wait_for_state
from tests.acceptance.worker_processes import Workers
from tests.unit.text.decks import templates
from tests.unit.text.decks.deck_reader import japanese_runs_without_font
from tests.unit.text.decks.examples import EVERY_LAYOUT, WORDS
from tests.unit.text.decks.test_render import OVERFULL

needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="no soffice: install libreoffice-impress to have decks opened by it"
)


def pages_of(content: bytes, folder: Path) -> list[str]:
    """The text of each page of the PDF that LibreOffice makes of a deck."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "deck.pptx").write_bytes(content)
    command = ("soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf")
    subprocess.run(
        (*command, "--outdir", str(folder), str(folder / "deck.pptx")),
        check=True,
        capture_output=True,
        timeout=120,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
    )
    with pypdfium2.PdfDocument(folder / "deck.pdf") as pdf:
        return [page.get_textpage().get_text_range() for page in pdf]


@needs_office
@pytest.mark.parametrize("template", [None, templates.corporate(), templates.bare()], ids=["own", "corporate", "bare"])
def test_libreoffice_opens_a_deck_of_every_layout(template: bytes | None, tmp_path: Path) -> None:
    slides = [*EVERY_LAYOUT, *OVERFULL.values()] if template is None else EVERY_LAYOUT
    rendered = render(slides, WORDS, template)
    pages = pages_of(rendered.content, tmp_path)
    assert len(pages) == len(rendered.pages)
    for slide in EVERY_LAYOUT:
        assert slide.title in pages[rendered.pages.index(slide.number)]
    assert japanese_runs_without_font(rendered.content) == []


def test_a_worker_makes_a_deck_from_a_template_and_draws_it(
    workers: Workers, notebook: Notebook, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    template = SlideTemplate.objects.create(title="様式", file=ContentFile(templates.potx(), name="様式.potx"))
    (deck,) = SLIDES.samples(notebook)
    deck.template = template
    deck.save()
    office = "soffice" if shutil.which("soffice") else ""
    workers.worker(
        "worker",
        "llm",
        1,
        JOB_TYPE_PACKAGES="tasks_app.job_types",
        JOB_LEASE_SECONDS="60",
        MEDIA_ROOT=settings.MEDIA_ROOT,
        SLIDES_OFFICE_PROGRAM=office,
    )
    wait_for_state(verbs.enqueue("slides", deck), "succeeded")
    deck.refresh_from_db()
    assert deck.current is not None
    assert deck.current.pictures == (len(deck.current.pages) if office else 0)
    assert len(deck.current.slides) == 8
