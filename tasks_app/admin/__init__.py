"""The console: Django's admin with our pages. Verbs and views only; tasks_app.jobs alone writes states."""

from django.contrib import admin

from tasks_app.admin import (
    agenda_item,
    agenda_material,
    council,
    engine,
    job,
    meeting,
    minute,
    notebook,
    prompt,
    provider,
    results,
    source,
)

__all__ = [
    "agenda_item",
    "agenda_material",
    "council",
    "engine",
    "job",
    "meeting",
    "minute",
    "notebook",
    "prompt",
    "provider",
    "results",
    "source",
]

admin.site.site_header = admin.site.site_title = "NotebookOps"
admin.site.site_url = None
