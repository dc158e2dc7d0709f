"""One page per verb, by POST only: it shows what would happen to each job and, confirmed, does it.

A few jobs are processed immediately. More become a bulk action, which is processed in batches on its own page.
"""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tasks_app.admin.jobs.actions import bulk_actions
from tasks_app.admin.jobs.actions.apply_action import apply_action
from tasks_app.admin.jobs.actions.canary import canary_of
from tasks_app.admin.jobs.actions.job_actions import ActionPreview, Verb
from tasks_app.admin.jobs.actions.requeue_preview import requeue_previews
from tasks_app.admin.jobs.changelist.error_groups import ErrorGroup, jobs_of
from tasks_app.errors import Refused
from tasks_app.models import BulkAction, Job
from tasks_app.queues import BULK, INTERACTIVE

AT_ONCE = 25
"""The most jobs that are listed one by one and processed in the request itself."""

SKIPS_SHOWN = 10


class ConfirmForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=255, widget=forms.TextInput(attrs={"class": "vTextField"}))

    def __init__(self, verb: Verb, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["reason"].required = verb.reason_required
        self.fields["reason"].help_text = (
            _("Required. It is stored with the job and in its history.")
            if verb.reason_required
            else _("Stored with the job and in its history.")
        )


def from_list(model_admin: ModelAdmin[Job], request: HttpRequest, verb: Verb, chosen: QuerySet[Job]) -> HttpResponse:
    """The preview for jobs chosen in the list: at most BULK_ACTION_LIMIT, in the list's order."""
    return _choose(model_admin, request, verb, chosen, back=request.get_full_path())


@require_POST
def view(request: HttpRequest, model_admin: ModelAdmin[Job], verb: Verb) -> HttpResponse:
    """Both pages for the jobs posted as `job`, or for the first `take` of a `cluster` of failures.

    Raises PermissionDenied without the verb's own right.
    """
    if not verb.allowed(model_admin, request):
        raise PermissionDenied
    back = _way_back(request)
    group = ErrorGroup.parse(request.POST.get("cluster", ""))
    if group is not None:
        chosen = jobs_of(model_admin.get_queryset(request), group)
        return _choose(model_admin, request, verb, _first(chosen, request.POST.get("take", "")), back=back)
    ids = request.POST.getlist("job")[:AT_ONCE]
    if "confirmed" not in request.POST:
        return _ask(model_admin, request, verb, ids, ConfirmForm(verb), back=back)
    form = ConfirmForm(verb, request.POST)
    if not form.is_valid():
        return _ask(model_admin, request, verb, ids, form, back=back)
    _perform(model_admin, request, verb, _jobs(model_admin, request, ids), form.cleaned_data["reason"])
    return HttpResponseRedirect(back)


@require_POST
def bulk_action_view(
    request: HttpRequest, model_admin: ModelAdmin[Job], bulk_action: BulkAction, verb: Verb
) -> HttpResponse:
    """Confirms a drafted action, or asks again where the reason is missing."""
    form = ConfirmForm(verb, request.POST)
    if not form.is_valid():
        return _ask_bulk_action(model_admin, request, verb, bulk_action, form)
    bulk_actions.confirm(bulk_action, form.cleaned_data["reason"])
    return HttpResponseRedirect(bulk_actions.address(bulk_action))


def _choose(
    model_admin: ModelAdmin[Job], request: HttpRequest, verb: Verb, chosen: QuerySet[Job], *, back: str
) -> HttpResponse:
    limit = settings.BULK_ACTION_LIMIT
    ids = list(chosen.values_list("pk", flat=True)[: limit + 1])
    if len(ids) <= min(AT_ONCE, limit):
        return _ask(model_admin, request, verb, [str(pk) for pk in ids], ConfirmForm(verb), back=back)
    bulk_action = bulk_actions.draft(verb.name, ids[:limit], by=request.user, cut=len(ids) > limit, back=back)
    return _ask_bulk_action(model_admin, request, verb, bulk_action, ConfirmForm(verb))


def _first(chosen: QuerySet[Job], take: str) -> QuerySet[Job]:
    """At most so many, where a number is given that is not beyond any limit."""
    return chosen[: max(1, int(take))] if take.isdecimal() and len(take) < 10 else chosen


def _jobs(model_admin: ModelAdmin[Job], request: HttpRequest, ids: list[str]) -> list[Job]:
    try:
        return list(model_admin.get_queryset(request).filter(pk__in=ids))
    except ValidationError:
        return []


def _ask(
    model_admin: ModelAdmin[Job], request: HttpRequest, verb: Verb, ids: list[str], form: ConfirmForm, *, back: str
) -> HttpResponse:
    previews = _previews(verb, _jobs(model_admin, request, ids))
    context = {
        **_page(model_admin, request, verb, form),
        "previews": previews,
        "total": len(previews),
        "applying": sum(preview.applies for preview in previews),
        "back": back,
    }
    return render(request, "console/jobs/actions/action.html", context)


def _ask_bulk_action(
    model_admin: ModelAdmin[Job], request: HttpRequest, verb: Verb, bulk_action: BulkAction, form: ConfirmForm
) -> HttpResponse:
    """The first jobs one by one, of all how many the verb can apply to."""
    context = {
        **_page(model_admin, request, verb, form),
        "bulk_action": bulk_action,
        "canary": canary_of(bulk_action),
        "previews": _previews(verb, bulk_actions.first_jobs(bulk_action, AT_ONCE), BULK),
        "total": bulk_action.total,
        "applying": bulk_actions.applicable(bulk_action, verb.states),
        "cut_at": bulk_action.total if bulk_action.cut else None,
        "back": bulk_action.back,
    }
    return render(request, "console/jobs/actions/action.html", context)


def _page(model_admin: ModelAdmin[Job], request: HttpRequest, verb: Verb, form: ConfirmForm) -> dict[str, object]:
    return {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": verb.question,
        "verb": verb,
        "form": form,
    }


def _previews(verb: Verb, jobs: list[Job], priority: int = INTERACTIVE) -> list[ActionPreview]:
    """In the order of the jobs."""
    return [verb.preview(job, preview) for job, preview in zip(jobs, requeue_previews(jobs, priority), strict=True)]


def _perform(model_admin: ModelAdmin[Job], request: HttpRequest, verb: Verb, jobs: list[Job], reason: str) -> None:
    """Each job in a transaction of its own, with its line of history; then one report for all."""
    done, skipped = 0, []
    for job in jobs:
        try:
            apply_action(model_admin, request, verb, job, reason)
        except Refused as refusal:
            skipped.append((str(job), gettext(str(refusal.reason))))
        else:
            done += 1
    if done:
        messages.success(request, verb.done(done))
    if skipped:
        messages.warning(request, _skipped_report(skipped))


def _skipped_report(skipped: list[tuple[str, str]]) -> str:
    heading = ngettext("%(count)d job was skipped:", "%(count)d jobs were skipped:", len(skipped))
    return format_html(
        "{}<ul>{}</ul>",
        heading % {"count": len(skipped)},
        format_html_join("", "<li>{}: {}</li>", skipped[:SKIPS_SHOWN]),
    )


def _way_back(request: HttpRequest) -> str:
    """The page where the verb was chosen, if it is one of ours."""
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return back
    return reverse("admin:tasks_app_job_changelist")
