"""Every address of the console, for every role: a new one without a line here fails."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.urls.converters import IntConverter, UUIDConverter

from tasks_app.admin.common.read_only import ReadOnlyAdmin
from tasks_app.admin.content.base.subject_admin import SubjectAdmin
from tasks_app.models.engine.job import State
from tasks_app.roles import ROLES, Role
from tests.console.admin.conftest import JobIn, Staff

APPS = {model._meta.app_label for model in admin.site._registry}
SITE = {"index", "login", "logout", "password_change", "password_change_done", "autocomplete", "jsi18n", "view_on_site"}
"""The site's own, which ask for being signed in alone; the list of an application follows from its models."""

SHARDS = 3
"""Parts of the addresses, so that no test takes long."""

NOBODY = "nobody"
ABSENT = UUID(int=0)
"""Rights are checked before rows, so a missing row is as good a test: 404 or back, but not 403."""


@dataclass(frozen=True)
class Needs:
    """The right (`app.codename`) to read an address and to post to it. NOBODY where the method is not for anybody."""

    read: str
    post: str


def reading(right: str) -> Needs:
    """A page that is looked at; posting to it changes nothing."""
    return Needs(read=right, post=right)


def posting(right: str) -> Needs:
    return Needs(read=NOBODY, post=right)


LINES = {
    "tasks_app_job_requeue": posting("tasks_app.requeue_job"),
    "tasks_app_job_fail": posting("tasks_app.fail_job"),
    "tasks_app_job_cancel": posting("tasks_app.cancel_job"),
    "tasks_app_job_restart": posting("tasks_app.restart_job"),
    "tasks_app_job_acknowledge": posting("tasks_app.acknowledge_job"),
    "tasks_app_job_errors": reading("tasks_app.view_job"),
    "tasks_app_job_bulk": reading("tasks_app.view_job"),
    "tasks_app_job_bulk_confirm": posting("tasks_app.requeue_job"),
    "tasks_app_job_bulk_step": posting("tasks_app.requeue_job"),
    "tasks_app_job_bulk_stop": posting("tasks_app.requeue_job"),
    "tasks_app_job_dashboard": reading("tasks_app.view_job"),
    "tasks_app_job_live": reading("tasks_app.view_job"),
    "tasks_app_agendaitem_parts": reading("tasks_app.view_agendaitem"),
    "tasks_app_agendaitem_upload": Needs(read="tasks_app.add_agendamaterial", post="tasks_app.add_agendamaterial"),
    "tasks_app_agendaitem_summary": reading("tasks_app.view_agendaitem"),
    "tasks_app_agendaitem_summary_edit": Needs(read="tasks_app.change_agendaitem", post="tasks_app.change_agendaitem"),
    "tasks_app_agendaitem_summary_choose": posting("tasks_app.change_agendaitem"),
    "tasks_app_councilmeeting_agenda": reading("tasks_app.view_agendaitem"),
    "tasks_app_chatsession_add": Needs(read=NOBODY, post=NOBODY),
    "tasks_app_chatsession_change": reading("tasks_app.view_chatsession"),
    "tasks_app_chatsession_notebook": reading("tasks_app.view_chatsession"),
    "tasks_app_chatsession_council": reading("tasks_app.view_chatsession"),
    "tasks_app_chatmessage_change": reading("tasks_app.view_chatsession"),
    "tasks_app_chatmessage_live": reading("tasks_app.view_chatsession"),
    "tasks_app_chatmessage_again": posting("tasks_app.view_chatsession"),
    "tasks_app_documentcheck_review": reading("tasks_app.view_documentcheck"),
    "tasks_app_documentcheck_decide": posting("tasks_app.decide_documentcheck"),
    "tasks_app_documentcheck_csv": reading("tasks_app.view_documentcheck"),
    "tasks_app_documentcheck_word": reading("tasks_app.view_documentcheck"),
    "tasks_app_slidedeck_deck": reading("tasks_app.view_slidedeck"),
    "tasks_app_slidedeck_picture": reading("tasks_app.view_slidedeck"),
    "tasks_app_slidedeck_outline": Needs(read="tasks_app.change_slidedeck", post="tasks_app.change_slidedeck"),
    "tasks_app_slidedeck_write": posting("tasks_app.change_slidedeck"),
    "tasks_app_slidedeck_plan": posting("tasks_app.change_slidedeck"),
    "tasks_app_slidedeck_refine": posting("tasks_app.change_slidedeck"),
    "tasks_app_slidedeck_restore": posting("tasks_app.change_slidedeck"),
    "tasks_app_slidetemplate_download": reading("tasks_app.view_slidetemplate"),
    "tasks_app_transcription_recording": reading("tasks_app.view_transcription"),
    "tasks_app_transcription_srt": reading("tasks_app.view_transcription"),
    "tasks_app_transcription_vtt": reading("tasks_app.view_transcription"),
    "tasks_app_transcription_correct": posting("tasks_app.change_transcription"),
    "tasks_app_transcription_replace": posting("tasks_app.change_transcription"),
    "tasks_app_transcription_source": posting("tasks_app.add_source"),
    "tasks_app_transcription_minutes": Needs(read="tasks_app.change_agendaitem", post="tasks_app.change_agendaitem"),
    "tasks_app_notebook_upload": Needs(read="tasks_app.add_source", post="tasks_app.add_source"),
    "tasks_app_providerstate_test": posting("tasks_app.test_provider"),
    "tasks_app_providerstate_backfill": posting("tasks_app.requeue_job"),
    "tasks_app_inconsistency_repair": posting("tasks_app.repair_inconsistency"),
    "tasks_app_inconsistency_anew": posting("tasks_app.repair_inconsistency"),
    "tasks_app_queuecontrol_live": reading("tasks_app.view_queuecontrol"),
    "tasks_app_queuecontrol_pause": posting("tasks_app.pause_queue"),
    "tasks_app_queuecontrol_resume": posting("tasks_app.pause_queue"),
    "tasks_app_queuecontrol_drain": posting("tasks_app.pause_queue"),
    "tasks_app_queuecontrol_end_drain": posting("tasks_app.pause_queue"),
    "tasks_app_servicetoken_add": Needs(read="tasks_app.add_servicetoken", post="tasks_app.add_servicetoken"),
    "tasks_app_servicetoken_rotate": posting("tasks_app.change_servicetoken"),
    "tasks_app_servicetoken_revoke": posting("tasks_app.change_servicetoken"),
    "tasks_app_accessrecord_unlock": posting("tasks_app.unlock_accessrecord"),
    "tasks_app_workerheartbeat_live": reading("tasks_app.view_workerheartbeat"),
    "django_celery_beat_periodictask_run": posting("tasks_app.run_schedule"),
    "auth_user_password_change": Needs(read="auth.change_user", post="auth.change_user"),
}
"""All that our pages add to the five of every model."""

