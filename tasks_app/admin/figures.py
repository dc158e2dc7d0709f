"""What the figures that stages and kinds leave behind are called, and how their values are written."""

from collections.abc import Callable, Mapping
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.presentation import duration
from tasks_app.models.check_words import SEVERITY_CHOICES
from tasks_app.text.rules import BY_ID

NAMES = {
    "actions": _("action items"),
    "bytes": _("size"),
    "call_seconds": _("time of calls"),
    "calls": _("calls"),
    "cells": _("cells"),
    "cells_left_out": _("cells left out"),
    "characters": _("characters"),
    "checked_by": _("checked by"),
    "chunks": _("chunks"),
    "citations": _("passages cited"),
    "citations_dropped": _("citations removed"),
    "cited_slides": _("slides with sources"),
    "coverage": _("characters read"),
    "decisions": _("decisions"),
    "dimensions": _("dimensions"),
    "doubtful_segments": _("segments to check"),
    "dropped": _("not borne out by the text"),
    "encoding": _("encoding"),
    "findings": _("findings of the model"),
    "first_token_seconds": _("time until the first words"),
    "formatted_characters": _("characters formatted"),
    "headings": _("headings"),
    "history": _("earlier questions"),
    "issues": _("issues"),
    "issues_by_model": _("issues found by the model"),
    "lines": _("lines"),
    "merged": _("findings merged"),
    "missing": _("parts missing"),
    "model": _("model"),
    "not_computed": _("formulas without a stored value"),
    "outlined_slides": _("slides outlined"),
    "overview": _("lines of the overview"),
    "pages": _("pages"),
    "pages_recognised": _("pages recognised (OCR)"),
    "pages_without_text": _("pages without text"),
    "parts": _("parts taken together"),
    "passages": _("passages"),
    "pictures": _("pictures"),
    "pieces": _("pieces"),
    "provider": _("provider"),
    "questions": _("open questions"),
    "refused": _("texts refused"),
    "remarks": _("remarks"),
    "rules": _("rules applied"),
    "rules_silent": _("rules of Japanese silent"),
    "seconds_of_audio": _("length of the recording"),
    "segments": _("segments"),
    "sentences_uncited": _("sentences without citation"),
    "slides": _("slides"),
    "sources_not_ready": _("sources not ready"),
    "speakers": _("speakers"),
    "summary_characters": _("characters of the summary"),
    "summary_coverage": _("characters summarised"),
    "summary_provider": _("summary by"),
    "turns": _("speaker turns"),
    "unchanged": _("unchanged"),
    "unread_pages": _("pages that could not be read"),
    "vectors": _("vectors"),
    "version": _("version"),
    "windows": _("sections read"),
    "windows_read": _("sections read"),
    "written_by": _("written by"),
    **dict(SEVERITY_CHOICES),
}

RULE = "rule_"
"""Before the id of a rule of document checks."""

WRITERS = {"extractive": _("extracts (no AI)"), "model": _("a model"), "rules": _("rules alone (no AI)")}
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


def figure_label(name: str) -> str:
    """In the active language; what has no name goes by its own."""
    rule = BY_ID.get(name.removeprefix(RULE)) if name.startswith(RULE) else None
    if rule is not None:
        return gettext(rule.label)
    return str(NAMES.get(name, name))


def figure_value(value: Any, name: str) -> str:
    """As people write it, in the active language."""
    if name in FORMS:
        return FORMS[name](value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return f"{value:,}" if isinstance(value, int | float) else str(value)
