"""What the dashboard shows besides the jobs: what to do next."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User

from tasks_app.models import Notebook, Source


@dataclass(frozen=True, kw_only=True)
class GettingStarted:
    """`may_*` are the reader's rights."""

    may_see_jobs: bool
    may_add_notebook: bool
    may_add_source: bool
    has_notebook: bool
    has_source: bool


def overview(user: User | AnonymousUser) -> GettingStarted:
    return GettingStarted(
        may_see_jobs=user.has_perm("tasks_app.view_job"),
        may_add_notebook=user.has_perm("tasks_app.add_notebook"),
        may_add_source=user.has_perm("tasks_app.add_source"),
        has_notebook=Notebook.objects.exists(),
        has_source=Source.objects.exists(),
    )
