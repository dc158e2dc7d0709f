"""The stage that has a model read the whole document, in overlapping windows side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from json import dumps
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tasks_app.models import DocumentCheck
from tasks_app.models.check_words import CATEGORIES, PROFILES
from tasks_app.prompts import Data, Prompt
from tasks_app.providers.endpoint import Endpoint, chat_model
from tasks_app.providers.llm import Message
from tasks_app.providers.proofreader import proofread
from tasks_app.registry import Skipped, Stage, Work
from tasks_app.stages.calls import side_by_side
from tasks_app.stages.place import text_digest, text_of
from tasks_app.stages.prompting import messages, prompt_named
from tasks_app.text.anchoring import windows
from tasks_app.text.rules.rule import Category, Profile

PROMPT = "document_check/find"
WINDOW_CHARACTERS = 3000
OVERLAP_CHARACTERS = 200
"""What stands at the border of two windows is whole in one of them if it is no longer than this."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """`findings` are [start, end, finding]: what the model said about `text[start:end]`."""

    findings: list[tuple[int, int, dict[str, Any]]]
    windows: int
    model: str
    calls: int
    seconds: float


def inputs(work: Work) -> Mapping[str, Any]:
    endpoint = chat_model()
    if endpoint is None:
        return {"provider": "none"}
    check: DocumentCheck = work.subject
    return {
        "text": text_digest(check.document_id),
        "profile": check.profile,
        "categories": sorted(check.categories),
        "provider": endpoint.name,
        "model": endpoint.model,
        "prompt": prompt_named(PROMPT).version,
        "windows": [WINDOW_CHARACTERS, OVERLAP_CHARACTERS],
    }


def key_of(work: Work) -> str:
    """What the stored findings must carry to be those of this check."""
    return sha256(dumps(dict(inputs(work)), sort_keys=True).encode()).hexdigest()


def _run(work: Work) -> Said | Skipped:
    endpoint = chat_model()
    if endpoint is None:
        return Skipped(reason=_("Checked by rules alone: no chat model is configured."))
    return _Reading(work, endpoint, prompt_named(PROMPT)).said()


def _save(work: Work, said: Said) -> Mapping[str, Any]:
    found = {"key": key_of(work), "model": said.model, "findings": said.findings}
    DocumentCheck.objects.filter(pk=work.subject.pk).update(findings=found)
    return {
        "findings": len(said.findings),
        "windows_read": said.windows,
        "model": said.model,
        "calls": said.calls,
        "call_seconds": round(said.seconds, 2),
    }


class _Reading:
    """What a model says about each window, kept from an earlier attempt or asked for now and kept."""

    def __init__(self, work: Work, endpoint: Endpoint, prompt: Prompt) -> None:
        self.work = work
        self.endpoint = endpoint
        self.prompt = prompt
        self.kept = work.parts()
        self.calls = 0
        self.seconds = 0.0

    def said(self) -> Said:
        text = text_of(self.work.subject.document_id)
        spans = [
            span
            for span in windows(len(text), WINDOW_CHARACTERS, OVERLAP_CHARACTERS)
            if text[span.start : span.end].strip()
        ]
        by_key = self._answers({self._key(text[span.start : span.end]): text[span.start : span.end] for span in spans})
        return Said(
            findings=[
                (span.start, span.end, finding)
                for span in spans
                for finding in by_key[self._key(text[span.start : span.end])]
            ],
            windows=len(spans),
            model=self.endpoint.model,
            calls=self.calls,
            seconds=self.seconds,
        )

    def _answers(self, passages: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
        found = {key: list(self.kept[key]["findings"]) for key in passages if key in self.kept}
        self.work.progress(len(found), len(passages))
        missing = {
            key: partial(proofread, self.endpoint, self._messages(passage))
            for key, passage in passages.items()
            if key not in found
        }
        at_once = int(settings.PROVIDER_CALLS_PER_JOB)
        for key, answer in side_by_side(self.work, self.endpoint, missing, at_once):
            self.work.spent(answer.usage)
            self.calls += 1
            self.seconds += answer.seconds
            found[key] = [finding.model_dump() for finding in answer.value.findings]
            self.work.part(key, {"findings": found[key]})
            self.work.progress(len(found), len(passages))
        return found

    def _messages(self, passage: str) -> list[Message]:
        check: DocumentCheck = self.work.subject
        wanted = (category for category in CATEGORIES if category in check.categories)
        return messages(
            self.prompt.render(
                document=Data(passage),
                categories=", ".join(f"{category.value} ({CATEGORIES[Category(category)]})" for category in wanted),
                profile=PROFILES[Profile(check.profile)],
            )
        )

    def _key(self, passage: str) -> str:
        check: DocumentCheck = self.work.subject
        facts = (passage, check.profile, *sorted(check.categories), self.endpoint.model, self.prompt.version)
        return sha256("\0".join(facts).encode()).hexdigest()


def find_by_model() -> Stage:
    return Stage(name="model", label=_("Read by the model"), inputs=inputs, run=_run, save=_save)
