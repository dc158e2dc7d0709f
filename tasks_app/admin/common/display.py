"""How states and times are shown: always in words, with shape and colour beside them."""

from datetime import timedelta
from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from tasks_app.models import Job
from tasks_app.models.engine.fields import SpendingFields
from tasks_app.models.engine.job import State

SHAPES = {
    State.QUEUED: "○",
    State.RUNNING: "◐",
    State.SUCCEEDED: "✔",
    State.FAILED: "✖",
    State.CANCELLED: "⊘",
}

MARKS = {"paused": "‖", "stuck": "⚠", "failed": SHAPES[State.FAILED], "succeeded": SHAPES[State.SUCCEEDED]}
"""Shapes that stand beside words which say the same."""

NOTHING = "—"


def state_badge(state: str) -> SafeString:
    """A job's state as text, shape and colour."""
    return badge(state, SHAPES[State(state)], State(state).label)


def badge(style: str, shape: str, label: object) -> SafeString:
    return format_html(
        '<span class="badge badge-{}"><span class="badge-shape" aria-hidden="true">{}</span>{}</span>',
        style,
        shape,
        label,
    )


def mark(name: str) -> SafeString:
    """A shape of MARKS, which is not read aloud."""
    return format_html('<span class="badge-shape" aria-hidden="true">{}</span>', MARKS[name])


def stage_label(name: str, job: Job) -> str:
    """What a stage of the job's kind is called."""
    stage = job.job_type.stage(name) if job.job_type else None
    return str(stage.label) if stage else name


def tokens(spent: SpendingFields) -> str:
    """In and out; a dash where no model was asked."""
    if not spent.input_tokens and not spent.output_tokens:
        return NOTHING
    return f"{spent.input_tokens:,} + {spent.output_tokens:,}"


def cost(money: Decimal | float) -> str:
    """In the currency of the price table, small sums included; a dash for nothing."""
    return f"{money:,.4f}" if money else NOTHING


def duration(seconds: float | timedelta | None) -> str:
    """A length of time in at most two units; a dash where there is none."""
    if seconds is None:
        return NOTHING
    total = seconds.total_seconds() if isinstance(seconds, timedelta) else seconds
    if total < 10:
        return gettext("%(seconds)s s") % {"seconds": f"{max(total, 0):.1f}"}
    minutes, rest = divmod(round(total), 60)
    if not minutes:
        return gettext("%(seconds)s s") % {"seconds": rest}
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return gettext("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}
    return gettext("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
