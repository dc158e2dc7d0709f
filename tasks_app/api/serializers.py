"""The shape of a job in JSON. Times are UTC."""

from datetime import UTC
from typing import Any

from rest_framework import serializers

from tasks_app.models.job import State


class SubjectSerializer(serializers.Serializer[Any]):
    type = serializers.CharField(allow_null=True)
    id = serializers.UUIDField()


class StageSerializer(serializers.Serializer[Any]):
    """`index` counts from 1."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    index = serializers.IntegerField()
    count = serializers.IntegerField()


class AttemptSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    max = serializers.IntegerField()


class ErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField()
    retryable = serializers.BooleanField()


class ResultSerializer(serializers.Serializer[Any]):
    href = serializers.CharField()


class JobSerializer(serializers.Serializer[Any]):
    """Reads a `Representation`."""

    id = serializers.UUIDField(source="job.id")
    kind = serializers.CharField(source="job.kind")
    state = serializers.ChoiceField(State.choices, source="job.state")
    done = serializers.BooleanField(source="job.done")
    cancel_requested = serializers.SerializerMethodField()
    subject = SubjectSerializer()
    stage = StageSerializer(allow_null=True)
    percent = serializers.IntegerField(source="job.percent", allow_null=True)
    attempt = AttemptSerializer()
    error = ErrorSerializer(allow_null=True)
    result = ResultSerializer(allow_null=True)
    created_at = serializers.DateTimeField(source="job.created_at", default_timezone=UTC)
    started_at = serializers.DateTimeField(source="job.started_at", default_timezone=UTC, allow_null=True)
    finished_at = serializers.DateTimeField(source="job.finished_at", default_timezone=UTC, allow_null=True)
    updated_at = serializers.DateTimeField(source="job.updated_at", default_timezone=UTC)
    retry_after = serializers.IntegerField(allow_null=True)

    def get_cancel_requested(self, shown: Any) -> bool:
        return shown.job.cancel_requested_at is not None
