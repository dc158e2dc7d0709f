"""The dashboard's part about jobs, for the page and for its poll."""

from typing import Any

from django.contrib.auth.models import AnonymousUser, User

from tasks_app.admin.operations.dashboard.bar_chart import chart
from tasks_app.admin.operations.dashboard.dashboard import RECENT, dashboard


def context(user: User | AnonymousUser) -> dict[str, Any]:
    """For console/operations/dashboard/dashboard.html; the reader may see jobs."""
    figures = dashboard()
    return {
        "figures": figures,
        "chart": chart(figures.active_kinds),
        "hours": int(RECENT.total_seconds() // 3600),
        "lines": figures.queues,
        "tick": figures.tick,
        "may_see_jobs": True,
        "may_see_queues": user.has_perm("tasks_app.view_queuecontrol"),
        "may_see_inconsistencies": user.has_perm("tasks_app.view_inconsistency"),
        "may_see_workers": user.has_perm("tasks_app.view_workerheartbeat"),
    }
