"""Fields that the results of several subjects share."""

from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tasks_app.models import Document
from tasks_app.providers.summariser import Extractive
from tasks_app.stages.documents.omission_labels import omission_label
from tasks_app.text.extraction.common.omissions import MARKED, OmissionKind, PlaceUnit


def label_of(provider: str, model: str) -> str:
    """Who wrote a text, as it must be shown wherever the text is."""
    if provider == Extractive.provider:
        return gettext("Extractive summary (no AI used)")
    return gettext("Summarised by %(model)s") % {"model": model or provider}


class SummarySerializer(serializers.Serializer[Any]):
    """`label` names the author and is shown with it; it is based on `read` of `characters`."""

    text = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    provider = serializers.CharField()
    model = serializers.CharField(allow_blank=True)
    read = serializers.IntegerField()
    characters = serializers.IntegerField()


class OmissionSerializer(serializers.Serializer[Any]):
    """`count` of a kind that the text of the document lacks or, if `marked`, holds marked as hidden.

    `places` are numbers of pages or slides, or names of sheets; `label` says all of it in the caller's language.
    """

    kind = serializers.ChoiceField(choices=[(kind.value, kind.value) for kind in OmissionKind])
    count = serializers.IntegerField()
    unit = serializers.ChoiceField(choices=[(unit.value, unit.value) for unit in PlaceUnit])
    places = serializers.ListField(child=serializers.CharField())
    marked = serializers.SerializerMethodField()
    label = serializers.SerializerMethodField()  # type: ignore[assignment]

    def get_marked(self, omission: Any) -> bool:
        return omission["kind"] in MARKED

    def get_label(self, omission: Any) -> str:
        return omission_label(omission)


class TextSerializer(serializers.Serializer[Any]):
    """A subject with a document. `summary` is null and the texts are empty until they are ready.

    `omissions` list what the text lacks of the document, or holds marked as hidden.
    """

    id = serializers.UUIDField(source="pk")
    title = serializers.CharField()
    summary = serializers.SerializerMethodField()
    formatted_text = serializers.CharField(source="document.formatted_text")
    omissions = OmissionSerializer(source="document.omissions", many=True)

    @extend_schema_field(SummarySerializer(allow_null=True))
    def get_summary(self, subject: Any) -> Any:
        return summary_of(subject.document)


def summary_of(document: Document) -> dict[str, Any] | None:
    if not document.summary:
        return None
    return {
        "text": document.summary,
        "label": label_of(document.summary_provider, document.summary_model),
        "provider": document.summary_provider,
        "model": document.summary_model,
        "read": document.summary_coverage,
        "characters": len(document.text),
    }


class PointSerializer(serializers.Serializer[Any]):
    """`spans` are [start, end) in the text of the document."""

    text = serializers.CharField()
    spans = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))


class ActionSerializer(PointSerializer):
    """`who` and `by_when` are empty where the text does not say."""

    who = serializers.CharField(allow_blank=True)
    by_when = serializers.CharField(allow_blank=True)


class DecisionSerializer(PointSerializer):
    """`about` is what was put to the vote, empty where the text of the decision says it."""

    about = serializers.CharField(allow_blank=True, default="")


class ProceedingsSerializer(serializers.Serializer[Any]):
    overview = PointSerializer(many=True)
    decisions = DecisionSerializer(many=True)
    actions = ActionSerializer(many=True)
    questions = PointSerializer(many=True)


class MinutesTextSerializer(TextSerializer):
    proceedings = serializers.SerializerMethodField()

    @extend_schema_field(ProceedingsSerializer(allow_null=True))
    def get_proceedings(self, subject: Any) -> Any:
        found = getattr(subject.document, "proceedings", None)
        return ProceedingsSerializer(found).data if found else None
