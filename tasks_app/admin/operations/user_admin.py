"""Users and groups. Who is no superuser manages only those who may no more than themselves, and grants no more.

Groups that the project declares are to look at, others are the administrators' own.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as StockGroupAdmin
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import ManyToManyField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.access import password_again
from tasks_app.admin.common.console_admin import ConsoleAdmin
from tasks_app.roles import ROLES

DECLARED = frozenset(role.name for role in ROLES)

GRANTS = ("is_superuser", "user_permissions")
"""Fields of a user by which rights are given outside of groups: for superusers alone."""

OWN_PAGES = frozenset({"account", "mfa", "socialaccount", "usersessions"})
"""django-allauth's apps: their rows belong to one account each, which has pages of its own for them."""

admin.site.unregister([Group, User, *(model for model in admin.site._registry if model._meta.app_label in OWN_PAGES)])


def held_by(user: Any) -> QuerySet[Permission]:
    """Every right that a user has, and so may pass on."""
    if user.is_superuser:
        return Permission.objects.all()
    return (Permission.objects.filter(user=user) | Permission.objects.filter(group__user=user)).distinct()


def groups_within(user: Any) -> QuerySet[Group]:
    """The groups that hold no right which this user lacks."""
    beyond = Permission.objects.exclude(pk__in=held_by(user).values("pk"))
    return Group.objects.exclude(permissions__in=beyond)


def may_manage(manager: Any, user: User) -> bool:
    """Whether the manager would gain nothing by becoming this user, whose password they may then set."""
    return manager.is_superuser or not (
        user.is_superuser or held_by(user).exclude(pk__in=held_by(manager).values("pk")).exists()
    )


class GrantsRights(ConsoleAdmin):
    """Anyone who may change something here is asked for the password again when the page is opened."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        may_change = self.has_change_permission(request) if object_id else self.has_add_permission(request)
        asked = password_again.ask(request) if may_change else None
        return asked or super().changeform_view(request, object_id, form_url, extra_context)


@admin.register(User)
class UserAdmin(GrantsRights, StockUserAdmin):  # type: ignore[type-arg]
    actions = ("remove_second_factor",)

    @admin.action(description=_("Remove the second factor of selected users"), permissions=("change",))
    def remove_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """For someone who has lost theirs. Asks for the password again."""
        if asked := password_again.ask(request):
            return asked
        for user in queryset:
            if may_manage(request.user, user) and Authenticator.objects.filter(user=user).delete()[0]:
                self.log_change(request, user, gettext("Second factor removed."))
                messages.success(request, gettext("%(user)s has no second factor any more.") % {"user": user})
        return None

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        return password_again.ask(request) or super().user_change_password(request, id, form_url)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or may_manage(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or may_manage(request.user, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = super().get_readonly_fields(request, obj)
        return fixed if request.user.is_superuser else (*fixed, *GRANTS)

    def formfield_for_manytomany(self, db_field: "ManyToManyField[Any, Any]", request: Any, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["queryset"] = groups_within(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(Group)
class GroupAdmin(GrantsRights, StockGroupAdmin):
    """What a declared group may do comes back with every migrate, so it is not offered for change."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._open_to(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._open_to(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """With a declared group among those chosen, nothing is deleted."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        declared = [str(group) for group in objs if _declared(group)]
        return deleted, counts, lacking, [*protected, *declared]

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: Any = None, **kwargs: Any
    ) -> Any:
        if db_field.name == "permissions":
            kwargs["queryset"] = Permission.objects.filter(pk__in=held_by(request.user).values("pk"))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _open_to(self, request: HttpRequest, group: Any) -> bool:
        return group is None or (not _declared(group) and groups_within(request.user).filter(pk=group.pk).exists())


def _declared(group: Any) -> bool:
    return group is not None and group.name in DECLARED
