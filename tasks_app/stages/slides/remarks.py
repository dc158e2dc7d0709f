"""What staff are told about a deck that came out otherwise than asked for."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, Promise] = {
    "other_number": _("%(wanted)s slides were asked for; the outline has %(found)s."),
    "quotes_dropped": _(
        "%(count)s quotes that the model gave as evidence do not stand in the sources and were dropped."
    ),
    "chart_dropped": _("The chart was left out: these numbers do not stand in the sources: %(numbers)s."),
    "chart_unusable": _("The chart was left out: it had no values, or not one for each category."),
    "table_dropped": _("The table was left out: these numbers do not stand in the sources: %(numbers)s."),
    "table_unusable": _("The table was left out: it was empty."),
    "quote_dropped": _("The quotation was left out: it does not stand in the sources."),
    "unknown_numbers": _("Check these numbers; they do not stand in the sources: %(numbers)s."),
    "no_source": _("No passage of the sources was named as evidence for this slide."),
    "split": _("The content did not fit and was split over %(pages)s pages."),
    "shortened": _("Text that did not fit was shortened; all of it stands in the speaker notes."),
    "without_title": _("The template has no layout for a title slide; another was taken."),
    "without_section": _("The template has no layout for a section; another was taken."),
    "without_two_columns": _("The template has no layout with two columns; the content stands in one."),
    "without_table": _("The template has no layout for a table; its rows stand as text."),
    "without_chart": _("The template has no layout for a chart; its numbers stand as text."),
    "without_quote": _("The template has no layout for a quotation; another was taken."),
    "no_slide_number": _("Layouts of the template have no slide number."),
    "no_footer": _("Layouts of the template have no footer; sources stand in the speaker notes alone."),
    "template_gone": _("The template “%(title)s” was deleted; the deck was made with the template that comes along."),
}
"""By the codes of `text.decks.deck.Remark`."""


def text(remark: Mapping[str, Any]) -> str:
    """A stored remark in the active language."""
    details: Mapping[str, Any] = remark["details"]
    return str(MESSAGES[remark["code"]]) % details
