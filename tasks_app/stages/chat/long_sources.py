"""Sources too long for one request: read window by window, what helps noted down, and the notes read together."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from django.conf import settings

from tasks_app.models import ChatMessage
from tasks_app.models.content.chat import ReadingMode
from tasks_app.prompts import Data, Prompt
from tasks_app.providers.endpoint import Endpoint, PriorityClass
from tasks_app.providers.llm import ChatModel, Completion
from tasks_app.registry import StageContext
from tasks_app.stages.common.prompts import messages, prompt_named
from tasks_app.stages.common.resumable_map import PartRequest, ResumableMap
from tasks_app.text.answers import bm25
from tasks_app.text.japanese import tokens
from tasks_app.text.japanese.folding import fold

NOTHING = {"ja": "根拠なし", "en": "NO EVIDENCE"}
"""What a model is to write, by language of its prompt, where the sources do not hold the answer."""

MIN_TOKENS = 500
"""A window is never smaller, however long the question: an endpoint that cannot take it says so."""


MAX_WINDOWS = 12
"""Windows that are read for one question: three rounds of four calls, while the person who asked waits."""


@dataclass(frozen=True, kw_only=True)
class Read:
    """`materials` for the final request; `numbers` of the passages that went into them, in so many `windows`."""

    materials: str
    numbers: list[int]
    windows: int


def read(
    context: StageContext, endpoint: Endpoint, message: ChatMessage, shown: Mapping[int, str], budget: int
) -> Read:
    """`shown` are passages by number as a model reads them; `budget` are tokens of one window.

    What was searched for comes best first, and as much of it as fits is read; what is to be read in full is, in parts.
    """
    budget = max(budget, MIN_TOKENS)
    cut = _windows(shown, budget)
    if len(cut) == 1 or message.reading == ReadingMode.SEARCH:
        return Read(materials="\n".join(shown[number] for number in cut[0]), numbers=cut[0], windows=1)
    question = message.question.content if message.question else ""
    chosen = _likeliest(cut, shown, question)
    notes = _notes(
        context, endpoint, question, ["\n".join(shown[number] for number in window) for window in chosen], budget
    )
    return Read(materials=notes, numbers=[number for window in chosen for number in window], windows=len(chosen))


def _windows(shown: Mapping[int, str], budget: int) -> list[list[int]]:
    cut: list[list[int]] = [[]]
    left = budget
    for number, text in shown.items():
        size = tokens.estimate(text)
        if cut[-1] and size > left:
            cut.append([])
            left = budget
        cut[-1].append(number)
        left -= size
    return cut


def _likeliest(cut: list[list[int]], shown: Mapping[int, str], question: str) -> list[list[int]]:
    """All windows, or as many as may be read in time, in the order of the text."""
    if len(cut) <= MAX_WINDOWS:
        return cut
    texts = [fold("\n".join(shown[number] for number in window)) for window in cut]
    scores = bm25.scores(question, texts, len(texts))
    best = sorted(range(len(cut)), key=lambda index: -scores[index])[:MAX_WINDOWS]
    return [cut[index] for index in sorted(best)]


def _notes(context: StageContext, endpoint: Endpoint, question: str, windows: list[str], budget: int) -> str:
    """What each window holds towards the answer."""
    prompt = prompt_named("chat/notes")
    characters = budget // len(windows)
    parts = ResumableMap(context, endpoint, settings.PROVIDER_CALLS_PER_JOB)
    notes = parts.run([_request(endpoint, prompt, question, window, characters) for window in windows])
    return "\n".join(note[: 2 * characters] for note in notes)


def _request(
    endpoint: Endpoint, prompt: Prompt, question: str, window: str, characters: int
) -> PartRequest[Completion]:
    told = prompt.render(
        materials=Data(window), question=Data(question), characters=characters, nothing=NOTHING[prompt.language]
    )
    return PartRequest(
        facts=told.digest,
        call=partial(ChatModel(endpoint=endpoint, priority_class=PriorityClass.CHAT).complete, messages(told)),
        keep=lambda completion: completion.text.strip(),
    )
