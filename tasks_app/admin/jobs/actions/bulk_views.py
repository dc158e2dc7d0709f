"""The page of a bulk action: how far it is; confirm it, continue it, leave the rest."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from tasks_app.admin.common.read_only import ReadOnlyAdmin
from tasks_app.admin.jobs.actions import action_views, bulk_actions
from tasks_app.admin.jobs.actions.canary import canary_of, failed_again
from tasks_app.admin.jobs.actions.job_actions import BY_NAME, VERBS, Verb
from tasks_app.models import BulkAction


def urls(model_admin: ReadOnlyAdmin) -> list[URLPattern]:
    """Relative to the addresses of the job admin."""
    view, given = model_admin.admin_site.admin_view, {"model_admin": model_admin}
    return [
        path("bulk/<uuid:action_id>/", view(show), given, name="tasks_app_job_bulk"),
        path("bulk/<uuid:action_id>/confirm/", view(confirm), given, name="tasks_app_job_bulk_confirm"),
        path("bulk/<uuid:action_id>/step/", view(step), given, name="tasks_app_job_bulk_step"),
        path("bulk/<uuid:action_id>/stop/", view(stop), given, name="tasks_app_job_bulk_stop"),
    ]


def show(request: HttpRequest, action_id: UUID, model_admin: ReadOnlyAdmin) -> HttpResponse:
    """How far a bulk action is."""
    model_admin.require_view(request)
    bulk_action = get_object_or_404(BulkAction, pk=action_id)
    return render(request, "console/jobs/actions/bulk.html", _context(model_admin, request, bulk_action))


@require_POST
def confirm(request: HttpRequest, action_id: UUID, model_admin: ReadOnlyAdmin) -> HttpResponse:
    bulk_action, verb = _permitted(model_admin, request, action_id)
    return action_views.bulk_action_view(request, model_admin, bulk_action, verb)


@require_POST
def step(request: HttpRequest, action_id: UUID, model_admin: ReadOnlyAdmin) -> HttpResponse:
    """Deal with the next jobs of a confirmed action, and say how far it is."""
    bulk_action, _verb = _permitted(model_admin, request, action_id)
    if bulk_action.confirmed_at is not None:
        bulk_actions.step(model_admin, request, bulk_action, anyway="anyway" in request.POST)
    bulk_action.refresh_from_db()
    if not request.htmx:  # type: ignore[attr-defined]
        return HttpResponseRedirect(bulk_actions.address(bulk_action))
    return render(request, "console/jobs/actions/bulk_live.html", _context(model_admin, request, bulk_action))


@require_POST
def stop(request: HttpRequest, action_id: UUID, model_admin: ReadOnlyAdmin) -> HttpResponse:
    """Stop what an action has not come to."""
    bulk_action, _verb = _permitted(model_admin, request, action_id)
    if bulk_action.confirmed_at is not None:
        bulk_actions.stop(bulk_action)
    return HttpResponseRedirect(bulk_actions.address(bulk_action))


def _permitted(model_admin: ReadOnlyAdmin, request: HttpRequest, action_id: UUID) -> tuple[BulkAction, Verb]:
    """The action and its verb. Raises PermissionDenied without the right; this is checked before the lookup."""
    if not any(verb.allowed(model_admin, request) for verb in VERBS):
        raise PermissionDenied
    bulk_action = get_object_or_404(BulkAction, pk=action_id)
    verb = BY_NAME[bulk_action.verb]
    if not verb.allowed(model_admin, request):
        raise PermissionDenied
    return bulk_action, verb


def _context(model_admin: ReadOnlyAdmin, request: HttpRequest, bulk_action: BulkAction) -> dict[str, Any]:
    verb = BY_NAME[bulk_action.verb]
    canary = canary_of(bulk_action) if bulk_action.confirmed_at else None
    return {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": verb.label,
        "bulk_action": bulk_action,
        "verb": verb,
        "progress": bulk_actions.progress(bulk_action),
        "canary": canary,
        "failed_again": failed_again(bulk_action, canary) if canary else [],
        "skipped": bulk_actions.skipped(bulk_action),
        "may_go_on": verb.allowed(model_admin, request),
    }
