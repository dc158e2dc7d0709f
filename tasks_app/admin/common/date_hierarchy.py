"""Drilling down by date without looking for the dates that occur: every year, month and day there has been."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext

Step = dict[str, Any]
"""`title`, and `link` unless it is where one is."""


def date_steps(changelist: ChangeList) -> Mapping[str, Any]:
    """For admin/date_hierarchy.html. One statement, which an index on the field answers at once."""
    field = str(changelist.date_hierarchy)
    bounds = changelist.model._default_manager.aggregate(first=Min(field), last=Max(field))
    if bounds["first"] is None:
        return {"show": False}
    first, last = (_day(bounds[end]) for end in ("first", "last"))
    year, month, day = (_number(changelist, f"{field}__{unit}") for unit in ("year", "month", "day"))
    if year is None and first.year == last.year:
        year = first.year
        month = first.month if first.month == last.month else None

    def link(**units: int) -> str:
        return changelist.get_query_string(
            {f"{field}__{unit}": number for unit, number in units.items()}, [f"{field}__"]
        )

    if year is None:
        years = range(first.year, last.year + 1)
        return _page([{"title": str(one), "link": link(year=one)} for one in years])
    if month is None:
        months = _within((date(year, one, 1) for one in range(1, 13)), first.replace(day=1), last)
        steps = [
            {"title": _title(one, "YEAR_MONTH_FORMAT"), "link": link(year=year, month=one.month)} for one in months
        ]
        return _page(steps, back={"title": gettext("All dates"), "link": link()})
    if day is None:
        days = (date(year, month, one) for one in range(1, monthrange(year, month)[1] + 1))
        steps = [
            {"title": _title(one, "MONTH_DAY_FORMAT"), "link": link(year=year, month=month, day=one.day)}
            for one in _within(days, first, last)
        ]
        return _page(steps, back={"title": str(year), "link": link(year=year)})
    chosen = date(year, month, day)
    back = {"title": _title(chosen, "YEAR_MONTH_FORMAT"), "link": link(year=year, month=month)}
    return _page([{"title": _title(chosen, "MONTH_DAY_FORMAT")}], back=back)


def _page(choices: list[Step], back: Step | None = None) -> Mapping[str, Any]:
    return {"show": True, "choices": choices, "back": back}


def _within(days: Iterable[date], first: date, last: date) -> list[date]:
    return [day for day in days if first <= day <= last]


def _title(day: date, form: str) -> str:
    return str(capfirst(date_format(day, form)))


def _day(moment: date) -> date:
    """Where the reader is; a day without a time is the same everywhere."""
    return timezone.localtime(moment).date() if isinstance(moment, datetime) else moment


def _number(changelist: ChangeList, name: str) -> int | None:
    given = changelist.params.get(name)
    return int(str(given)) if given else None
