from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class TasksAppConfig(AppConfig):
    name = "tasks_app"
    verbose_name = _("NotebookOps")

    def ready(self) -> None:
        from tasks_app import checks, registry, roles, tasks  # noqa: F401
        from tasks_app.access import recording, sessions
        from tasks_app.jobs.upkeep import deletion, periodic
        from tasks_app.jobs.workers import worker

        for package in settings.JOB_TYPE_PACKAGES:
            registry.discover(package)
        tasks.generate()
        deletion.watch()
        worker.watch()
        recording.watch()
        sessions.watch()
        post_migrate.connect(
            lambda **_kwargs: periodic.reconcile(tasks.schedule()),
            sender=self,
            weak=False,
            dispatch_uid="periodic",
        )
        post_migrate.connect(
            lambda using, **_kwargs: roles.reconcile(using=using), sender=self, weak=False, dispatch_uid="roles"
        )
