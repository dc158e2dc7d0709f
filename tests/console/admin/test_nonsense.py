"""Nonsense in addresses and in the forms of lists is refused, or ignored, but never an error of ours."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.contrib import admin
from django.contrib.admin import helpers
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.utils import quote
from django.contrib.admin.views import main
from django.contrib.auth.models import User
from django.db.models import Field, Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter, UUIDConverter
from django.urls.resolvers import RoutePattern
from django.utils.http import urlencode
from pytest_django.fixtures import Settings

from tasks_app.models import AgendaSummary, SlideVersion
from tests.console.admin.test_every_page import EVERY_MODEL, MODELS, fault_of
from tests.support import asked
from tests.support.filled import Filled

NO_NUMBER, HUGE, TOO_LONG = "[", "9" * 30, "9" * 5_000
"""The last has more digits than Python reads, and more characters than any column of ours."""

QUICK = (NO_NUMBER, "99", HUGE, "\0")
"""Each was an error once."""

VALUES = (*QUICK, "-1", TOO_LONG)
BYTES = "%ED%A0%80"
"""A lone surrogate, as no program should send it."""

Values = tuple[str, ...]

OF_EVERY_LIST = {value for name, value in vars(main).items() if name.endswith("_VAR")} - {TO_FIELD_VAR}
"""What Django's lists take, but for the one that they refuse at once."""

FINE = {200, 302, 400, 403, 404, 405}


@pytest.fixture(params=[QUICK, pytest.param(VALUES, marks=pytest.mark.full)], ids=["quick", "all"])
def values(request: pytest.FixtureRequest) -> Values:
    """For pages that read many parameters, each of which takes all of them."""
    given: Values = request.param
    return given


