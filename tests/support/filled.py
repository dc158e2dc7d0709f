"""Rows in which every field is filled, of any model, built from what its fields say.

A new field or model is filled by itself. What only a person can fill, such as the shape of a JSON column, is in GIVEN;
a field that is missing there fails by its name.
"""

from collections.abc import Callable, Iterable
from copy import copy
from datetime import UTC, date, datetime, time
from functools import cache
from itertools import combinations, count
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.contrib import admin
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from pgvector.django import VectorField

from tasks_app.models import Document, Source

Field = models.Field[Any, Any]
Row = models.Model

OURS = "tasks_app"
TEXT = "本日の会議を開きます。議題は防災計画です。予算を認めることに決まりました。"
EMPTY = ("", None)

ERROR_DETAILS = {"name": "計画.pdf"}
LINES = [{"text": "予算を認めた。", "who": "市長", "by_when": "来月", "spans": [[0, 11]]}]
REMARKS = [
    {"slide": 0, "code": "no_footer", "details": {}},
    {"slide": 1, "code": "split", "details": {"pages": 2}},
]
SLIDES = [{"number": 1, "layout": "bullets", "title": "防災計画", "bullets": ["予算"], "notes": "ノート"}]


class Filled:
    """The rows of every model of the console and of ours, each leading to the others. Built on first use."""

    def __init__(self) -> None:
        self.built: dict[type[Row], list[Row]] = {}
        self._numbers = count(1)

    def everything(self) -> None:
        """Rows of all models, also of those without a page, as other pages show them."""
        for model in apps.get_models():
            if model._meta.managed and (model._meta.app_label == OURS or model in admin.site._registry):
                self.rows(model)
        self._close_circles()

    def rows(self, model: type[Row]) -> list[Row]:
        """At least one; more where a constraint of the model forbids that two fields are filled in one row."""
        if model not in self.built:
            self.built[model] = []
            self._fill(model)
        return self.built[model]

    def one(self, model: type[Row]) -> Row:
        """The first row, to which others lead. Of what the framework keeps itself, any."""
        if model._meta.app_label != OURS and model not in admin.site._registry:
            return model._default_manager.all()[0]
        return self.rows(model)[0]

    def _fill(self, model: type[Row]) -> None:
        found = self.built[model]
        wanted = _fields(model)
        if any(map(_own, wanted)):
            found.append(_stored(_agreeing(self._row(model, without=_own))))
        missing: list[Field] = [field for field in wanted if not any(_has(row, field) for row in found)]
        while missing:
            found.append(_stored(_agreeing(self._row(model), keeping=missing[0])))
            rest = [field for field in missing if not _has(found[-1], field)]
            missing = [field for field in rest if not self._circular(field)]
        for row in found:
            for many in model._meta.many_to_many:
                getattr(row, many.name).set([self.one(many.remote_field.model)])

    def _row(self, model: type[Row], without: Callable[[Field], bool] = lambda field: False) -> Row:
        row = model()
        for field in _fields(model):
            if without(field):
                setattr(row, field.name, None)
            elif not self._circular(field):
                setattr(row, field.name, self._value(field))
        return row

    def _circular(self, field: Field) -> bool:
        """Whether its own row must wait for the one that it leads to: `_close_circles` fills it."""
        if not field.remote_field or not field.null:
            return False
        target = field.remote_field.model
        return self.built.get(target) == [] or (not _own(field) and field.model in _needed(target))

    def _close_circles(self) -> None:
        for model, found in self.built.items():
            for field in _fields(model):
                if field.remote_field and not any(_has(row, field) for row in found):
                    setattr(found[0], field.name, self.one(field.remote_field.model))
                    model._default_manager.filter(pk=found[0].pk).update(**{field.name: getattr(found[0], field.name)})

    def _value(self, field: Field) -> Any:
        """Raises AssertionError with the field's name where nothing is known to fill it with."""
        name = f"{field.model._meta.label}.{field.name}"
        if name in GIVEN:
            return GIVEN[name](self)
        if isinstance(field, models.OneToOneField) and self.built.get(field.model) and not _own(field):
            return _stored(_agreeing(self._row(field.remote_field.model)))
        if isinstance(field, models.ForeignKey):
            return self.one(field.remote_field.model)
        if field.choices:
            return next(value for value, _label in field.flatchoices if value)
        if field.has_default() and field.get_default():
            return field.get_default()
        for kind in type(field).__mro__:
            if kind in BY_CLASS:
                return BY_CLASS[kind](field, next(self._numbers))
        raise AssertionError(f"{name}: nothing is known to fill it with; say it in {__name__}.GIVEN")


