"""Addresses from before models were renamed: they are in bookmarks, mails and histories, and still lead there."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tasks_app.models import Inconsistency

FORMER = ("finding", "pulse", "workerbeat")

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("chief"))
    return client


@pytest.fixture
def inconsistency() -> Inconsistency:
    return Inconsistency.objects.create(check_name="files", about="source:1", message="The file is missing.")


@pytest.mark.parametrize("model", FORMER)
def test_a_former_list_leads_to_todays(chief: Client, model: str) -> None:
    page = chief.get(f"/admin/tasks_app/{model}/", follow=True)
    (hop,) = page.redirect_chain
    assert hop[1] == 308
    assert page.status_code == 200


def test_pages_below_a_list_and_the_query_are_kept(chief: Client, inconsistency: Inconsistency) -> None:
    answer = chief.get(f"/admin/tasks_app/finding/{inconsistency.pk}/change/?_changelist_filters=check%3Dfiles")
    today = reverse("admin:tasks_app_inconsistency_change", args=[inconsistency.pk])
    assert answer["Location"] == f"{today}?_changelist_filters=check%3Dfiles"
    assert "The file is missing." in chief.get(answer["Location"]).content.decode()


def test_a_form_that_was_open_meanwhile_still_works(chief: Client, inconsistency: Inconsistency) -> None:
    page = chief.post(f"/admin/tasks_app/finding/{inconsistency.pk}/repair/", {"reason": "restored"}, follow=True)
    assert page.redirect_chain[0] == (reverse("admin:tasks_app_inconsistency_repair", args=[inconsistency.pk]), 308)
    assert page.status_code == 200


def test_rights_are_asked_for_at_todays_address() -> None:
    client = Client()
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert client.get("/admin/tasks_app/workerbeat/", follow=True).status_code == 403
