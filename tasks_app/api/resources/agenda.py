"""Agenda items and their materials: work on what staff submitted, and what came out."""

from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tasks_app.api.resources.resource import Resource
from tasks_app.api.resources.texts import MinutesTextSerializer, TextSerializer, label_of
from tasks_app.models import AgendaItem, AgendaMaterial
from tasks_app.models.content.council.agenda_summary import SummaryScope
from tasks_app.models.engine.fields import render


class MissingSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    reason = serializers.CharField()


class VersionSerializer(serializers.Serializer[Any]):
    """The current summary of a scope; `missing` lists the parts that are not included."""

    of = serializers.ChoiceField(choices=SummaryScope.choices)
    number = serializers.IntegerField()
    text = serializers.CharField()
    label = serializers.SerializerMethodField()  # type: ignore[assignment]
    edited = serializers.BooleanField()
    missing = serializers.SerializerMethodField()

    def get_label(self, version: Any) -> str:
        return label_of(version.provider, version.model)

    @extend_schema_field(MissingSerializer(many=True))
    def get_missing(self, version: Any) -> Any:
        found = version.figures.get("missing", [])
        return [{"title": one["title"], "reason": render(one["reason"], {})} for one in found]


class AgendaItemResult(MinutesTextSerializer):
    """`summary` and `formatted_text` are those of the minutes; `summaries` those of the item."""

    summaries = serializers.SerializerMethodField()

    @extend_schema_field(VersionSerializer(many=True))
    def get_summaries(self, item: Any) -> Any:
        current = item.summaries.filter(is_current=True).order_by("of")
        return VersionSerializer(current, many=True).data


class AgendaMaterialResult(TextSerializer):
    pass


AGENDA_ITEMS = Resource(
    model=AgendaItem,
    path="agenda-items",
    owner=lambda user: Q(meeting__council__owner=user),
    result=AgendaItemResult,
    related=("document__proceedings", "meeting__council"),
)
AGENDA_MATERIALS = Resource(
    model=AgendaMaterial,
    path="agenda-materials",
    owner=lambda user: Q(item__meeting__council__owner=user),
    result=AgendaMaterialResult,
    related=("document", "item__meeting__council"),
)