def _fields(model: type[Row]) -> list[Field]:
    return [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]


@cache
def _needed(model: type[Row]) -> set[type[Row]]:
    """The models of which there must be a row before one of `model`."""
    found: set[type[Row]] = set()
    ahead = [model]
    while ahead:
        fields = _fields(ahead.pop())
        targets = {field.remote_field.model for field in fields if field.remote_field and not field.null} - found
        found |= targets
        ahead += targets
    return found


def _own(field: Field) -> bool:
    """Whether it leads to another row of its own model."""
    return field.remote_field is not None and field.remote_field.model is field.model


def _has(row: Row, field: Field) -> bool:
    return getattr(row, field.attname) not in EMPTY


def _stored(row: Row) -> Row:
    """As it is: `save` of a model may change or empty fields."""
    type(row)._base_manager.bulk_create([row])
    return row


def _agreeing(row: Row, keeping: Field | None = None) -> Row:
    """The row with as few fields changed or emptied as its constraints ask for, never the one to keep."""
    bound = set().union(*map(_bound_by, row._meta.constraints))
    changes = [
        (field.name, value)
        for field in _fields(type(row))
        if field.name in bound and field is not keeping
        for value in _others(field)
    ]
    for size in range(len(bound) + 1):
        for chosen in combinations(changes, size):
            candidate = _changed(row, chosen)
            if all(_holds(one, candidate) for one in row._meta.constraints):
                return candidate
    raise AssertionError(f"{row._meta.label}: no row with {keeping and keeping.name} satisfies its constraints")


def _bound_by(constraint: models.BaseConstraint) -> set[str]:
    """The names of the fields that a constraint is about."""
    fields = constraint.fields if isinstance(constraint, models.UniqueConstraint) else ()
    condition = getattr(constraint, "condition", None)
    return {*fields, *(condition.referenced_base_fields if condition else ())}


def _others(field: Field) -> list[Any]:
    """What a field may hold instead of what fills it."""
    if field.choices:
        return [value for value, _label in field.flatchoices]
    if isinstance(field, models.BooleanField):
        return [False]
    if field.null:
        return [None]
    return [""] if field.blank else []


def _changed(row: Row, changes: Iterable[tuple[str, Any]]) -> Row:
    candidate = copy(row)
    candidate._state = copy(row._state)
    candidate._state.fields_cache = dict(row._state.fields_cache)
    for name, value in changes:
        setattr(candidate, name, value)
    return candidate


def _holds(constraint: models.BaseConstraint, row: Row) -> bool:
    try:
        constraint.validate(type(row), row)
    except ValidationError:
        return False
    return True


def _text(field: Field, number: int) -> str:
    return f"{field.name} {number}"[: field.max_length]


BY_CLASS: dict[type[Any], Callable[[Any, int], Any]] = {
    models.CharField: _text,
    models.TextField: _text,
    models.GenericIPAddressField: lambda field, number: f"192.0.2.{number % 256}",
    models.EmailField: lambda field, number: f"someone{number}@example.com",
    models.URLField: lambda field, number: f"https://example.com/{number}",
    models.BooleanField: lambda field, number: True,
    models.IntegerField: lambda field, number: number,
    models.FloatField: lambda field, number: number / 2,
    models.DecimalField: lambda field, number: number,
    models.UUIDField: lambda field, number: uuid4(),
    models.DateTimeField: lambda field, number: datetime(2026, 4, 1, 23, 30, tzinfo=UTC),
    models.DateField: lambda field, number: date(2026, 4, 1),
    models.TimeField: lambda field, number: time(9, 30),
    models.FileField: lambda field, number: ContentFile(TEXT.encode(), name=f"{field.name}{number}.txt"),
    SearchVectorField: lambda field, number: "words",
    VectorField: lambda field, number: [0.5, 0.5],
}
"""What fills a field without choices and default, by its class or the nearest one it is derived from."""


