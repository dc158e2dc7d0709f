"""What staff are shown about a deck that differs from what was requested."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, Promise] = {
    "other_number": _("%(wanted)s slides were requested; the outline has %(found)s."),
    "quotes_dropped": _("%(count)s quotes that the model gave as evidence are not in the sources and were dropped."),
    "chart_dropped": _("The chart was left out: these numbers are not in the sources: %(numbers)s."),
    "chart_unusable": _("The chart was left out: it had no values, or not one value for each category."),
    "table_dropped": _("The table was left out: these numbers are not in the sources: %(numbers)s."),
    "table_unusable": _("The table was left out: it was empty."),
    "quote_dropped": _("The quotation was left out: it is not in the sources."),
    "unknown_numbers": _("Check these numbers; they are not in the sources: %(numbers)s."),
    "no_source": _("No passage in the sources was named as evidence for this slide."),
    "split": _("The content did not fit and was split across %(pages)s slides."),
    "shortened": _("Text that did not fit was shortened; the full text is in the speaker notes."),
    "without_title": _("The template has no layout for a title slide; another was used."),
    "without_section": _("The template has no layout for a section; another was used."),
    "without_two_columns": _("The template has no two-column layout; the content is in one column."),
    "without_table": _("The template has no layout for a table; its rows are shown as text."),
    "without_chart": _("The template has no layout for a chart; its numbers are shown as text."),
    "without_quote": _("The template has no layout for a quotation; another was used."),
    "no_slide_number": _("Some layouts of the template have no slide number."),
    "no_footer": _("Some layouts of the template have no footer; sources are only in the speaker notes."),
    "template_gone": _("The template “%(title)s” was deleted; the deck was made with the built-in template."),
}
"""By the codes of `text.decks.deck.Remark`."""


def text(remark: Mapping[str, Any]) -> str:
    """A stored remark in the active language."""
    details: Mapping[str, Any] = remark["details"]
    return str(MESSAGES[remark["code"]]) % details
