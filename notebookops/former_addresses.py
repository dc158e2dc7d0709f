"""Addresses under /admin/ that were given away before their models were renamed: each leads to today's."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import path, reverse

RENAMED = {"finding": "inconsistency", "pulse": "periodicheartbeat", "workerbeat": "workerheartbeat"}
"""Models by the name that their pages' addresses had, and have now."""


def redirect(request: HttpRequest, model: str, rest: str = "") -> HttpResponse:
    """The method, what a form sent and the query stay the same."""
    query = request.META.get("QUERY_STRING", "")
    url = f"{reverse('admin:index')}tasks_app/{RENAMED[model]}/{rest}" + (f"?{query}" if query else "")
    return HttpResponsePermanentRedirect(url, preserve_request=True)


urlpatterns = [
    entry
    for model in RENAMED
    for entry in (
        path(f"tasks_app/{model}/", redirect, {"model": model}),
        path(f"tasks_app/{model}/<path:rest>", redirect, {"model": model}),
    )
]