def _always(value: Any) -> Callable[[Filled], Any]:
    return lambda filled: value


def _document(filled: Filled) -> UUID:
    pk: UUID = filled.one(Document).pk
    return pk


def _source(filled: Filled) -> UUID:
    pk: UUID = filled.one(Source).pk
    return pk


def _place(filled: Filled) -> dict[str, Any]:
    return {"number": 1, "document": str(_document(filled)), "digest": "0", "page": 1, "start": 0, "end": 11}


GIVEN: dict[str, Callable[[Filled], Any]] = {
    "tasks_app.AgendaSummary.figures": _always({"parts": 1, "missing": [{"title": "資料1", "reason": "Gone."}]}),
    "tasks_app.Attempt.error_details": _always(ERROR_DETAILS),
    "tasks_app.BulkAction.verb": _always("requeue"),
    "tasks_app.ChatMessage.citations": lambda filled: [{**_place(filled), "title": "議事録", "quote": "予算"}],
    "tasks_app.ChatMessage.documents": lambda filled: [_document(filled)],
    "tasks_app.ChatMessage.passages": lambda filled: [{**_place(filled), "heading": "予算"}],
    "tasks_app.CheckIssue.details": _always({"found": "2"}),
    "tasks_app.Document.headings": _always([[0, 1, "予算"]]),
    "tasks_app.Document.hidden": _always([[0, 11]]),
    "tasks_app.Document.omissions": _always([{"kind": "charts", "count": 2, "unit": "page", "places": ["1"]}]),
    "tasks_app.Document.pages": _always([[1, 0, 20], [2, 20, len(TEXT)]]),
    "tasks_app.Document.text": _always(TEXT),
    "tasks_app.DocumentCheck.findings": _always({"key": "0", "model": "m", "findings": []}),
    "tasks_app.Inconsistency.details": _always(ERROR_DETAILS),
    "tasks_app.IdempotencyKey.jobs": lambda filled: [str(uuid4())],
    "tasks_app.Job.cancel_details": _always(ERROR_DETAILS),
    "tasks_app.Job.error_details": _always(ERROR_DETAILS),
    "tasks_app.Job.kind": _always("source"),
    "tasks_app.Job.params": _always({"until": "chunk"}),
    "tasks_app.Job.queue": _always("content"),
    "tasks_app.Job.stage": _always("extract"),
    "tasks_app.Job.subject_id": _source,
    "tasks_app.Part.data": _always({"text": "予算"}),
    "tasks_app.Part.kind": _always("source"),
    "tasks_app.Part.subject_id": _source,
    "tasks_app.Proceedings.actions": _always(LINES),
    "tasks_app.Proceedings.decisions": _always(LINES),
    "tasks_app.Proceedings.dropped": _always({"not_in_text": 2}),
    "tasks_app.Proceedings.overview": _always(LINES),
    "tasks_app.Proceedings.questions": _always(LINES),
    "tasks_app.Proceedings.turns": _always([[0, 11, 3, "市長", "市長"]]),
    "tasks_app.ProviderState.error_details": _always(ERROR_DETAILS),
    "tasks_app.Segment.heard": _always([[0, 900, "予算"]]),
    "tasks_app.ServiceToken.addresses": _always(["192.0.2.0/24"]),
    "tasks_app.ServiceToken.kinds": _always(["source"]),
    "tasks_app.SlideDeck.outline": _always([{"number": 1, "layout": "bullets", "title": "予算", "points": ["額"]}]),
    "tasks_app.SlideDeck.remarks": _always(REMARKS),
    "tasks_app.SlideDeck.slides": _always(SLIDES),
    "tasks_app.SlideVersion.pages": _always([1]),
    "tasks_app.SlideVersion.remarks": _always(REMARKS),
    "tasks_app.SlideVersion.slides": _always(SLIDES),
    "tasks_app.StageResult.figures": _always({"characters": 40, "unread_pages": 1}),
    "tasks_app.StageResult.kind": _always("source"),
    "tasks_app.StageResult.stage": _always("extract"),
    "tasks_app.StageResult.subject_id": _source,
    "tasks_app.WorkerHeartbeat.queues": _always(["content"]),
}
"""By field: what its text means elsewhere, or the shape that the model's docstring gives its JSON."""
