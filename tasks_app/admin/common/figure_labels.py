"""How the console writes the figures that stages and kinds return: labels as the kind declares them, and values."""

from collections.abc import Callable, Mapping
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.common.display import duration
from tasks_app.registry import JobType

WRITERS = {"extractive": _("extracts (no AI used)"), "model": _("a model"), "rules": _("rules only (no AI used)")}
"""Who wrote or checked, where it is not named."""

FORMS: Mapping[str, Callable[[Any], str]] = {
    "bytes": filesizeformat,
    "call_seconds": duration,
    "first_token_seconds": duration,
    "seconds_of_audio": duration,
    **dict.fromkeys(
        ("checked_by", "provider", "summary_provider", "written_by"), lambda writer: str(WRITERS.get(writer, writer))
    ),
}
"""Of what is more than a number or a word."""


def figure_label(name: str, job_type: JobType | None) -> str:
    """In the active language; the name itself where the kind declares no label, or is no longer there."""
    return str(job_type.figure_labels.get(name, name)) if job_type else name


def figure_value(value: Any, name: str) -> str:
    """As people write it, in the active language."""
    if name in FORMS:
        return FORMS[name](value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return f"{value:,}" if isinstance(value, int | float) else str(value)
