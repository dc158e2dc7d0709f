"""What the first page tells of the jobs: counts, the newest failures, and what to do next."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count, Q
from django.utils import timezone

from tasks_app.admin.provider_lines import ProviderLine, provider_lines
from tasks_app.models import Job, Notebook, Source
from tasks_app.models.job import State

FAILURES_SHOWN = 5
RECENT = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Overview:
    """`may_*` are the reader's rights. Without the right to see jobs there are no figures."""

    may_see_jobs: bool
    may_add_notebook: bool
    may_add_source: bool
    has_notebook: bool
    has_source: bool
    queued: int = 0
    running: int = 0
    failed: int = 0
    failures: tuple[Job, ...] = ()
    providers_away: tuple[ProviderLine, ...] = ()


def overview(user: User | AnonymousUser) -> Overview:
    """Figures for `user`, counted through partial indexes; failures are those of the last 24 hours."""
    may_see_jobs = user.has_perm("tasks_app.view_job")
    outlook = Overview(
        may_see_jobs=may_see_jobs,
        may_add_notebook=user.has_perm("tasks_app.add_notebook"),
        may_add_source=user.has_perm("tasks_app.add_source"),
        has_notebook=Notebook.objects.exists(),
        has_source=Source.objects.exists(),
    )
    if not may_see_jobs:
        return outlook
    recent_failures = Job.objects.filter(state=State.FAILED, finished_at__gte=timezone.now() - RECENT)
    active = Job.objects.filter(state__in=(State.QUEUED, State.RUNNING)).aggregate(
        queued=Count("pk", filter=Q(state=State.QUEUED)), running=Count("pk", filter=Q(state=State.RUNNING))
    )
    return replace(
        outlook,
        **active,
        providers_away=tuple(line for line in provider_lines() if line.unreachable),
        failed=recent_failures.count(),
        failures=tuple(recent_failures.order_by("-finished_at")[:FAILURES_SHOWN]),
    )
