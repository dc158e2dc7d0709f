"""What a diagnosis says: one sentence with its evidence, what to do about it, and the button for that."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from tasks_app.admin.jobs.status.context import StatusContext
from tasks_app.models import Job


@dataclass(frozen=True, kw_only=True)
class Button:
    """What may safely be done: a page to look at, or one that asks first (`asks`), for those who hold `right`."""

    label: str
    url: str
    right: str
    asks: bool = False


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """One sentence with its evidence, what to do about it, and the button for that. `name` is the rule's."""

    name: str
    what: str
    advice: str = ""
    button: Button | None = None


DiagnosisRule = Callable[[Job, StatusContext], Diagnosis | None]


def clock(moment: datetime) -> str:
    """The time of day, with the date where it is another day's."""
    local = timezone.localtime(moment)
    today = local.date() == timezone.localdate()
    return date_format(local, "TIME_FORMAT" if today else "SHORT_DATETIME_FORMAT")
