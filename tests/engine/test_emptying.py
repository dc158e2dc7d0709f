"""Nothing that one test commits is seen by the next."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection, models
from django_celery_beat.models import PeriodicTask
from pytest_django import DjangoDbBlocker

from tasks_app.roles import VIEWER

Rows = dict[str, list[tuple[str]]]

pytestmark = pytest.mark.xdist_group("emptying")
"""The second test looks at what the first has left behind."""

OF_TYPE = {
    "boolean": "false",
    "jsonb": "'{}'",
    "uuid": "gen_random_uuid()",
    "date": "now()",
    "timestamp with time zone": "now()",
    "character varying": "''",
    "text": "''",
    "bytea": "''",
    "tsvector": "''",
    "inet": "'127.0.0.1'",
}
"""What a row that says nothing holds; numbers are 7, which no row of migrate has."""


def rows() -> Rows:
    """Every row of every table, as text."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            found[table] = cursor.fetchall()
    return found


def fill(table: str) -> None:
    """Add a row that says nothing; foreign keys are not looked at."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass "
            "AND attnum > 0 AND NOT attisdropped AND attnotnull AND attidentity = ''",
            [f'"{table}"'],
        )
        columns = dict(cursor.fetchall())
        names = ", ".join(f'"{name}"' for name in columns)
        values = ", ".join("'{}'" if kind.endswith("[]") else OF_TYPE.get(kind, "7") for kind in columns.values())
        cursor.execute(f'INSERT INTO "{table}" ({names}) VALUES ({values})')
        cursor.execute("SET session_replication_role = origin")


@pytest.fixture(scope="module")
def before(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Rows:
    with django_db_blocker.unblock():
        return rows()


@pytest.fixture
def no_constraints(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Rows may say nothing. The constraints come back once the tables are empty again."""
    constraints = [
        (model, constraint)
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    ]
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            for model, constraint in constraints:
                editor.remove_constraint(model, constraint)
        yield
        with connection.schema_editor() as editor:
            for model, constraint in constraints:
                editor.add_constraint(model, constraint)


def test_every_table_is_filled_and_what_migrate_wrote_is_changed(
    before: Rows, no_constraints: None, transactional_db: None
) -> None:
    """The next test sees whether anything of it is left."""
    tables = sorted(before.keys() - {"django_migrations"})
    Permission.objects.filter(codename="view_job").delete()
    Group.objects.filter(name=VIEWER.name).delete()
    PeriodicTask.objects.update(enabled=False)
    for table in tables:
        fill(table)
    after = rows()
    assert [table for table in tables if set(after[table]) <= set(before[table])] == []


def test_nothing_of_it_is_left(before: Rows, transactional_db: None) -> None:
    assert rows() == before
