"""Slide decks: ask for one, edit its outline, look at it, refine it, go back to an earlier version."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tasks_app.admin.content.base import job_status, submit
from tasks_app.admin.content.base.subject_admin import SubjectAdmin
from tasks_app.admin.content.base.subject_filters import JobStateFilter, NotebookFilter
from tasks_app.admin.content.slides import slide_deck_view
from tasks_app.admin.content.slides.forms import RefineForm, SlideDeckForm, outline_forms
from tasks_app.admin.operations.providers.provider_status import recipients
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Document, SlideDeck, SlideVersion
from tasks_app.stages.slides import deck_params

ASKED = ("title", "source_text", "sources", "target_slides", "key_points", "style", "template", "outline_first")


@admin.register(SlideDeck)
class SlideDeckAdmin(SubjectAdmin):
    form = SlideDeckForm
    list_display = ("title", "notebook", "state", "target_slides", "updated_at")
    list_filter = (JobStateFilter, NotebookFilter)
    list_select_related = ("notebook",)
    search_fields = ("title__folded",)
    autocomplete_fields = ("notebook", "sources", "template")
    outcome_template = "console/content/slides/slides.html"
    nothing_done = _("Not processed yet. Change the request below to start.")
    empty_text = _("No slide decks yet. Add one: paste text or choose sources from a notebook.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("source_text", "outline", "slides")

    def get_readonly_fields(self, request: HttpRequest, obj: SlideDeck | None = None) -> tuple[str, ...]:
        return ("notebook",) if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: SlideDeck | None = None) -> Any:
        if obj is None:
            return ((None, {"fields": ("notebook", *ASKED), "description": recipients()}),)
        again = gettext("Change the input or the settings to generate a new version; earlier versions are kept.")
        return (
            (None, {"fields": ("notebook",)}),
            (_("Request details"), {"fields": ASKED, "description": f"{again} {recipients()}"}),
        )

    def outcome(self, request: HttpRequest, subject: Any) -> dict[str, Any]:
        return slide_deck_view.outcome(request, subject)

    def save_model(self, request: HttpRequest, obj: SlideDeck, form: Any, change: bool) -> None:
        """The job follows in `save_related`: what is to be done depends on the chosen sources."""
        if change:
            verbs.hold(obj)
        else:
            obj.created_by = request.user  # type: ignore[assignment]
        obj.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.content_changed:
            params: dict[str, Any] = (
                {deck_params.UNTIL: deck_params.OUTLINE} if form.cleaned_data.get("outline_first") else {}
            )
            submit.enqueue_from_console(request, form.instance, **params)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        name = "tasks_app_slidedeck"
        deck = "<uuid:subject_id>"
        return [
            path(f"{deck}/deck/<int:number>/", view(self.deck_view), name=f"{name}_deck"),
            path(f"{deck}/picture/<int:number>/<int:page>/", view(self.picture_view), name=f"{name}_picture"),
            path(f"{deck}/outline/", view(self.outline_view), name=f"{name}_outline"),
            path(f"{deck}/write/", view(require_POST(self.write_view)), name=f"{name}_write"),
            path(f"{deck}/plan/", view(require_POST(self.plan_view)), name=f"{name}_plan"),
            path(f"{deck}/refine/", view(require_POST(self.refine_view)), name=f"{name}_refine"),
            path(f"{deck}/restore/<int:number>/", view(require_POST(self.restore_view)), name=f"{name}_restore"),
            *super().get_urls(),
        ]

    def document_of(self, subject: Any) -> Document:
        raise Http404  # a deck is read slide by slide

    def download_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponseBase:
        """The PowerPoint file of the current version."""
        deck = self.readable(request, subject_id)
        if deck.current is None:
            raise Http404
        return self.deck_view(request, subject_id, deck.current.number)

    def deck_view(self, request: HttpRequest, subject_id: UUID, number: int) -> HttpResponseBase:
        """The PowerPoint file of a version."""
        version = self._version(request, subject_id, number)
        try:
            return FileResponse(version.file.open(), as_attachment=True, filename=version.filename)
        except FileNotFoundError:
            messages.error(
                request, gettext("The file is missing. Requeue the job from the start to generate it again.")
            )
            return self._back(version.deck)

    def picture_view(self, request: HttpRequest, subject_id: UUID, number: int, page: int) -> HttpResponseBase:
        version = self._version(request, subject_id, number)
        if not 0 < page <= version.pictures:
            raise Http404
        try:
            response = FileResponse(default_storage.open(version.picture_name(page)), content_type="image/png")
        except FileNotFoundError as error:
            raise Http404 from error
        response.headers["Cache-Control"] = "private, max-age=86400"  # a version's pictures never change
        return response

    def outline_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        """Edit the outline; saved by a person, it is no longer made again by itself."""
        deck = self._changeable(request, subject_id)
        forms = outline_forms(deck, request.POST if request.method == "POST" else None)
        if request.method == "POST" and forms.is_valid():
            self._keep(request, deck, forms.outline.model_dump(mode="json")["slides"])
            return self._back(deck)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Edit outline"),
            "deck": deck,
            "forms": forms,
        }
        return render(request, "console/content/slides/outline.html", context)

    def write_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        """Slides from the outline as it stands."""
        return self._send(request, self._changeable(request, subject_id))

    def plan_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        """A new outline in place of the one that staff edited."""
        deck = self._changeable(request, subject_id)
        with transaction.atomic():
            verbs.hold(deck)
            deck.outline_edited = False
            deck.save(update_fields=["outline_edited", "updated_at"])
            return self._send(request, deck, **{deck_params.UNTIL: deck_params.OUTLINE})

    def refine_view(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        deck = self._changeable(request, subject_id)
        if deck.current is None:
            raise Http404
        form = RefineForm(deck.current.slides, request.POST)
        if not form.is_valid():
            messages.error(request, gettext("Describe the changes in at most 2,000 characters."))
            return self._back(deck)
        only = [form.cleaned_data["slide"]] if form.cleaned_data["slide"] else []
        instruction = form.cleaned_data["instruction"]
        wanted = {deck_params.INSTRUCTION: instruction, deck_params.ONLY: only, deck_params.BASE: deck.current.number}
        return self._send(request, deck, **wanted)

    def restore_view(self, request: HttpRequest, subject_id: UUID, number: int) -> HttpResponse:
        """Make an earlier version the current one; nothing is made again and none is lost."""
        deck = self._changeable(request, subject_id)
        with transaction.atomic():
            deck.current = get_object_or_404(SlideVersion, deck=deck, number=number)
            deck.save(update_fields=["current", "updated_at"])
            self.log_change(request, deck, gettext("Reverted to version %(number)d.") % {"number": number})
        messages.success(request, gettext("Version %(number)d is the current version again.") % {"number": number})
        return self._back(deck)

    def _keep(self, request: HttpRequest, deck: SlideDeck, outline: list[dict[str, Any]]) -> None:
        with transaction.atomic():
            verbs.hold(deck)
            deck.outline, deck.outline_edited = outline, True
            deck.save(update_fields=["outline", "outline_edited", "updated_at"])
            self.log_change(request, deck, gettext("Edited the outline."))
            if "write" in request.POST:
                submit.enqueue_from_console(request, deck)
        messages.success(request, gettext("The outline was saved."))

    def _send(self, request: HttpRequest, deck: SlideDeck, **params: Any) -> HttpResponse:
        with transaction.atomic():
            submit.enqueue_from_console(request, deck, **params)
        return self._back(deck)

    def _changeable(self, request: HttpRequest, subject_id: UUID) -> SlideDeck:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(SlideDeck, pk=subject_id)

    def _version(self, request: HttpRequest, subject_id: UUID, number: int) -> SlideVersion:
        return get_object_or_404(SlideVersion, deck=self.readable(request, subject_id), number=number)

    def _back(self, deck: SlideDeck) -> HttpResponseRedirect:
        return HttpResponseRedirect(job_status.address(deck, "change"))
