"""Prompts of staff's own: beside the default, checked, and never lost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tasks_app import prompts
from tasks_app.models import PromptOverride
from tasks_app.stages.common.prompts import prompt_named
from tests.console.admin.conftest import Staff

LIST, ADD = "admin:tasks_app_promptoverride_changelist", "admin:tasks_app_promptoverride_add"
WHICH = {"prompt": "source/summarise", "language": "en"}


def say(client: Client, text: str, **changes: str) -> Any:
    return client.post(reverse(ADD), {**WHICH, "text": text, "reason": "", **changes}, follow=True)


def test_the_default_stands_beside_and_is_where_one_begins(admin: Client) -> None:
    page = admin.get(reverse(ADD), WHICH).content.decode()
    first_line = prompts.default("source/summarise", "en").text.splitlines()[0]
    assert page.count(first_line) == 2
    assert "<code>$document</code>" in page


def test_what_is_saved_holds_and_its_history_stays(admin: Client) -> None:
    say(admin, "First: $document ($characters)", reason="a try")
    page = say(admin, "Second: $document ($characters)").content.decode()
    assert prompt_named("source/summarise").text == "Second: $document ($characters)"
    assert "custom (" in page
    assert "First:" in page
    assert "a try" in page
    newest = PromptOverride.objects.first()
    assert newest is not None
    assert newest.created_by is not None
    assert newest.created_by.username == "chief"
    again = admin.get(reverse(ADD), WHICH).content.decode()
    assert "Second: $document" in again


def test_an_empty_text_goes_back_to_the_default(admin: Client) -> None:
    say(admin, "Mine: $document ($characters)")
    say(admin, " ")
    assert prompt_named("source/summarise") == prompts.default("source/summarise", "en")
    assert "reset to the default" in admin.get(reverse(LIST)).content.decode()


@pytest.mark.parametrize(
    "text", ["No placeholder", "$document", "$document $characters $tone", "$document $characters $"]
)
def test_placeholders_must_fit(admin: Client, text: str) -> None:
    page = say(admin, text).content.decode()
    assert "The placeholders are not valid" in page
    assert not PromptOverride.objects.exists()


@pytest.mark.parametrize("changes", [{"prompt": "source/nothing"}, {"language": "fr"}, {"prompt": "common/data"}])
def test_only_prompts_that_exist_can_be_changed(admin: Client, changes: dict[str, str]) -> None:
    page = say(admin, "$document $characters", **changes).content.decode()
    assert "Choose a prompt from the list to change it" in page
    assert not PromptOverride.objects.exists()


def test_versions_are_neither_changed_nor_deleted(admin: Client) -> None:
    say(admin, "Mine: $document ($characters)")
    version = PromptOverride.objects.get()
    address = reverse("admin:tasks_app_promptoverride_change", args=[version.pk])
    assert "Mine: $document" in admin.get(address).content.decode()
    assert admin.post(address, {**WHICH, "text": "x"}).status_code == 403
    gone = reverse("admin:tasks_app_promptoverride_delete", args=[version.pk])
    assert admin.post(gone, {"post": "yes"}).status_code == 403


def test_a_version_of_a_prompt_that_is_gone_can_still_be_read(admin: Client) -> None:
    say(admin, "Mine: $document ($characters)")
    PromptOverride.objects.update(prompt="source/removed")
    page = admin.get(reverse("admin:tasks_app_promptoverride_change", args=[PromptOverride.objects.get().pk]))
    assert "Nothing uses this prompt any more" in page.content.decode()
    assert "Mine: $document" in page.content.decode()


def test_changing_needs_its_right(staff: Staff) -> None:
    reader = staff("view_promptoverride")
    assert "?prompt=" not in reader.get(reverse(LIST)).content.decode()
    assert reader.get(reverse(ADD), WHICH).status_code == 403
    assert say(reader, "$document $characters").status_code == 403
    writer = staff("view_promptoverride", "add_promptoverride")
    assert say(writer, "Mine: $document $characters").status_code == 200
    assert PromptOverride.objects.count() == 1