@pytest.fixture
def reader(filled: Filled, settings: Settings) -> Client:
    """A superuser to whom the rows belong, who is shown which parameters a page reads."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, asked.MIDDLEWARE]
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    user = filled.one(User)
    assert isinstance(user, User)
    User.objects.filter(pk=user.pk).update(is_superuser=True, is_staff=True, is_active=True)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def failures(client: Client, addresses: list[str]) -> list[str]:
    return [_told(address, answer) for address in addresses if (answer := got(client, address)).status_code not in FINE]


def got(client: Client, address: str) -> Any:
    """The answer, a file read to its end, which closes it."""
    answer = client.get(address)
    if answer.streaming:
        list(answer)
    return answer


def _told(what: str, answer: Any) -> str:
    return f"{what[:200]}: {answer.status_code} {fault_of(answer)}"


def with_nonsense(path: str, names: set[str], values: Values) -> list[str]:
    """Each value of each parameter by itself, then each parameter repeated with all of them."""
    single = [f"{path}?{urlencode({name: value})}" for name in sorted(names) for value in values]
    strange = f"{path}?{'&'.join(f'{name}={BYTES}' for name in sorted(names))}"
    return [*single, strange, f"{path}?{urlencode(dict.fromkeys(names, VALUES), doseq=True)}"]


def address_of(model: type[Model], page: str, *arguments: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def every_lookup(fields: Iterable[Field[Any, Any]]) -> list[str]:
    return [f"{field.name}__{lookup}" for field in fields for lookup in field.get_lookups()]


def new_fields(model: type[Model]) -> list[Field[Any, Any]]:
    """One of each class of fields that no model before this one has."""
    earlier = {type(field) for one in MODELS[: MODELS.index(model)] for field in one._meta.concrete_fields}
    by_class = {type(field): field for field in model._meta.concrete_fields if type(field) not in earlier}
    return list(by_class.values())


def looked_up(model: type[Model], lookups: Iterable[str]) -> list[str]:
    path = address_of(model, "changelist")
    return [f"{path}?{lookup}={NO_NUMBER}&{lookup}=99999999999&{lookup}=99" for lookup in lookups]


@EVERY_MODEL
def test_any_lookup(model: type[Model], reader: Client) -> None:
    """Of a list, also those that no filter has declared: of each class of fields once, of each field the plain one."""
    lookups = every_lookup(new_fields(model))
    for field in model._meta.concrete_fields:
        lookups.append(field.name)
        if field.remote_field:
            lookups += [f"{field.name}__{one.name}__startswith" for one in field.remote_field.model._meta.fields[:2]]
    assert failures(reader, looked_up(model, lookups)) == []


@pytest.mark.full
@EVERY_MODEL
def test_any_lookup_of_every_list(model: type[Model], reader: Client) -> None:
    by_class = {type(field): field for field in model._meta.concrete_fields}
    lookups = every_lookup(by_class.values())
    assert len(lookups) > 20
    assert failures(reader, looked_up(model, lookups)) == []


@EVERY_MODEL
def test_parameters_of_lists(model: type[Model], values: Values, reader: Client) -> None:
    """What its filters have declared, what every list takes, and what its page reads."""
    path = address_of(model, "changelist")
    answer = reader.get(path)
    changelist = answer.context.get("cl")
    filters = changelist.get_filters(answer.wsgi_request)[0] if changelist else []
    declared = {str(name) for one in filters for name in one.expected_parameters()}
    if changelist and changelist.date_hierarchy:
        declared |= {f"{changelist.date_hierarchy}__{unit}" for unit in ("year", "month", "day")}
    read = asked.names(answer) - declared - OF_EVERY_LIST
    together = [f"{path}?{urlencode(dict.fromkeys({*read, *OF_EVERY_LIST}, value))}" for value in VALUES]
    assert failures(reader, [*with_nonsense(path, declared, values), *together, f"{path}?{TO_FIELD_VAR}=["]) == []


@EVERY_MODEL
def test_parameters_of_the_page_that_adds(model: type[Model], reader: Client) -> None:
    """The address may propose a value for each field of the form."""
    path = address_of(model, "add")
    answer = reader.get(path)
    form = (answer.context or {}).get("adminform")
    fields = set(form.form.fields) if form else set()
    names = (fields | asked.names(answer) | OF_EVERY_LIST) - {TO_FIELD_VAR}
    assert failures(reader, [f"{path}?{urlencode(dict.fromkeys(names, value))}" for value in VALUES]) == []


@EVERY_MODEL
def test_rows_that_cannot_be(model: type[Model], values: Values, reader: Client) -> None:
    paths = [address_of(model, page, quote(value)) for page in ("change", "delete", "history") for value in values]
    assert failures(reader, paths) == []


@EVERY_MODEL
def test_actions(model: type[Model], values: Values, reader: Client, filled: Filled) -> None:
    path = address_of(model, "changelist")
    form = (reader.get(path).context or {}).get("action_form")
    actions = [name for name, _label in form.fields["action"].choices if name] if form else []
    good = {
        "action": next(iter(actions), "none"),
        "index": "0",
        "select_across": "0",
        helpers.ACTION_CHECKBOX_NAME: [str(row.pk) for row in filled.rows(model)],
    }
    posted = [{**good, name: value} for name in good for value in values]
    posted += [{**good, "action": name, helpers.ACTION_CHECKBOX_NAME: VALUES} for name in actions]
    without_index = {name: value for name, value in good.items() if name != "index"}
    posted += [without_index, {**without_index, helpers.ACTION_CHECKBOX_NAME: NO_NUMBER}]
    answers = [(f"{path} {data}", reader.post(path, data)) for data in posted]
    assert [_told(what, answer) for what, answer in answers if answer.status_code not in FINE] == []


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_autocompletion(value: str, reader: Client) -> None:
    path = reverse("admin:autocomplete")
    fields = [(model._meta, name) for model, one in admin.site._registry.items() for name in one.autocomplete_fields]
    assert len(fields) > 10
    wrong = []
    for opts, name in fields:
        good = {"app_label": opts.app_label, "model_name": str(opts.model_name), "field_name": name, "term": "a"}
        assert reader.get(path, good).status_code == 200
        wrong += failures(reader, [f"{path}?{urlencode({**good, one: value})}" for one in (*good, "page", "notebook")])
    assert wrong == []


def own_pages(prefix: str, resolver: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, converters of its arguments) of every address below a resolver."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from own_pages(prefix, pattern)
        elif isinstance(pattern, URLPattern) and isinstance(pattern.pattern, RoutePattern) and pattern.name:
            yield f"{prefix}:{pattern.name}", pattern.pattern.converters


def argument(name: str, page: str, converter: object, filled: Filled) -> Any:
    """That of a row of the model that the page's name begins or ends with."""
    if name == "number":
        return SlideVersion.objects.values_list("number", flat=True)[0]
    if name == "of":
        return AgendaSummary.objects.values_list("of", flat=True)[0]
    if name in ("kind", "queue"):
        return {"kind": "agenda_content", "queue": "content"}[name]
    wanted = int if isinstance(converter, IntConverter) else UUID
    for word in page.replace("-", "_").split("_")[::-1]:
        for model in filled.built:
            pk = filled.one(model).pk
            if str(model._meta.model_name).startswith(word.rstrip("s")) and isinstance(pk, wanted):
                return pk
    return 1 if wanted is int else "nonsense"


PAGES = sorted(
    {
        (name, tuple(converters.items()))
        for space in ("admin", "api")
        for name, converters in own_pages(space, get_resolver().namespace_dict[space][1])
        if not name.endswith(("_changelist", "_add"))
    },
    key=lambda page: page[0],
)
SHARDS = 30


@pytest.mark.parametrize("shard", range(SHARDS))
def test_parameters_of_all_other_pages(shard: int, values: Values, reader: Client, filled: Filled) -> None:
    """Of the console and the API: those that the page has read, and texts in its path that name nothing."""
    wrong = []
    for name, converters in PAGES[shard::SHARDS]:
        arguments = {key: argument(key, name, converter, filled) for key, converter in converters}
        path = reverse(name, kwargs=arguments)
        answer = got(reader, path)
        wrong += failures(reader, [path, *with_nonsense(path, asked.names(answer), values)])
        for key, converter in converters:
            if not isinstance(converter, (IntConverter, UUIDConverter)):
                wrong += failures(reader, [reverse(name, kwargs={**arguments, key: value}) for value in ("[", "\0")])
    assert wrong == []
