"""The shapes of answers, for the schema; `representation.shown` writes a job. Times are RFC 3339 in UTC."""

from typing import Any

from rest_framework import serializers

from tasks_app.models.engine.job import State


class SubjectSerializer(serializers.Serializer[Any]):
    """`type` is null for a kind of job that no longer exists."""

    type = serializers.CharField(allow_null=True)
    id = serializers.UUIDField()


class StageSerializer(serializers.Serializer[Any]):
    """`index` counts from 1. `key` is `waiting` while the job waits for others."""

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
    detail = serializers.CharField(allow_blank=True)
    retryable = serializers.BooleanField()


class ResultSerializer(serializers.Serializer[Any]):
    href = serializers.CharField()


class JobSerializer(serializers.Serializer[Any]):
    """Stop polling once `done` is true; ignore unknown fields. `retry_after` mirrors the header, in seconds."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(choices=State.values)
    done = serializers.BooleanField()
    cancel_requested = serializers.BooleanField()
    subject = SubjectSerializer()
    stage = StageSerializer(allow_null=True)
    percent = serializers.IntegerField(allow_null=True)
    attempt = AttemptSerializer()
    error = ErrorSerializer(allow_null=True)
    result = ResultSerializer(allow_null=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()
    retry_after = serializers.IntegerField(allow_null=True)


class JobsSerializer(serializers.Serializer[Any]):
    """By ids: in the given order, with those that are `missing`. By subject: newest first; `next` is the next page."""

    items = JobSerializer(many=True)
    missing = serializers.ListField(child=serializers.CharField(), required=False)
    next = serializers.CharField(allow_null=True, required=False)


class StatesSerializer(serializers.Serializer[Any]):
    queued = serializers.IntegerField()
    running = serializers.IntegerField()
    succeeded = serializers.IntegerField()
    failed = serializers.IntegerField()
    cancelled = serializers.IntegerField()


class KindCountsSerializer(StatesSerializer):
    kind = serializers.CharField()


class CountsSerializer(serializers.Serializer[Any]):
    states = StatesSerializer()
    kinds = KindCountsSerializer(many=True)


class ReadTokenSerializer(serializers.Serializer[Any]):
    """`expires_in` seconds."""

    token = serializers.CharField()
    expires_in = serializers.IntegerField()


class ProblemErrorSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(allow_blank=True)
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457. `job` is the id of the conflicting job."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField(required=False)
    errors = ProblemErrorSerializer(many=True, required=False)  # type: ignore[assignment]
    job = serializers.UUIDField(required=False)
