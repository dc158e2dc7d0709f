from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasksAppConfig(AppConfig):
    name = "tasks_app"
    verbose_name = _("NotebookOps")

    def ready(self) -> None:
        from tasks_app import checks, registry, tasks  # noqa: F401
        from tasks_app.jobs import subjects

        registry.discover("tasks_app.job_types")
        tasks.generate()
        subjects.watch()
