"""Users and groups: nobody gives what they do not have, nor takes over somebody who may more."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from tasks_app.roles import ADMINISTRATOR, VIEWER
from tests.console.admin.conftest import holder

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    return holder(ADMINISTRATOR, "manager")


@pytest.fixture
def managing(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


@pytest.fixture
def chief() -> User:
    return User.objects.create_superuser("chief", password="the-chiefs-own")


@pytest.fixture
def beyond() -> Permission:
    """A right that administrators lack."""
    return Permission.objects.get(content_type__app_label="admin", codename="delete_logentry")


def page(user: User, name: str = "user_change") -> str:
    return reverse(f"admin:auth_{name}", args=[user.pk])


def form(user: User, **changes: object) -> dict[str, object]:
    """What the page of a user sends."""
    joined, on = user.date_joined, "on"
    return {
        "username": user.username,
        "is_active": on,
        "is_staff": on,
        "date_joined_0": f"{joined:%Y-%m-%d}",
        "date_joined_1": f"{joined:%H:%M:%S}",
        "groups": [group.pk for group in user.groups.all()],
        **changes,
    }


def test_an_administrator_does_not_become_superuser(managing: Client, manager: User) -> None:
    assert managing.post(page(manager), form(manager, is_superuser="on", first_name="M")).status_code == 302
    manager.refresh_from_db()
    assert (manager.is_superuser, manager.first_name) == (False, "M")


def test_nor_makes_anybody_one(managing: Client) -> None:
    other = holder(VIEWER, "other")
    managing.post(page(other), form(other, is_superuser="on"))
    managing.post(
        reverse("admin:auth_user_add"),
        {"username": "new", "usable_password": "false", "is_superuser": "on", "is_staff": "on"},
    )
    assert not User.objects.filter(is_superuser=True).exists()


def test_rights_are_given_through_groups_alone(managing: Client, beyond: Permission) -> None:
    other = holder(VIEWER, "other")
    view = Permission.objects.get(codename="view_job")
    assert managing.post(page(other), form(other, user_permissions=[view.pk, beyond.pk])).status_code == 302
    assert list(other.user_permissions.all()) == []


def test_a_group_that_may_more_cannot_be_given_changed_or_deleted(managing: Client, beyond: Permission) -> None:
    other, group = holder(VIEWER, "other"), Group.objects.create(name="beyond")
    group.permissions.add(beyond)
    assert managing.post(page(other), form(other, groups=[group.pk])).status_code == 200, "the form names the fault"
    assert not other.groups.filter(pk=group.pk).exists()
    assert managing.post(reverse("admin:auth_group_change", args=[group.pk]), {"name": "mine"}).status_code == 403
    assert managing.post(reverse("admin:auth_group_delete", args=[group.pk]), {"post": "yes"}).status_code == 403


def test_a_group_gets_no_right_that_its_maker_lacks(managing: Client, beyond: Permission) -> None:
    own = Permission.objects.get(codename="view_job")
    add = reverse("admin:auth_group_add")
    assert managing.post(add, {"name": "a", "permissions": [beyond.pk]}).status_code == 200
    assert managing.post(add, {"name": "b", "permissions": [own.pk]}).status_code == 302
    assert [group.name for group in Group.objects.filter(name__in="ab")] == ["b"]


@pytest.mark.parametrize("whose", ["superuser", "one who may more"])
def test_nobody_who_may_more_is_changed_deleted_or_given_a_password(
    whose: str, managing: Client, chief: User, beyond: Permission
) -> None:
    target = chief if whose == "superuser" else holder(VIEWER, "other")
    if target != chief:
        target.user_permissions.add(beyond)
    passwords = {"password1": "taken-over-1", "password2": "taken-over-1"}
    before = target.password
    assert managing.post(page(target), form(target, username="gone")).status_code == 403
    assert managing.post(reverse("admin:auth_user_password_change", args=[target.pk]), passwords).status_code == 403
    assert managing.post(page(target, "user_delete"), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [target.pk], "post": "yes"}
    managing.post(reverse("admin:auth_user_changelist"), chosen)
    target.refresh_from_db()
    assert (target.username != "gone", target.password) == (True, before)


def test_an_administrator_manages_all_others(managing: Client) -> None:
    other = holder(VIEWER, "other")
    administrators = Group.objects.get(name=ADMINISTRATOR.name)
    assert managing.post(page(other), form(other, groups=[administrators.pk])).status_code == 302
    assert list(other.groups.all()) == [administrators]
    assert managing.post(page(other, "user_delete"), {"post": "yes"}).status_code == 302


def test_a_superuser_grants_everything(chief: User, beyond: Permission) -> None:
    client, other = Client(), holder(VIEWER, "other")
    client.force_login(chief)
    client.post(page(other), form(other, is_superuser="on", user_permissions=[beyond.pk]))
    other.refresh_from_db()
    assert other.is_superuser
    assert list(other.user_permissions.all()) == [beyond]


def test_a_refused_next_page_leads_to_the_console(chief: User) -> None:
    sent = {"username": "chief", "password": "the-chiefs-own", "next": "https://elsewhere.example/"}
    answer = Client().post(reverse("admin:login"), sent, follow=True)
    assert answer.redirect_chain == [(reverse("admin:index"), 302)]
    assert answer.status_code == 200
