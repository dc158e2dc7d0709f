"""The page of an order for many jobs: how far it is; confirm it, continue it, leave the rest."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from tasks_app.admin.common.read_only import ReadOnlyAdmin
from tasks_app.admin.jobs.actions import action_views, bulk_actions
from tasks_app.admin.jobs.actions.canary import failed_again, trial_of
from tasks_app.admin.jobs.actions.job_actions import BY_NAME, VERBS, Verb
from tasks_app.models import BulkOrder


def urls(model_admin: ReadOnlyAdmin) -> list[URLPattern]:
    """Relative to the addresses of the job admin."""
    view, given = model_admin.admin_site.admin_view, {"model_admin": model_admin}
    return [
        path("bulk/<uuid:order_id>/", view(show), given, name="tasks_app_job_bulk"),
        path("bulk/<uuid:order_id>/confirm/", view(confirm), given, name="tasks_app_job_bulk_confirm"),
        path("bulk/<uuid:order_id>/step/", view(step), given, name="tasks_app_job_bulk_step"),
        path("bulk/<uuid:order_id>/stop/", view(stop), given, name="tasks_app_job_bulk_stop"),
    ]


def show(request: HttpRequest, order_id: UUID, model_admin: ReadOnlyAdmin) -> HttpResponse:
    """How far an order for many jobs is."""
    model_admin.require_view(request)
    order = get_object_or_404(BulkOrder, pk=order_id)
    return render(request, "console/jobs/actions/bulk.html", _context(model_admin, request, order))


@require_POST
def confirm(request: HttpRequest, order_id: UUID, model_admin: ReadOnlyAdmin) -> HttpResponse:
    order, verb = _permitted(model_admin, request, order_id)
    return action_views.order_view(request, model_admin, order, verb)


@require_POST
def step(request: HttpRequest, order_id: UUID, model_admin: ReadOnlyAdmin) -> HttpResponse:
    """Deal with the next jobs of a confirmed order, and say how far it is."""
    order, _verb = _permitted(model_admin, request, order_id)
    if order.confirmed_at is not None:
        bulk_actions.step(model_admin, request, order, anyway="anyway" in request.POST)
    order.refresh_from_db()
    if not request.htmx:  # type: ignore[attr-defined]
        return HttpResponseRedirect(bulk_actions.address(order))
    return render(request, "console/jobs/actions/bulk_live.html", _context(model_admin, request, order))


@require_POST
def stop(request: HttpRequest, order_id: UUID, model_admin: ReadOnlyAdmin) -> HttpResponse:
    """Leave what an order has not come to."""
    order, _verb = _permitted(model_admin, request, order_id)
    if order.confirmed_at is not None:
        bulk_actions.leave(order)
    return HttpResponseRedirect(bulk_actions.address(order))


def _permitted(model_admin: ReadOnlyAdmin, request: HttpRequest, order_id: UUID) -> tuple[BulkOrder, Verb]:
    """The order and its verb. Raises PermissionDenied without the verb's right, told before it is looked for."""
    if not any(verb.allowed(model_admin, request) for verb in VERBS):
        raise PermissionDenied
    order = get_object_or_404(BulkOrder, pk=order_id)
    verb = BY_NAME[order.verb]
    if not verb.allowed(model_admin, request):
        raise PermissionDenied
    return order, verb


def _context(model_admin: ReadOnlyAdmin, request: HttpRequest, order: BulkOrder) -> dict[str, Any]:
    verb = BY_NAME[order.verb]
    trial = trial_of(order) if order.confirmed_at else None
    return {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": verb.label,
        "order": order,
        "verb": verb,
        "progress": bulk_actions.progress(order),
        "trial": trial,
        "failed_again": failed_again(order, trial) if trial else [],
        "skipped": bulk_actions.skipped(order),
        "may_go_on": verb.allowed(model_admin, request),
    }
