"""The four groups: what a migrate leaves in them, and that it puts right what was changed."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from tasks_app import roles
from tasks_app.roles import ADMINISTRATOR, CONTENT_EDITOR, OPERATOR, VIEWER, Role

pytestmark = pytest.mark.django_db


def held(role: Role) -> set[str]:
    return set(Group.objects.get(name=role.name).permissions.values_list("codename", flat=True))


def test_a_migrated_database_has_the_groups() -> None:
    assert {"view_job", "view_source", "view_taskresult", "view_periodictask"} <= held(VIEWER)
    assert all(codename.startswith("view_") for codename in held(VIEWER))


def test_every_model_is_engine_or_content() -> None:
    models = {model._meta.model_name for model in apps.get_app_config("tasks_app").get_models()}
    assert models >= roles.ENGINE, "a model of the engine is gone"
    content = models - roles.ENGINE
    writing = {f"{verb}_{model}" for verb in ("add", "change") for model in content}
    assert held(CONTENT_EDITOR) == held(VIEWER) | writing | roles.EDITING


def test_operators_operate_and_put_nothing_in() -> None:
    assert held(OPERATOR) == held(VIEWER) | roles.OPERATING


def test_administrators_hold_all_of_the_apps_they_manage() -> None:
    wanted = Permission.objects.filter(content_type__app_label__in=roles.MANAGED)
    assert held(ADMINISTRATOR) == set(wanted.values_list("codename", flat=True))


def test_only_administrators_see_accounts() -> None:
    for role in (VIEWER, CONTENT_EDITOR, OPERATOR):
        assert not any(name.endswith(("_user", "_group")) for name in held(role))


def test_every_right_that_is_declared_exists() -> None:
    """A right misspelt in the declaration would be held by nobody, in silence."""
    assert set(Permission.objects.values_list("codename", flat=True)) >= roles.OPERATING | roles.EDITING


def test_a_migrate_puts_back_what_was_changed() -> None:
    group = Group.objects.get(name=VIEWER.name)
    group.permissions.add(Permission.objects.get(codename="delete_source"))
    group.permissions.remove(Permission.objects.get(codename="view_job"))

    roles.reconcile()

    assert "delete_source" not in held(VIEWER)
    assert "view_job" in held(VIEWER)


def test_a_migration_can_make_them_before_any_permission_exists() -> None:
    Group.objects.all().delete()
    Permission.objects.all().delete()

    roles.establish(apps, "default")

    assert {"view_job", "view_taskresult"} <= held(VIEWER)
    assert held(OPERATOR) >= roles.OPERATING
