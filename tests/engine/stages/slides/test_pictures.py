"""Pictures by a real LibreOffice, and what becomes of a deck where it is missing, slow, or fails."""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest
from PIL import Image
from pytest_django.fixtures import Settings

from tasks_app.errors import Cancelled
from tasks_app.job_types.slides import SLIDES
from tasks_app.models import Notebook, SlideDeck
from tasks_app.registry import Skipped, Stage
from tasks_app.stages.slides import pictures
from tasks_app.stages.slides.pictures import FAILED, NOT_INSTALLED
from tests.engine.stages.fake_stage_context import FakeStageContext
from tests.support.waiting import wait_for

pytestmark = pytest.mark.django_db

OFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(OFFICE is None, reason="no soffice: install libreoffice-impress to draw slides")


@pytest.fixture
def deck(notebook: Notebook, settings: Settings, tmp_path: Path) -> SlideDeck:
    """A rendered deck of two slides without pictures."""
    settings.MEDIA_ROOT = str(tmp_path)
    deck = SlideDeck.objects.create(
        notebook=notebook, title="題", source_text="議題は防災計画である。費用は3万円である。", target_slides=2
    )
    for stage in SLIDES.stages[:3]:
        FakeStageContext(deck, kind="slides").carry_out(stage)
    deck.refresh_from_db()
    return deck


def drawing() -> Stage:
    return SLIDES.stages[-1]


def program(tmp_path: Path, script: str) -> str:
    path = tmp_path / "office"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def wait_until_gone(pid: int) -> None:
    """Dead, though perhaps nobody has taken notice yet."""

    def gone() -> bool:
        try:
            return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return True

    wait_for(gone, "the end of the program", 5)


@needs_office
def test_each_page_has_a_picture(deck: SlideDeck, settings: Settings) -> None:
    settings.SLIDES_OFFICE_PROGRAM = "soffice"
    figures = FakeStageContext(deck, kind="slides").carry_out(drawing())
    deck.refresh_from_db()
    assert deck.current is not None
    assert figures == {"pictures": 2} == {"pictures": len(deck.current.pages)}
    for page in (1, 2):
        with Image.open(Path(settings.MEDIA_ROOT) / deck.current.picture_name(page)) as picture:
            assert picture.width == 960
            assert picture.height in (540, 541)
            assert len(picture.convert("L").getcolors() or ()) > 10, "something was drawn"


def test_without_libreoffice_the_stage_is_skipped_and_says_so(deck: SlideDeck) -> None:
    assert drawing().run(FakeStageContext(deck)) == Skipped(reason=NOT_INSTALLED)


@pytest.mark.parametrize("script", ["exit 1", "exit 0", "kill -9 $$"])
def test_a_deck_that_cannot_be_drawn_stays_and_it_is_told(
    deck: SlideDeck, settings: Settings, tmp_path: Path, script: str
) -> None:
    settings.SLIDES_OFFICE_PROGRAM = program(tmp_path, script)
    assert drawing().run(FakeStageContext(deck)) == Skipped(reason=FAILED)


def test_a_libreoffice_that_hangs_is_ended(deck: SlideDeck, settings: Settings, tmp_path: Path) -> None:
    settings.SLIDES_OFFICE_PROGRAM = program(tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 600")
    settings.SLIDES_PICTURE_SECONDS = 1
    assert drawing().run(FakeStageContext(deck)) == Skipped(reason=FAILED)
    wait_until_gone(int((tmp_path / "pid").read_text()))


def test_a_cancelled_job_takes_libreoffice_along(deck: SlideDeck, settings: Settings, tmp_path: Path) -> None:
    settings.SLIDES_OFFICE_PROGRAM = program(tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 600")

    def cancel(_count: int) -> None:
        if (tmp_path / "pid").is_file():
            raise Cancelled("")

    with pytest.raises(Cancelled):
        drawing().run(FakeStageContext(deck, on_check=cancel))
    wait_until_gone(int((tmp_path / "pid").read_text()))


def test_a_killed_worker_takes_libreoffice_along(tmp_path: Path, settings: Settings) -> None:
    office = program(tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 600")
    script = (
        "import json, os, subprocess, sys\n"
        "request = json.loads(sys.argv[1]) | {'parent': os.getpid()}\n"
        "subprocess.run([sys.executable, '-m', 'tasks_app.text.decks.pptx.drawing', json.dumps(request)])\n"
    )
    request = json.dumps(
        {"program": office, "folder": str(tmp_path / "work"), "allowance": asdict(pictures._allowance())}
    )
    (tmp_path / "work").mkdir()
    worker = subprocess.Popen([sys.executable, "-c", script, request])
    pid = int(wait_for(lambda: (tmp_path / "pid").is_file() and (tmp_path / "pid").read_text().strip(), "the program"))
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    wait_until_gone(pid)
