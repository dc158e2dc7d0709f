from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.contrib.admin import autodiscover
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks


class ConsoleConfig(SimpleAdminConfig):
    """The admin. Its pages are registered where its addresses are loaded: workers and beat start without either."""

    default_site = "tasks_app.site.ConsoleSite"

    def ready(self) -> None:
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(_check_pages, checks.Tags.admin)


def _check_pages(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[checks.CheckMessage]:
    """Django's own check, which sees only what is registered by then."""
    autodiscover()
    return check_admin_app(app_configs, **options)
