"""A database that does what it is asked, and whose answer then gets lost with the connection."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

LOST = "server closed the connection unexpectedly"


def lose_commit(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The answer to this commit, counted from 1, is lost."""
    wrapper: Any = BaseDatabaseWrapper
    commit: Callable[[Any], None] = wrapper._commit
    seen: list[int] = []

    def lossy(self: Any) -> None:
        commit(self)
        seen.append(1)
        if len(seen) == number:
            self.connection.close()
            raise OperationalError(LOST)

    monkeypatch.setattr(BaseDatabaseWrapper, "_commit", lossy)


@contextmanager
def lose_statement(text: str) -> Iterator[None]:
    """The answer to the first statement that contains this text is lost."""
    seen: list[str] = []

    def lossy(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if text in sql and not seen:
            seen.append(sql)
            context["connection"].connection.close()
            raise OperationalError(LOST)
        return result

    with connection.execute_wrapper(lossy):
        yield
