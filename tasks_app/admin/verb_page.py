"""One page per verb, by POST only: it shows what would happen to each job and, confirmed, does it."""

from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tasks_app.admin.verbs import Facts, Outlook, Verb
from tasks_app.errors import Refused
from tasks_app.models import Job, StageResult
from tasks_app.models.job import ACTIVE
from tasks_app.models.stage_result import StageState

SKIPS_SHOWN = 10


class ConfirmForm(forms.Form):
    """Why, and how. `rebuild` is there for verbs that can start over."""

    reason = forms.CharField(label=_("Reason"), max_length=255, widget=forms.TextInput(attrs={"class": "vTextField"}))
    rebuild = forms.BooleanField(
        label=_("Rebuild from scratch"),
        help_text=_("Ignores every stage that is saved and does all of the work again."),
        required=False,
    )

    def __init__(self, verb: Verb, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["reason"].required = verb.reason_required
        self.fields["reason"].help_text = (
            _("Required. It is kept with the job and in its history.")
            if verb.reason_required
            else _("Kept with the job and in its history.")
        )
        if not verb.rebuilds:
            del self.fields["rebuild"]


def from_list(model_admin: ModelAdmin[Job], request: HttpRequest, verb: Verb, chosen: QuerySet[Job]) -> HttpResponse:
    """The first page for jobs ticked in the list: at most ADMIN_BULK_LIMIT, in the list's order."""
    limit = settings.ADMIN_BULK_LIMIT
    ids = list(chosen.values_list("pk", flat=True)[: limit + 1])
    back = request.get_full_path()
    return _ask(
        model_admin,
        request,
        verb,
        [str(pk) for pk in ids[:limit]],
        ConfirmForm(verb),
        back=back,
        cut=len(ids) > limit,
    )


@require_POST
def view(request: HttpRequest, model_admin: ModelAdmin[Job], verb: Verb) -> HttpResponse:
    """Both pages for the jobs posted as `job`. Raises PermissionDenied without the verb's own right."""
    if not verb.allowed(model_admin, request):
        raise PermissionDenied
    back = _way_back(request)
    ids = request.POST.getlist("job")[: settings.ADMIN_BULK_LIMIT]
    if "confirmed" not in request.POST:
        return _ask(model_admin, request, verb, ids, ConfirmForm(verb), back=back)
    form = ConfirmForm(verb, request.POST)
    if not form.is_valid():
        return _ask(model_admin, request, verb, ids, form, back=back)
    _perform(model_admin, request, verb, _jobs(model_admin, request, ids), form.cleaned_data)
    return HttpResponseRedirect(back)


def _jobs(model_admin: ModelAdmin[Job], request: HttpRequest, ids: list[str]) -> list[Job]:
    try:
        return list(model_admin.get_queryset(request).filter(pk__in=ids))
    except ValidationError:
        return []


def _ask(
    model_admin: ModelAdmin[Job],
    request: HttpRequest,
    verb: Verb,
    ids: list[str],
    form: ConfirmForm,
    *,
    back: str,
    cut: bool = False,
) -> HttpResponse:
    outlooks = _outlooks(verb, _jobs(model_admin, request, ids))
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": verb.question,
        "verb": verb,
        "form": form,
        "outlooks": outlooks,
        "applying": sum(outlook.applies for outlook in outlooks),
        "cut_at": settings.ADMIN_BULK_LIMIT if cut else None,
        "back": back,
    }
    return render(request, "console/verb.html", context)


def _outlooks(verb: Verb, jobs: list[Job]) -> list[Outlook]:
    """In the order of the jobs: of two about the same subject only the first can be given a new run."""
    saved = _saved_stages(jobs)
    subjects = [job.subject_id for job in jobs]
    active = Job.objects.filter(subject_id__in=subjects, kind__in={job.kind for job in jobs}, state__in=ACTIVE)
    taken = {(kind, subject): pk for pk, kind, subject in active.values_list("pk", "kind", "subject_id")}
    outlooks = []
    for job in jobs:
        rival = taken.setdefault((job.kind, job.subject_id), job.pk) != job.pk
        outlooks.append(verb.outlook(job, Facts(saved=saved.get(job.pk, ()), rival=rival)))
    return outlooks


def _saved_stages(jobs: list[Job]) -> dict[UUID, tuple[str, ...]]:
    """The labels of the stages that each job has saved, each once, in order."""
    by_id = {job.pk: job for job in jobs}
    results = StageResult.objects.filter(job__in=jobs, state=StageState.DONE).order_by("id")
    saved: dict[UUID, dict[str, None]] = {}
    for job_id, name in results.values_list("job_id", "stage"):
        saved.setdefault(job_id, {})[_stage_label(by_id[job_id], name)] = None
    return {job_id: tuple(labels) for job_id, labels in saved.items()}


def _stage_label(job: Job, name: str) -> str:
    stage = job.job_type.stage(name) if job.job_type else None
    return str(stage.label) if stage else name


def _perform(
    model_admin: ModelAdmin[Job], request: HttpRequest, verb: Verb, jobs: list[Job], options: dict[str, object]
) -> None:
    """Each job in a transaction of its own, with its line of history; then one report for all."""
    done, skipped = 0, []
    for job in jobs:
        try:
            with transaction.atomic():
                verb.call(job, by=request.user, **options)
                model_admin.log_change(request, job, _history(verb, options))
        except Refused as refusal:
            skipped.append((str(job), gettext(str(refusal.reason))))
        else:
            done += 1
    if done:
        messages.success(request, verb.done(done))
    if skipped:
        messages.warning(request, _skipped_report(skipped))


def _history(verb: Verb, options: dict[str, object]) -> str:
    parts = [str(verb.logged)]
    if options.get("rebuild"):
        parts.append(gettext("Rebuilt from scratch."))
    if options["reason"]:
        parts.append(gettext("Reason: %(reason)s") % {"reason": options["reason"]})
    return " ".join(parts)


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
