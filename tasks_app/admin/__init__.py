"""The console: Django's admin with our pages. Verbs and views only; tasks_app.jobs alone writes states."""

from django.contrib import admin

from tasks_app.admin import engine, job, minute, notebook, prompt, provider, results, source

__all__ = ["engine", "job", "minute", "notebook", "prompt", "provider", "results", "source"]

admin.site.site_header = admin.site.site_title = "NotebookOps"
admin.site.site_url = None
