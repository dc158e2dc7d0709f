"""The stage that writes an answer: by the chat model, word by word, or of quoted sentences where there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import PermanentError, TransientError
from tasks_app.models import ChatMessage
from tasks_app.models.content.chat import ReadingMode
from tasks_app.prompts import Data
from tasks_app.providers.endpoint import Endpoint, chat_model
from tasks_app.providers.llm import Completion
from tasks_app.providers.summariser import MODEL
from tasks_app.registry import Stage, StageContext, StageFacts
from tasks_app.stages.chat import long_sources, passages
from tasks_app.stages.chat.history import history
from tasks_app.stages.chat.streaming import AnswerTiming, streamed
from tasks_app.stages.common.halving import shrinking
from tasks_app.stages.common.prompts import messages, prompt_named
from tasks_app.text.answers import extractive_answer
from tasks_app.text.japanese import tokens

EXTRACTIVE = "extractive"

HISTORY_SHARE = 4
"""The conversation so far gets at most a fourth of CHAT_CONTEXT_TOKENS."""


@dataclass(frozen=True, kw_only=True)
class WrittenAnswer:
    """`coverage` counts the characters of sources that were read for it."""

    draft: str
    coverage: int
    provider: str
    model: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)


def answer() -> Stage:
    return Stage(name="answer", label=_("Writing the answer"), inputs=_inputs, run=_run, save=_save)


def _inputs(facts: StageFacts) -> Mapping[str, Any]:
    endpoint = chat_model()
    prompt = prompt_named("chat/answer")
    message = facts.subject
    said = history(message, settings.CHAT_CONTEXT_TOKENS // HISTORY_SHARE)
    return {
        "question": facts.input_digest,
        "passages": sha256(repr(message.passages).encode()).hexdigest(),
        "history": sha256(repr(said).encode()).hexdigest(),
        "provider": endpoint.name if endpoint else EXTRACTIVE,
        "model": endpoint.model if endpoint else "",
        "prompt": prompt.version,
        "notes": prompt_named("chat/notes").version if message.reading == ReadingMode.FULL else "",
        "context": settings.CHAT_CONTEXT_TOKENS,
    }


def _run(context: StageContext) -> WrittenAnswer:
    clock = AnswerTiming.of(context)
    message = context.subject
    found = passages.texts(message)
    if message.passages and not found:
        raise TransientError(
            "chat_sources_changed", _("The sources were changed or deleted while the question was being answered.")
        )
    endpoint = chat_model()
    if endpoint is None:
        return _quoted(message, found)
    if not found:
        return WrittenAnswer(draft="", coverage=0, provider=MODEL, model=endpoint.model)
    return _by_model(context, endpoint, message, found, clock)


def _save(context: StageContext, written: WrittenAnswer) -> Mapping[str, Any]:
    ChatMessage.objects.filter(pk=context.subject.pk).update(
        draft=written.draft,
        coverage=written.coverage,
        provider=written.provider,
        model=written.model[: ChatMessage._meta.get_field("model").max_length],
    )
    return {"coverage": written.coverage, "provider": written.provider, "model": written.model, **written.figures}


def _quoted(message: ChatMessage, found: Mapping[int, str]) -> WrittenAnswer:
    question = message.question.content if message.question else ""
    chosen = extractive_answer.quotes(question, passages.numbered(found), message.found_in)
    lines = [f"> {' '.join(found[one.passage][one.start : one.end].split())} [{one.passage}]" for one in chosen]
    return WrittenAnswer(draft="\n\n".join(lines), coverage=sum(map(len, found.values())), provider=EXTRACTIVE)


def _by_model(
    context: StageContext, endpoint: Endpoint, message: ChatMessage, found: Mapping[int, str], clock: AnswerTiming
) -> WrittenAnswer:
    prompt = prompt_named("chat/answer")
    question = message.question.content if message.question else ""
    said = history(message, settings.CHAT_CONTEXT_TOKENS // HISTORY_SHARE)
    so_far = "\n".join(f"Q: {asked}\nA: {answered}" for asked, answered in said)
    taken = sum(map(tokens.estimate, (prompt.text, question, so_far)))

    def asked(budget: int) -> tuple[long_sources.Read, Completion, float]:
        read = long_sources.read(context, endpoint, message, passages.shown(message, found), budget)
        rendered = prompt.render(
            materials=Data(read.materials),
            question=Data(question),
            history=Data(so_far),
            nothing=long_sources.NOTHING[prompt.language],
        )
        return read, *streamed(context, endpoint, messages(rendered), clock)

    budget = settings.CHAT_CONTEXT_TOKENS - taken
    read, completion, first = shrinking(asked, budget, long_sources.MIN_TOKENS, setting="CHAT_CONTEXT_TOKENS")
    if not completion.text.strip():
        raise PermanentError(
            "chat_answer_empty", _("The answer of the model %(model)s was empty. Ask again."), model=endpoint.model
        )
    return WrittenAnswer(
        draft=completion.text.strip(),
        coverage=sum(len(found[number]) for number in read.numbers),
        provider=MODEL,
        model=endpoint.model,
        figures={
            "first_token_seconds": round(first, 3),
            "call_seconds": round(completion.seconds, 2),
            "windows": read.windows,
            "history": len(said),
        },
    )
