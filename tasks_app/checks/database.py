"""What PostgreSQL must offer. Runs only where a database is named, as migrate does: check --database default."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import OperationalError, connections

EXTENSION = "vector"


@register(Tags.database)
def vectors_available(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    return [message for alias in databases or () for message in _vectors(alias)]


def offers_extension(alias: str, name: str) -> bool:
    """Whether the server of this database could create the extension. Raises OperationalError."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT FROM pg_available_extensions WHERE name = %s", [name])
        return cursor.fetchone() is not None


def _vectors(alias: str) -> list[CheckMessage]:
    try:
        offered = offers_extension(alias, EXTENSION)
    except OperationalError:
        return [
            Error(
                f"The database {alias!r} cannot be reached.",
                hint="Set DATABASE_URL to a running PostgreSQL server with a valid user.",
                id="notebookops.E013",
            )
        ]
    if offered:
        return []
    return [
        Error(
            f"The PostgreSQL server of the database {alias!r} lacks the extension {EXTENSION!r}.",
            hint="Install pgvector on that server, or unset DATABASE_URL to use the bundled one.",
            id="notebookops.E012",
        )
    ]
