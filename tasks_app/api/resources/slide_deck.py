"""Slide decks: texts to make one from, its slides, and the PowerPoint file."""

from typing import Any

from django.db.models import Q
from django.http import FileResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.reverse import reverse

from tasks_app.api.auth.principals import Principal
from tasks_app.api.resources.file_or_text import checked, sources_of
from tasks_app.api.resources.resource import Resource, Submission, notebook_field
from tasks_app.models import SlideDeck
from tasks_app.models.content.slide_deck import SlideStyle
from tasks_app.submission import files
from tasks_app.text.decks.deck import MAX_SLIDES
from tasks_app.text.japanese.cleaning import storable

PATH = "slide-decks"
FILE = "deck.pptx"


class SlideDeckSubmission(Submission):
    """From `text`, from sources of the notebook, or from both."""

    notebook = notebook_field(SlideDeck)
    title = serializers.CharField(max_length=255, required=False, allow_blank=True, default="")
    text = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, default="")
    sources = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=100)
    target_slides = serializers.IntegerField(min_value=1, max_value=MAX_SLIDES, default=10)
    key_points = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")
    style = serializers.ChoiceField(  # type: ignore[assignment]  # the metaclass takes it for a field
        choices=SlideStyle.choices, default=SlideStyle.STANDARD.value
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        text = storable(attrs["text"])
        checked("text", files.check_text, text)
        sources = sources_of(attrs["notebook"], attrs["sources"])
        if not (text.strip() or sources):
            raise ValidationError({"text": [_("Paste text or choose at least one source.")]})
        title = attrs["title"] or files.title_of(None, text) or sources[0].title
        return {**attrs, "text": text if text.strip() else "", "sources": sources, "title": title}

    def store(self, principal: Principal, **data: Any) -> SlideDeck:
        text, sources = data.pop("text"), data.pop("sources")
        deck = SlideDeck.objects.create(**data, source_text=text, created_by=principal.user)
        deck.sources.set(sources)
        return deck


class SlideSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    title = serializers.CharField()


class SlideDeckResult(serializers.Serializer[Any]):
    """`version`, `file` and `slides` are those of the current version; null and empty while there is none."""

    id = serializers.UUIDField(source="pk")
    title = serializers.CharField()
    version = serializers.SerializerMethodField()
    file = serializers.SerializerMethodField()
    slides = serializers.SerializerMethodField()
    written_by = serializers.CharField(allow_blank=True)
    model = serializers.CharField(allow_blank=True)

    def get_version(self, deck: Any) -> int | None:
        return deck.current.number if deck.current else None

    def get_file(self, deck: Any) -> str | None:
        return reverse(f"api:{PATH}-file", args=[deck.pk, FILE]) if deck.current else None

    @extend_schema_field(SlideSerializer(many=True))
    def get_slides(self, deck: Any) -> Any:
        return SlideSerializer(deck.current.slides if deck.current else [], many=True).data


def deck_file(deck: Any) -> HttpResponseBase:
    """The PowerPoint file of the current version."""
    if deck.current is None:
        raise NotFound
    try:
        return FileResponse(deck.current.file.open(), as_attachment=True, filename=deck.current.filename)
    except FileNotFoundError as error:
        raise NotFound from error


SLIDE_DECKS = Resource(
    model=SlideDeck,
    path=PATH,
    owner=lambda user: Q(notebook__owner=user),
    submission=SlideDeckSubmission,
    result=SlideDeckResult,
    related=("current", "notebook", "template"),
    downloads={FILE: deck_file},
)
