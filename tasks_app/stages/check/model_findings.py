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
from tasks_app.models.content.check.check_words import CATEGORIES, PROFILES
from tasks_app.prompts import Data, Prompt, RenderedPrompt
from tasks_app.providers.endpoint import Endpoint, chat_model
from tasks_app.providers.proofreader import ModelFindings
from tasks_app.registry import Skipped, Stage, StageContext, StageFacts
from tasks_app.stages.common.document_access import text_digest, text_of
from tasks_app.stages.common.prompts import prompt_named, window_request
from tasks_app.stages.common.resumable_map import ResumableMap
from tasks_app.text.check.anchoring import windows
from tasks_app.text.check.rule import Category, Profile

PROMPT = "document_check/find"
WINDOW_CHARACTERS = 3000
OVERLAP_CHARACTERS = 200
"""What stands at the border of two windows is whole in one of them if it is no longer than this."""


@dataclass(frozen=True, kw_only=True)
class FoundByModel:
    """`findings` are [start, end, finding]: what the model said about `text[start:end]`."""

    findings: list[tuple[int, int, dict[str, Any]]]
    windows: int
    model: str
    calls: int
    seconds: float


def inputs(facts: StageFacts) -> Mapping[str, Any]:
    endpoint = chat_model()
    if endpoint is None:
        return {"provider": "none"}
    check: DocumentCheck = facts.subject
    return {
        "text": text_digest(check.document_id),
        "profile": check.profile,
        "categories": sorted(check.categories),
        "provider": endpoint.name,
        "model": endpoint.model,
        "prompt": prompt_named(PROMPT).version,
        "windows": [WINDOW_CHARACTERS, OVERLAP_CHARACTERS],
    }


def key_of(facts: StageFacts) -> str:
    """What the stored findings must carry to be those of this check."""
    return sha256(dumps(dict(inputs(facts)), sort_keys=True).encode()).hexdigest()


def _run(context: StageContext) -> FoundByModel | Skipped:
    endpoint = chat_model()
    if endpoint is None:
        return Skipped(reason=_("Checked by rules only (no AI used): no chat model is configured."))
    return _said(context, endpoint)


def _save(context: StageContext, said: FoundByModel) -> Mapping[str, Any]:
    found = {"key": key_of(context), "model": said.model, "findings": said.findings}
    DocumentCheck.objects.filter(pk=context.subject.pk).update(findings=found)
    return {
        "findings": len(said.findings),
        "windows_read": said.windows,
        "model": said.model,
        "calls": said.calls,
        "call_seconds": round(said.seconds, 2),
    }


def _said(context: StageContext, endpoint: Endpoint) -> FoundByModel:
    """What a model says about each window of the document."""
    check: DocumentCheck = context.subject
    text = text_of(check.document_id)
    spans = [
        span
        for span in windows(len(text), WINDOW_CHARACTERS, OVERLAP_CHARACTERS)
        if text[span.start : span.end].strip()
    ]
    prompt = prompt_named(PROMPT)
    parts = ResumableMap(context, endpoint, settings.PROVIDER_CALLS_PER_JOB)
    answers = parts.run(
        [
            window_request(endpoint, partial(_told, prompt, check), ModelFindings, text[span.start : span.end])
            for span in spans
        ]
    )
    return FoundByModel(
        findings=[
            (span.start, span.end, finding)
            for span, answer in zip(spans, answers, strict=True)
            for finding in answer["findings"]
        ],
        windows=len(spans),
        model=endpoint.model,
        calls=parts.calls,
        seconds=parts.seconds,
    )


def _told(prompt: Prompt, check: DocumentCheck, passage: str) -> RenderedPrompt:
    wanted = (category for category in CATEGORIES if category in check.categories)
    return prompt.render(
        document=Data(passage),
        categories=", ".join(f"{category.value} ({CATEGORIES[Category(category)]})" for category in wanted),
        profile=PROFILES[Profile(check.profile)],
    )


def find_by_model() -> Stage:
    return Stage(name="model", label=_("Check with the model"), inputs=inputs, run=_run, save=_save)
