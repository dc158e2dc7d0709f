"""The sources of a deck, as the stages read them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tasks_app.errors import PermanentError
from tasks_app.models import SlideDeck
from tasks_app.text.decks.deck_sources import DeckSource, DeckSources
from tasks_app.text.documents import hidden_parts
from tasks_app.text.japanese.cleaning import readable


def material_of(deck: SlideDeck) -> DeckSources:
    """Raises PermanentError where there is no text, or where a chosen source has none yet."""
    texts = []
    for title, document in deck.texts():
        if document is None:
            raise PermanentError(
                "source_not_read",
                gettext_lazy("The source “%(title)s” has no text yet. Process it first, or remove it from the deck."),
                title=title,
            )
        text = hidden_parts.blanked(document.text, document.hidden)
        headings = [
            (int(start), int(level), str(name)) for start, level, name in document.headings if text[int(start)].strip()
        ]
        texts.append(DeckSource(name=title, text=text, pages=document.pages, headings=headings))
    pasted = readable(deck.source_text)
    if pasted.strip():
        texts.append(DeckSource(name=_("Pasted text"), text=pasted))
    if not texts:
        raise PermanentError("no_text", gettext_lazy("There is no text to process. Add a document that contains text."))
    return DeckSources(texts)
