"""Every list, add and change page, for every role, with rows in which every field is filled: none is an error."""

from collections.abc import Iterator
from traceback import extract_tb
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from tasks_app.roles import ROLES
from tests.support.filled import Filled

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
EVERY_MODEL = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)


def readers(user: User) -> Iterator[str]:
    """The user as a superuser, then with each role: the rows stay the user's own."""
    user.is_superuser = user.is_staff = user.is_active = True
    user.save()
    yield "superuser"
    user.is_superuser = False
    user.save()
    for role in ROLES:
        user.groups.set(Group.objects.filter(name=role.name))
        yield role.name


def fault_of(answer: Any) -> str:
    """The error behind an answer 500, with the line that raised it; empty for any other."""
    if not answer.exc_info:
        return ""
    kind, error, trace = answer.exc_info
    last = extract_tb(trace)[-1]
    return f"{kind.__name__} {str(error)[:200]} ({last.filename}:{last.lineno})"


def test_every_field_is_filled(filled: Filled) -> None:
    empty = [
        str(field)
        for model in MODELS
        for field in model._meta.concrete_fields
        if all(getattr(row, field.attname) in ("", None) for row in model._default_manager.all())
    ]
    assert empty == []


@EVERY_MODEL
def test_no_page_is_an_error(model: type[Model], filled: Filled) -> None:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    reading = [reverse(f"{name}_changelist")]
    reading += [reverse(f"{name}_change", args=[row.pk]) for row in filled.rows(model)]
    user = User.objects.get(pk=filled.one(User).pk)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    wrong = []
    for reader in readers(user):
        may_view = User.objects.get(pk=user.pk).has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
        for path in reading:
            answer = client.get(path)
            if answer.status_code != (200 if may_view else 403):
                wrong.append(f"{reader}: {path}: {answer.status_code} {fault_of(answer)}")
        answer = client.get(reverse(f"{name}_add"))
        if answer.status_code not in (200, 302, 403):
            wrong.append(f"{reader}: {name}_add: {answer.status_code} {fault_of(answer)}")
    assert wrong == []
