"""Pages to look at, not to write on."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from tasks_app.admin.common.console_admin import ConsoleAdmin


class ReadOnlyAdmin(ConsoleAdmin):
    """Anyone who may view may look; nobody adds, changes or deletes here, whatever their rights."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def require_view(self, request: HttpRequest) -> None:
        """Raises PermissionDenied for those who may not view."""
        if not self.has_view_permission(request):
            raise PermissionDenied
