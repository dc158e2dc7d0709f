"""The engine's own rows, to look at: queues, workers and periodic tasks."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.read_only import ReadOnlyAdmin
from tasks_app.models import Pulse, QueueControl, WorkerBeat


@admin.register(QueueControl)
class QueueControlAdmin(ReadOnlyAdmin):
    empty_text = _("No queue was ever paused.")
    list_display = ("queue", "paused", "reason", "changed_by", "changed_at")
    list_select_related = ("changed_by",)


@admin.register(WorkerBeat)
class WorkerBeatAdmin(ReadOnlyAdmin):
    empty_text = _("No worker runs. Start one, or nothing is worked on.")
    list_display = ("worker", "queue_names", "concurrency", "version", "started_at", "seen_at")

    @admin.display(description=WorkerBeat._meta.get_field("queues").verbose_name)
    def queue_names(self, beat: WorkerBeat) -> str:
        return ", ".join(beat.queues)


@admin.register(Pulse)
class PulseAdmin(ReadOnlyAdmin):
    empty_text = _("No periodic task has run yet. Start beat and a worker for maintenance.")
    list_display = ("name", "last_at")
