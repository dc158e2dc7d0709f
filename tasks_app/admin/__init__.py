"""The console: Django's admin with our pages. Verbs and views only; tasks_app.jobs alone writes states."""

from django.contrib import admin

from tasks_app.admin import (
    accounts,
    agenda_item,
    agenda_material,
    council,
    job,
    meeting,
    notebook,
    prompt,
    provider,
    queue,
    results,
    schedule,
    source,
    worker,
)

__all__ = [
    "accounts",
    "agenda_item",
    "agenda_material",
    "council",
    "job",
    "meeting",
    "notebook",
    "prompt",
    "provider",
    "queue",
    "results",
    "schedule",
    "source",
    "worker",
]

admin.site.site_header = admin.site.site_title = "NotebookOps"
admin.site.site_url = None
