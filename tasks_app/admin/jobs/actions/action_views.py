"""One page per verb, by POST only: it shows what would happen to each job and, confirmed, does it.

A few jobs are dealt with at once. More become an order, which is worked off in batches on a page of its own.
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
from tasks_app.admin.jobs.actions.canary import trial_of
from tasks_app.admin.jobs.actions.job_actions import Outlook, Verb
from tasks_app.admin.jobs.actions.perform import perform
from tasks_app.admin.jobs.actions.requeue_preview import prospects
from tasks_app.admin.jobs.changelist.error_groups import Cluster, jobs_of
from tasks_app.errors import Refused
from tasks_app.models import BulkOrder, Job
from tasks_app.queues import BULK, INTERACTIVE

AT_ONCE = 25
"""Jobs that are told about one by one, and dealt with in the request itself."""

SKIPS_SHOWN = 10


class ConfirmForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=255, widget=forms.TextInput(attrs={"class": "vTextField"}))

    def __init__(self, verb: Verb, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["reason"].required = verb.reason_required
        self.fields["reason"].help_text = (
            _("Required. It is kept with the job and in its history.")
            if verb.reason_required
            else _("Kept with the job and in its history.")
        )


def from_list(model_admin: ModelAdmin[Job], request: HttpRequest, verb: Verb, chosen: QuerySet[Job]) -> HttpResponse:
    """The first page for jobs chosen in the list: at most ADMIN_ORDER_LIMIT, in the list's order."""
    return _choose(model_admin, request, verb, chosen, back=request.get_full_path())


@require_POST
def view(request: HttpRequest, model_admin: ModelAdmin[Job], verb: Verb) -> HttpResponse:
    """Both pages for the jobs posted as `job`, or for the first `take` of a `cluster` of failures.

    Raises PermissionDenied without the verb's own right.
    """
    if not verb.allowed(model_admin, request):
        raise PermissionDenied
    back = _way_back(request)
    cluster = Cluster.parse(request.POST.get("cluster", ""))
    if cluster is not None:
        chosen = jobs_of(model_admin.get_queryset(request), cluster)
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
def order_view(request: HttpRequest, model_admin: ModelAdmin[Job], order: BulkOrder, verb: Verb) -> HttpResponse:
    """Confirms a drafted order, or asks again where the reason is missing."""
    form = ConfirmForm(verb, request.POST)
    if not form.is_valid():
        return _ask_order(model_admin, request, verb, order, form)
    bulk_actions.confirm(order, form.cleaned_data["reason"])
    return HttpResponseRedirect(bulk_actions.address(order))


def _choose(
    model_admin: ModelAdmin[Job], request: HttpRequest, verb: Verb, chosen: QuerySet[Job], *, back: str
) -> HttpResponse:
    limit = settings.ADMIN_ORDER_LIMIT
    ids = list(chosen.values_list("pk", flat=True)[: limit + 1])
    if len(ids) <= min(AT_ONCE, limit):
        return _ask(model_admin, request, verb, [str(pk) for pk in ids], ConfirmForm(verb), back=back)
    order = bulk_actions.draft(verb.name, ids[:limit], by=request.user, cut=len(ids) > limit, back=back)
    return _ask_order(model_admin, request, verb, order, ConfirmForm(verb))


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
    outlooks = _outlooks(verb, _jobs(model_admin, request, ids))
    context = {
        **_page(model_admin, request, verb, form),
        "outlooks": outlooks,
        "total": len(outlooks),
        "applying": sum(outlook.applies for outlook in outlooks),
        "back": back,
    }
    return render(request, "console/jobs/actions/action.html", context)


def _ask_order(
    model_admin: ModelAdmin[Job], request: HttpRequest, verb: Verb, order: BulkOrder, form: ConfirmForm
) -> HttpResponse:
    """The first jobs one by one, of all how many the verb can apply to."""
    context = {
        **_page(model_admin, request, verb, form),
        "order": order,
        "trial": trial_of(order),
        "outlooks": _outlooks(verb, bulk_actions.first_jobs(order, AT_ONCE), BULK),
        "total": order.total,
        "applying": bulk_actions.applicable(order, verb.states),
        "cut_at": order.total if order.cut else None,
        "back": order.back,
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


def _outlooks(verb: Verb, jobs: list[Job], priority: int = INTERACTIVE) -> list[Outlook]:
    """In the order of the jobs."""
    return [verb.outlook(job, prospect) for job, prospect in zip(jobs, prospects(jobs, priority), strict=True)]


def _perform(model_admin: ModelAdmin[Job], request: HttpRequest, verb: Verb, jobs: list[Job], reason: str) -> None:
    """Each job in a transaction of its own, with its line of history; then one report for all."""
    done, skipped = 0, []
    for job in jobs:
        try:
            perform(model_admin, request, verb, job, reason)
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
