"""The site's database role does the site's work and cannot change the schema."""

from collections.abc import Iterator

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from tasks_app.management.commands.grant_site_role import ROLE

PASSWORD = "of the site, for a test"


@pytest.fixture
def site(transactional_db: None, settings: Settings) -> Iterator[psycopg2.extensions.connection]:
    """A connection as the site makes it."""
    settings.DATABASE_SITE_PASSWORD = PASSWORD
    for _time in range(2):
        call_command("grant_site_role", verbosity=0)
    known = connection.get_connection_params()
    address = {name: known[name] for name in ("host", "port", "dbname") if name in known}
    opened = psycopg2.connect(**address, user=ROLE, password=PASSWORD)
    opened.autocommit = True
    yield opened
    opened.close()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")


def test_it_reads_and_writes_rows_and_nothing_else(site: psycopg2.extensions.connection) -> None:
    with site.cursor() as cursor:
        cursor.execute("INSERT INTO tasks_app_accessrecord (event, name, target, account_key) VALUES ('x', '', '', '')")
        cursor.execute("UPDATE tasks_app_accessrecord SET name = 'y'; SELECT count(*) FROM django_migrations")
        assert cursor.fetchone()[0] > 0  # type: ignore[index]
        cursor.execute("DELETE FROM tasks_app_accessrecord")
        for statement in (
            "CREATE TABLE public.mine (id int)",
            "ALTER TABLE tasks_app_job ADD COLUMN mine int",
            "DROP TABLE tasks_app_accessrecord",
            "TRUNCATE tasks_app_accessrecord",
            "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "DELETE FROM django_migrations",
            "CREATE ROLE another",
            f"ALTER ROLE {ROLE} SUPERUSER",
            "COPY (SELECT 1) TO PROGRAM 'true'",
        ):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(statement)


def test_without_a_password_there_is_no_role(db: None) -> None:
    with pytest.raises(CommandError, match="DATABASE_SITE_PASSWORD"):
        call_command("grant_site_role")
