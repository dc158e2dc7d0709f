"""Counting that costs the same at a thousand rows and at a million."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connections, transaction
from django.utils.functional import cached_property


class AtLeast(int):
    """A count that was given up at its last row, and says so wherever it is shown: "10000+"."""

    def __str__(self) -> str:
        return f"{int(self) - 1}+"


class About(int):
    """A count that was estimated: "≈ 1000000"."""

    def __str__(self) -> str:
        return f"≈ {int(self)}"


class CappedPaginator(Paginator[Any]):
    """Exact up to `cap`; beyond it PostgreSQL's own estimate for an unfiltered list, else `cap`."""

    cap = 10_001

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        counted: int = rows.order_by().values("pk")[: self.cap].count()
        if counted < self.cap:
            return counted
        estimate = 0 if rows.query.where else self._estimate()
        return About(estimate) if estimate > counted else AtLeast(counted)

    def _estimate(self) -> int:
        """pg_class.reltuples: as of the last ANALYZE, kept fresh by autovacuum."""
        rows: Any = self.object_list
        with connections[rows.db].cursor() as cursor:
            cursor.execute(
                "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [rows.model._meta.db_table]
            )
            return int(cursor.fetchone()[0])


class FoundPaginator(CappedPaginator):
    """For what a search for words has found, which may be a few rows or most of all.

    PostgreSQL takes both for few, fetches all and sorts them. That is right up to `cap`; beyond it the next page
    is found sooner by walking through the rows in their order until enough have matched.
    """

    cap = 2_001

    def page(self, number: int | str) -> Page[Any]:
        page = super().page(number)
        if self.count >= self.cap:
            page.object_list = self._walk(page.object_list)
        return page

    def _walk(self, rows: Any) -> list[Any]:
        with transaction.atomic(using=rows.db), connections[rows.db].cursor() as cursor:
            # Starting helpers takes longer than reading the few thousand rows, most of all under load.
            cursor.execute("SET LOCAL enable_sort = off; SET LOCAL max_parallel_workers_per_gather = 0")
            found = list(rows)
            cursor.execute("SET LOCAL enable_sort TO DEFAULT; SET LOCAL max_parallel_workers_per_gather TO DEFAULT")
        return found
