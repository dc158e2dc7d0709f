"""The engine's own rows, to look at: queues, workers and periodic tasks."""

from django.contrib import admin

from tasks_app.admin.read_only import ReadOnlyAdmin
from tasks_app.models import Pulse, QueueControl, WorkerBeat


@admin.register(QueueControl)
class QueueControlAdmin(ReadOnlyAdmin):
    list_display = ("queue", "paused", "reason", "changed_by", "changed_at")
    list_select_related = ("changed_by",)


@admin.register(WorkerBeat)
class WorkerBeatAdmin(ReadOnlyAdmin):
    list_display = ("worker", "queue_names", "concurrency", "version", "started_at", "seen_at")

    @admin.display(description=WorkerBeat._meta.get_field("queues").verbose_name)
    def queue_names(self, beat: WorkerBeat) -> str:
        return ", ".join(beat.queues)


@admin.register(Pulse)
class PulseAdmin(ReadOnlyAdmin):
    list_display = ("name", "last_at")
