"""Users; and groups: those that the project declares are to look at, others are the administrators' own."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as StockGroupAdmin
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest

from tasks_app.admin.common.console_admin import ConsoleAdmin
from tasks_app.roles import ROLES

DECLARED = frozenset(role.name for role in ROLES)

admin.site.unregister(Group)
admin.site.unregister(User)


@admin.register(User)
class UserAdmin(ConsoleAdmin, StockUserAdmin):  # type: ignore[type-arg]
    """The stock page."""


@admin.register(Group)
class GroupAdmin(ConsoleAdmin, StockGroupAdmin):
    """What a declared group may do comes back with every migrate, so it is not offered for change."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _declared(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _declared(obj) and super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """With a declared group among those chosen, nothing is deleted."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        declared = [str(group) for group in objs if _declared(group)]
        return deleted, counts, lacking, [*protected, *declared]


def _declared(group: Any) -> bool:
    return group is not None and group.name in DECLARED
