"""The stage that draws a picture of each page, where LibreOffice is installed."""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

from tasks_app.models import SlideVersion
from tasks_app.models.content.slide_deck import picture_name
from tasks_app.registry import Skipped, Stage, StageContext, StageFacts
from tasks_app.sandbox import process
from tasks_app.sandbox.resource_limits import ResourceLimits
from tasks_app.stages.slides import deck_params
from tasks_app.stages.slides.write import OUTLINE_ONLY

MEMORY_BYTES = 2 * 1024**3
"""Address space that LibreOffice may use; it reserves about one GiB to start."""

NOT_INSTALLED = _("LibreOffice is not installed, so no images were rendered; the console shows a simplified preview.")
FAILED = _("LibreOffice could not render the slides; the file itself is finished. Open it in PowerPoint to check.")


def pictures() -> Stage:
    return Stage(name="pictures", label=_("Render images"), inputs=_inputs, run=_run, save=_save)


def _inputs(facts: StageFacts) -> Mapping[str, Any]:
    if deck_params.outline_only(facts):
        return {deck_params.UNTIL: deck_params.OUTLINE}
    current = facts.subject.current
    return {"version": str(current.token) if current else "", "program": _program()}


def _run(context: StageContext) -> list[str] | Skipped:
    """The names under which the pictures are stored."""
    if deck_params.outline_only(context):
        return Skipped(reason=OUTLINE_ONLY)
    program = _program()
    if not program:
        return Skipped(reason=NOT_INSTALLED)
    version: SlideVersion = context.subject.current
    with TemporaryDirectory(prefix="notebookops-") as folder:
        with version.file.open("rb") as stored, (Path(folder) / "deck.pptx").open("wb") as copy:
            shutil.copyfileobj(stored, copy)
        drawn = _drawn(program, Path(folder), context)
        if len(drawn) != len(version.pages):
            return Skipped(reason=FAILED)
        return [_stored(picture_name(version.token, page), path) for page, path in enumerate(drawn, start=1)]


def _save(context: StageContext, names: list[str]) -> Mapping[str, Any]:
    SlideVersion.objects.filter(pk=context.subject.current_id).update(pictures=len(names))
    return {"pictures": len(names)}


def _drawn(program: str, folder: Path, context: StageContext) -> list[Path]:
    """A picture for each page; none where LibreOffice did not manage."""
    allowed = _allowance()
    request = {"program": program, "folder": str(folder), "parent": os.getpid(), "allowance": asdict(allowed)}
    command = (sys.executable, "-m", "tasks_app.text.decks.pptx.drawing", json.dumps(request))
    try:
        with TemporaryFile() as output:
            status = process.run(command, wall_seconds=allowed.wall_seconds, check=context.check, output=output)
    except TimeoutError:
        return []
    found = sorted(folder.glob("*.png"), key=lambda path: int(path.stem))
    return found if status == 0 else []


def _allowance() -> ResourceLimits:
    return ResourceLimits(
        memory_bytes=MEMORY_BYTES,
        cpu_seconds=settings.SLIDES_PICTURE_SECONDS,
        wall_seconds=settings.SLIDES_PICTURE_SECONDS,
        file_bytes=settings.UPLOAD_MAX_BYTES,
    )


def _program() -> str:
    """LibreOffice's own binary, which dies with its parent; the script around it does not. Empty without one."""
    found = shutil.which(settings.SLIDES_OFFICE_PROGRAM) if settings.SLIDES_OFFICE_PROGRAM else None
    if found is None:
        return ""
    binary = Path(found).resolve().with_name("soffice.bin")
    return str(binary if binary.is_file() else found)


def _stored(name: str, path: Path) -> str:
    default_storage.delete(name)
    return default_storage.save(name, ContentFile(path.read_bytes()))
