"""Who may do what: four groups of staff, declared here and kept so by every migrate.

Anyone who needs another mixture joins several, or a group of their own; what these four may do is the project's to say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions

OURS = "tasks_app"
VISIBLE_APPS = (OURS, "django_celery_results", "django_celery_beat")
"""Apps whose rows every role may see, except those of ADMINISTRATORS_ONLY."""

MANAGED = (*VISIBLE_APPS, "auth")
"""Apps whose rows an administrator may do anything with that the console offers at all."""

ENGINE = frozenset(
    {
        "accessrecord",
        "attempt",
        "bulkactionitem",
        "bulkaction",
        "inconsistency",
        "consistencycheckprogress",
        "idempotencykey",
        "job",
        "jobdependency",
        "part",
        "promptoverride",
        "providerstate",
        "periodicheartbeat",
        "queuecontrol",
        "servicetoken",
        "stageresult",
        "workerheartbeat",
    }
)
"""The models of ours that are not content; all others are submitted and changed by content editors."""

ADMINISTRATORS_ONLY = frozenset({"accessrecord"})
"""The models of ours that only administrators may see."""

EDITING = frozenset({"decide_documentcheck"})
"""What content editors may do besides putting content in and changing it."""

OPERATING = frozenset(
    {
        "acknowledge_job",
        "cancel_job",
        "change_periodictask",
        "fail_job",
        "pause_queue",
        "repair_inconsistency",
        "requeue_job",
        "restart_job",
        "run_schedule",
        "test_provider",
    }
)


@dataclass(frozen=True, kw_only=True)
class Right:
    """One permission, by the names of its app and model."""

    app: str
    model: str
    codename: str

    @property
    def views(self) -> bool:
        return self.codename == f"view_{self.model}"

    @property
    def writes(self) -> bool:
        return self.codename in (f"add_{self.model}", f"change_{self.model}")


@dataclass(frozen=True, kw_only=True)
class Role:
    """A group, and which rights it holds. The name is in both languages, as it is a row and not a translation."""

    name: str
    holds: Callable[[Right], bool]


def _views(right: Right) -> bool:
    return right.app in VISIBLE_APPS and right.views and right.model not in ADMINISTRATORS_ONLY


def _edits(right: Right) -> bool:
    content = right.app == OURS and right.model not in ENGINE
    return _views(right) or (content and (right.writes or right.codename in EDITING))


def _operates(right: Right) -> bool:
    return _views(right) or (right.app in VISIBLE_APPS and right.codename in OPERATING)


def _manages(right: Right) -> bool:
    return right.app in MANAGED


VIEWER = Role(name="閲覧者 / Viewer", holds=_views)
CONTENT_EDITOR = Role(name="コンテンツ編集者 / Content editor", holds=_edits)
OPERATOR = Role(name="運用担当者 / Operator", holds=_operates)
ADMINISTRATOR = Role(name="管理者 / Administrator", holds=_manages)
ROLES = (VIEWER, CONTENT_EDITOR, OPERATOR, ADMINISTRATOR)
SUPERUSER = "superuser"
"""What settings call Django's superusers, who need no group."""


def reconcile(registry: Apps = apps, using: str = "default") -> None:
    """Make the groups hold exactly what is declared, of the permissions there are."""
    groups: Any = registry.get_model("auth", "Group")._default_manager.using(using)
    permissions: Any = registry.get_model("auth", "Permission")._default_manager.using(using)
    known = [
        (Right(app=one.content_type.app_label, model=one.content_type.model, codename=one.codename), one)
        for one in permissions.select_related("content_type")
    ]
    for role in ROLES:
        group, _created = groups.get_or_create(name=role.name)
        group.permissions.set([permission for right, permission in known if role.holds(right)])


def establish(registry: Apps, using: str) -> None:
    """As `reconcile`, from within a migration: the permissions of the models so far are made first."""
    for app in MANAGED:
        create_permissions(apps.get_app_config(app), verbosity=0, using=using, apps=registry)
    reconcile(registry, using)
