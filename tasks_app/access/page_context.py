"""What the pages of django-allauth need to look like the console's own."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse


def account_pages(request: HttpRequest) -> Mapping[str, Any]:
    """A context processor; empty for all other pages."""
    return admin.site.each_context(request) if request.path.startswith(reverse("account_pages")) else {}
