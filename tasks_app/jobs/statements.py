"""Running the engine's statements, and outliving a PostgreSQL that went away for a while."""

from collections.abc import Callable, Mapping, Sequence
from threading import Event
from time import monotonic
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connection

Result = TypeVar("Result")

PAUSE_SECONDS = 0.5
"""Between two tries to reach PostgreSQL."""

MAX_WAIT_SECONDS = 120.0
"""How long a write waits for PostgreSQL to come back, as from a restart or a failover.

Longer than a lease: the job may meanwhile go to another worker, and the write is then refused.
"""


def rows(statement: str, parameters: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
    """Run one statement and return all rows it gives, in order."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def records(statement: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Like `rows`, each row as a dict by column name."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def execute(statement: str, parameters: Mapping[str, Any]) -> int:
    """Run one statement that returns no rows; the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def retry_on_connection_loss(
    transaction: Callable[[], Result], after_loss: Callable[[], Result] | None = None
) -> Result:
    """Run a whole transaction, again from its start after each loss of the connection.

    One that must not run twice comes with `after_loss`, which takes its place from then on: it has to find out
    whether the commit went through. Raises the last OperationalError or InterfaceError after MAX_WAIT_SECONDS.
    """
    give_up = monotonic() + MAX_WAIT_SECONDS
    while True:
        try:
            return transaction()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or monotonic() > give_up:
                raise
            connection.close()
            transaction = after_loss or transaction
            Event().wait(PAUSE_SECONDS)
