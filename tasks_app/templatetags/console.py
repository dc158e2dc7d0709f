"""Tags of the console's templates."""

from typing import Any

from django import template
from django.template.context import Context, RequestContext

from tasks_app.admin.common.date_hierarchy import date_steps
from tasks_app.admin.common.display import cost, duration, mark, stage_label, state_badge, tokens
from tasks_app.admin.common.figure_labels import figure_label, figure_value
from tasks_app.admin.common.safe_markdown import markdown
from tasks_app.admin.operations.dashboard import dashboard_context
from tasks_app.admin.operations.dashboard.getting_started import overview
from tasks_app.jobs.transitions import pausing

register = template.Library()

APP = "tasks_app"
MODELS = (
    *("Notebook", "Source", "Minute", "Transcription", "ChatSession", "Council", "CouncilMeeting"),
    *("AgendaItem", "AgendaMaterial", "DocumentCheck", "CheckTerm", "CheckPreference", "SlideDeck", "SlideTemplate"),
    *(
        "Job",
        "Inconsistency",
        "QueueControl",
        "WorkerHeartbeat",
        "PeriodicHeartbeat",
        "ProviderState",
        "PromptOverride",
    ),
)
"""In the order in which they are used."""
register.filter("state_badge", state_badge)
register.filter("duration", duration)
register.filter("figure_label", figure_label)
register.filter("figure_value", figure_value)
register.filter("mark", mark)
register.filter("markdown", markdown)
register.filter("cost", cost)
register.filter("tokens", tokens)
register.filter("stage_label", stage_label)
register.inclusion_tag("admin/date_hierarchy.html", name="date_steps")(date_steps)


@register.inclusion_tag("console/operations/dashboard/getting_started.html", takes_context=True)
def job_overview(context: RequestContext) -> dict[str, Any]:
    """What the dashboard has above the list of models."""
    return {"overview": overview(context.request.user), "request": context.request}


@register.inclusion_tag("console/operations/dashboard/dashboard.html", takes_context=True)
def dashboard(context: Context) -> dict[str, Any]:
    """How the jobs are doing, for those who may see them."""
    return dashboard_context.context(context["request"].user)


@register.inclusion_tag("console/operations/queues/paused.html", takes_context=True)
def paused_notice(context: RequestContext) -> dict[str, Any]:
    """On every page, for everybody who is signed in: which queues start nothing, and why."""
    user = context.request.user
    queues = pausing.paused() if user.is_authenticated else []
    return {
        "queues": queues,
        "drained": any(queue.drained for queue in queues),
        "may_see_queues": user.has_perm("tasks_app.view_queuecontrol"),
    }


@register.filter
def ours_first(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The admin's list of applications with ours in front, its models in the order in which they are used."""
    ours = [{**app, "models": sorted(app["models"], key=_place)} for app in apps if app["app_label"] == APP]
    return ours + [app for app in apps if app["app_label"] != APP]


def _place(model: dict[str, Any]) -> int:
    name = model["object_name"]
    return MODELS.index(name) if name in MODELS else len(MODELS)


@register.filter
def clock(milliseconds: int) -> str:
    """A time in a recording, as players show it."""
    return seconds_clock(milliseconds // 1000)


@register.filter
def percent(share: float) -> str:
    """A share from 0 to 1."""
    return f"{share:.0%}"


@register.filter
def seconds_clock(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