ADDED_ONLY = {"tasks_app.promptoverride"}
"""Rows that are added and never changed or deleted."""

CHANGED_ONLY = {"django_celery_beat.periodictask"}
"""Rows that are changed and never added or deleted."""


def expected(name: str) -> Needs | None:
    """From LINES, or by the rules for the pages of every model and of every subject; None where neither says."""
    if name in LINES:
        return LINES[name]
    for model, model_admin in admin.site._registry.items():
        app, label = model._meta.app_label, model._meta.model_name
        page = name.removeprefix(f"{app}_{label}_")
        if page == name:
            continue
        right = {verb: f"{app}.{verb}_{label}" for verb in ("view", "add", "change", "delete")}
        if isinstance(model_admin, ReadOnlyAdmin):
            right |= {"add": NOBODY, "change": NOBODY, "delete": NOBODY}
        if f"{app}.{label}" in ADDED_ONLY:
            right |= {"change": NOBODY, "delete": NOBODY}
        if f"{app}.{label}" in CHANGED_ONLY:
            right |= {"add": NOBODY, "delete": NOBODY}
        match page:
            case "changelist" | "history":
                return reading(right["view"])
            case "change":
                return Needs(read=right["view"], post=right["change"])
            case "add" | "delete":
                return Needs(read=right[page], post=right[page])
            case "work" if isinstance(model_admin, SubjectAdmin):
                return posting(right["change"])
            case "live" | "download" | "text" | "read" if isinstance(model_admin, SubjectAdmin):
                return reading(right["view"])
    return None


def addresses() -> Iterator[tuple[str, str]]:
    """(name, path) of everything under the console, with arguments that name nothing."""
    for pattern in admin.site.get_urls():
        inner = pattern.url_patterns if isinstance(pattern, URLResolver) else [pattern]
        for one in inner:
            if isinstance(one, URLPattern) and one.name and one.name not in SITE | {"app_list"}:
                arguments = {name: sample(name, converter) for name, converter in one.pattern.converters.items()}
                yield one.name, reverse(f"admin:{one.name}", kwargs=arguments)


WORDS = {"queue": "content", "kind": "agenda_content", "of": "content"}
"""Arguments that a view looks at before it asks for the right."""


def sample(name: str, converter: object) -> object:
    if isinstance(converter, UUIDConverter):
        return ABSENT
    return 0 if isinstance(converter, IntConverter) else WORDS.get(name, str(ABSENT))


def test_no_address_is_without_a_line() -> None:
    names = [name for name, _path in addresses()]
    assert len(names) > 50
    assert [name for name in names if expected(name) is None] == []
    assert set(LINES) <= set(names), "a line about an address that is gone"


@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("role", [*ROLES, None], ids=lambda role: role.name.split(" / ")[-1] if role else "no role")
def test_who_may(role: Role | None, shard: int, db: None) -> None:
    """Each role at each address, reading and posting: admitted exactly where it holds the right."""
    user = User.objects.create_user("somebody", is_staff=True)
    if role is not None:
        user.groups.set(Group.objects.filter(name=role.name))
    client = Client()
    client.force_login(user)
    wrong = []
    for name, path in list(addresses())[shard::SHARDS]:
        needs = expected(name)
        assert needs is not None
        if name.endswith("_history"):
            continue  # Django looks for the row first: see below
        for method, right in (("get", needs.read), ("post", needs.post)):
            status = getattr(client, method)(path).status_code
            admitted = status not in (403, 405)
            if admitted != user.has_perm(right):
                wrong.append(f"{method} {name}: {status}")
    assert wrong == []


def test_strangers_see_the_login(db: None, client: Client) -> None:
    login = reverse("admin:login")
    for name, path in addresses():
        for method in ("get", "post"):
            answer = getattr(client, method)(path)
            sent_away = answer.status_code == 302 and answer.headers["Location"].startswith(login)
            assert sent_away, f"{method} {name}: {answer.status_code}"


def test_histories_are_for_those_who_may_view(job_in: JobIn, staff: Staff) -> None:
    job = job_in(State.FAILED)
    path = reverse("admin:tasks_app_job_history", args=[job.pk])
    assert staff("view_source").get(path).status_code == 403
    assert staff("view_job").get(path).status_code == 200
