"""Empties the database after a test that commits, in milliseconds.

Django's own way takes 0.2 s: TRUNCATE of every table, then `post_migrate` writes content types, permissions, roles and
periodic tasks again. Here only tables that hold rows are emptied, and what `migrate` wrote is kept: it is compared with
a copy and put back where a test changed it.
"""

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

NEVER_TOUCHED = frozenset({"django_migrations"})
KEPT = "kept"
"""The schema that holds the copies."""


def keep(connection: BaseDatabaseWrapper) -> None:
    """Copy every table that `migrate` left rows in; call it once, before the first test."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {KEPT} CASCADE")
        cursor.execute(f"CREATE SCHEMA {KEPT}")
        for table in _tables(cursor):
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}")')
            (filled,) = cursor.fetchone()
            if filled:
                cursor.execute(f'CREATE TABLE {KEPT}."{table}" AS TABLE "{table}"')


def empty(connection: BaseDatabaseWrapper) -> None:
    """Bring every table back to what `keep` found.

    Writers that are still at work (a worker killed within its COMMIT) are waited for, as TRUNCATE would; foreign keys
    are not looked at, since all rows go.
    """
    with connection.cursor() as cursor:
        tables = _tables(cursor)
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [KEPT])
        kept = {table for (table,) in cursor.fetchall()}
        cursor.execute(_statement(tables, kept))


def _tables(cursor: CursorWrapper) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [table for (table,) in cursor.fetchall() if table not in NEVER_TOUCHED]


def _statement(tables: Sequence[str], kept: set[str]) -> str:
    """One round trip: a block that runs in a transaction of its own."""
    names = ", ".join(f'"{table}"' for table in tables)
    steps = "\n".join(_put_back(table) if table in kept else _empty(table) for table in tables)
    return f"""
    DO $$ BEGIN
        LOCK TABLE {names} IN EXCLUSIVE MODE;
        SET LOCAL session_replication_role = replica;
        {steps}
    END $$
    """


def _empty(table: str) -> str:
    return f'IF EXISTS (SELECT FROM "{table}") THEN DELETE FROM "{table}"; END IF;'


def _put_back(table: str) -> str:
    ours, copy = f'TABLE "{table}"', f'TABLE {KEPT}."{table}"'
    return f"""
        IF EXISTS (({ours} EXCEPT {copy}) UNION ALL ({copy} EXCEPT {ours})) THEN
            DELETE FROM "{table}";
            INSERT INTO "{table}" {copy};
        END IF;
    """
