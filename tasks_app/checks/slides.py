"""Numbers for slide decks that cannot be kept."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from tasks_app.queues import LLM


@register("notebookops")
def slide_numbers_fit(**_kwargs: Any) -> list[CheckMessage]:
    faults = []
    if settings.SLIDES_VERSIONS_KEPT < 1:
        faults.append("SLIDES_VERSIONS_KEPT is below 1")
    if not 0 < settings.SLIDES_PICTURE_SECONDS < LLM.soft_limit:
        faults.append(f"SLIDES_PICTURE_SECONDS is not between 0 and {LLM.soft_limit}")
    return [
        Error(f"{fault}.", hint="See docs/settings.md for what each number may be.", id="notebookops.E061")
        for fault in faults
    ]
