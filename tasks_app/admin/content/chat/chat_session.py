"""Chats about notebooks and councils: ask, see the answer grow, follow each citation to its place."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tasks_app.admin.common.console_admin import ConsoleAdmin
from tasks_app.admin.common.paginators import CappedPaginator
from tasks_app.admin.content.chat import conversation
from tasks_app.admin.content.chat.form import QuestionForm
from tasks_app.admin.operations.providers.provider_status import recipients
from tasks_app.errors import PermanentError, Refused
from tasks_app.models import ChatMessage, ChatSession, Council, Notebook
from tasks_app.models.content.chat import MessageRole
from tasks_app.submission.chat import ask

EARLIER_SHOWN = 20


@admin.register(ChatSession)
class ChatSessionAdmin(ConsoleAdmin):
    """Everybody sees their own conversations; superusers see all."""

    list_display = ("title_or_new", "about", "updated_at")
    list_select_related = ("notebook", "council")
    search_fields = ("title__folded",)
    paginator = CappedPaginator
    show_full_result_count = False
    empty_text = _("No chats yet. Open a notebook or a council and choose “Chat”.")
    delete_confirmation_template = "console/common/delete_confirmation.html"
    delete_selected_confirmation_template = "console/common/delete_selected_confirmation.html"

    @admin.display(description=_("title"), ordering="title")
    def title_or_new(self, session: ChatSession) -> str:
        return str(session)

    @admin.display(description=_("about"))
    def about(self, session: ChatSession) -> str:
        return str(session.about)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A chat begins in a notebook or a council, with its first question."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChatSession]:
        sessions: QuerySet[ChatSession] = super().get_queryset(request)
        return sessions if request.user.is_superuser else sessions.filter(owner=request.user.pk)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        again = require_POST(self.again_view)
        return [
            path("in/notebook/<uuid:pk>/", view(self.notebook_view), name="tasks_app_chatsession_notebook"),
            path("in/council/<uuid:pk>/", view(self.council_view), name="tasks_app_chatsession_council"),
            path("message/<uuid:message_id>/", view(self.message_view), name="tasks_app_chatmessage_change"),
            path("message/<uuid:message_id>/live/", view(self.live_view), name="tasks_app_chatmessage_live"),
            path("message/<uuid:message_id>/again/", view(again), name="tasks_app_chatmessage_again"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The conversation; a question comes by POST."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        session = self.get_object(request, object_id)
        if session is None:
            raise Http404
        self._require_view(request, session)
        return self._conversation(request, session)

    def notebook_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A conversation that does not exist before its first question."""
        return self._begin(request, Notebook, pk)

    def council_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Likewise, about a council."""
        return self._begin(request, Council, pk)

    def message_view(self, request: HttpRequest, message_id: UUID) -> HttpResponse:
        """Where jobs lead to: the answer in its conversation."""
        message = self._message(request, message_id)
        return HttpResponseRedirect(f"{conversation.address(message.session)}#answer-{message.pk}")

    def live_view(self, request: HttpRequest, message_id: UUID) -> HttpResponse:
        """One answer as far as it has come."""
        answer = conversation.answer(request, self._message(request, message_id))
        return render(
            request, "console/content/chat/chat_answer.html", {"answer": answer, "may_ask": self._may_ask(request)}
        )

    def again_view(self, request: HttpRequest, message_id: UUID) -> HttpResponse:
        """The same question once more, read in the same way."""
        message = self._message(request, message_id)
        if not self._may_ask(request):
            raise PermissionDenied
        asked = message.question.content if message.question else ""
        options = {"documents": message.documents, "reading": message.reading, "wording": message.wording}
        return self._ask(request, message.session, asked, options)

    def _begin(self, request: HttpRequest, model: type[Notebook] | type[Council], pk: UUID) -> HttpResponse:
        name = str(model._meta.model_name)
        if not (self.has_view_permission(request) and request.user.has_perm(f"tasks_app.view_{name}")):
            raise PermissionDenied
        about = get_object_or_404(model, pk=pk)
        return self._conversation(request, ChatSession(**{name: about}, owner=request.user))  # type: ignore[misc]

    def _conversation(self, request: HttpRequest, session: ChatSession) -> HttpResponse:
        form = QuestionForm(request.POST or None, scope=session.scope)
        if request.method == "POST":
            if not self._may_ask(request):
                raise PermissionDenied
            if form.is_valid():
                options = {name: form.cleaned_data[name] for name in ("reading", "wording")}
                documents = [UUID(pk) for pk in form.cleaned_data["documents"]]
                return self._ask(request, session, form.cleaned_data["question"], {**options, "documents": documents})
        of_the_same = {"notebook": session.notebook_id, "council": session.council_id}
        earlier = self.get_queryset(request).filter(**of_the_same).exclude(pk=session.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(session),
            "session": session,
            "about": session.about,
            "about_opts": session.about._meta,
            "begin_url": conversation.beginning(session),
            "answers": [] if session._state.adding else conversation.answers(request, session),
            "earlier": earlier.order_by("-updated_at")[:EARLIER_SHOWN],
            "form": form,
            "may_ask": self._may_ask(request),
            "recipients": recipients(),
        }
        return render(request, "console/content/chat/chat.html", context)

    def _ask(self, request: HttpRequest, session: ChatSession, question: str, options: dict[str, Any]) -> HttpResponse:
        back = request.path if session._state.adding else conversation.address(session)
        try:
            message = ask(session, question, by=request.user, **options)  # type: ignore[arg-type]
        except Refused as refusal:
            messages.error(request, str(refusal.reason))
            return HttpResponseRedirect(back)
        except PermanentError as refusal:
            messages.error(request, gettext(refusal.message_id) % refusal.details)
            return HttpResponseRedirect(back)
        return HttpResponseRedirect(f"{conversation.address(session)}#answer-{message.pk}")

    def _message(self, request: HttpRequest, message_id: UUID) -> ChatMessage:
        """An answer in a conversation that the reader may see, or 404."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        sessions = self.get_queryset(request).order_by()
        message = get_object_or_404(ChatMessage, pk=message_id, role=MessageRole.ASSISTANT, session__in=sessions)
        self._require_view(request, message.session)
        return message

    def _require_view(self, request: HttpRequest, session: ChatSession) -> None:
        """To read a conversation one must be allowed to see what it is about."""
        if not request.user.has_perm(f"tasks_app.view_{session.about._meta.model_name}"):
            raise PermissionDenied

    def _may_ask(self, request: HttpRequest) -> bool:
        return request.user.has_perm("tasks_app.add_chatmessage")
