"""The kind `slides`: texts become an outline, the outline slides, the slides a PowerPoint file."""

from collections.abc import Mapping
from importlib.resources import files

from django.utils.translation import gettext_lazy as _

from tasks_app.models import Notebook, SlideDeck
from tasks_app.queues import LLM
from tasks_app.registry import JobRequest, JobType, Parameter, register
from tasks_app.stages.common.document_figures import CALL_FIGURE_LABELS
from tasks_app.stages.slides import deck_params
from tasks_app.stages.slides.outline import outline
from tasks_app.stages.slides.pictures import pictures
from tasks_app.stages.slides.render import render_deck
from tasks_app.stages.slides.write import write

SAMPLES = files("tasks_app.samples")
SAMPLE = ("図書館の開館時間の見直し", "toshokan-riyou-houkoku.txt", 8)
"""(title, file, number of slides) of the bundled deck; the town in it is invented."""


def outputs(deck: SlideDeck) -> Mapping[str, int | str]:
    """Of the current version; before there is one, of the outline."""
    version = deck.current
    if version is None:
        return {"outlined_slides": len(deck.outline)}
    return {
        "slides": len(version.slides),
        "pages": len(version.pages),
        "cited_slides": sum(bool(slide["citations"]) for slide in version.slides),
        "coverage": version.coverage,
        "written_by": version.written_by,
    }


def edited(deck: SlideDeck) -> bool:
    """Its outline, which is then taken as it is."""
    return deck.outline_edited


def samples(notebook: Notebook) -> list[SlideDeck]:
    """One new deck, stored and not enqueued; calling again makes another."""
    title, name, slides = SAMPLE
    deck = SlideDeck(
        notebook=notebook,
        title=title,
        source_text=(SAMPLES / name).read_text("utf-8"),
        target_slides=slides,
    )
    deck.save()
    return [deck]


SLIDES: JobType = register(
    JobType(
        kind="slides",
        label=_("Slide deck"),
        subject="tasks_app.SlideDeck",
        queue=LLM,
        stages=(outline(), write(), render_deck(), pictures()),
        outputs=outputs,
        samples=samples,
        figure_labels={
            **CALL_FIGURE_LABELS,
            "bytes": _("size"),
            "characters": _("characters"),
            "citations": _("passages cited"),
            "cited_slides": _("slides with sources"),
            "coverage": _("characters read"),
            "outlined_slides": _("slides outlined"),
            "pages": _("pages"),
            "passages": _("passages used"),
            "pictures": _("pictures"),
            "remarks": _("remarks"),
            "slides": _("slides"),
            "version": _("version"),
            "written_by": _("writing method"),
        },
        requests=(
            JobRequest(
                parameters=(
                    Parameter(
                        name=deck_params.UNTIL,
                        label=_("until"),
                        choices=[(deck_params.OUTLINE, _("outline"))],
                        required=False,
                        description="Stop at the outline.",
                    ),
                ),
            ),
        ),
        primary=True,
        edited=edited,
    )
)
