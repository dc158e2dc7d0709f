"""The stage that will give chunks their vectors."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tasks_app.registry import Skipped, Stage, Work
from tasks_app.stages.place import Place, own_document, text_digest


def embed(place: Place = own_document) -> Stage:
    """`place` tells where a subject's text is."""

    def inputs(work: Work) -> Mapping[str, Any]:
        return {"text": text_digest(place(work.subject)), "provider": ""}

    def run(work: Work) -> Skipped:
        return Skipped(reason=_("No embedding endpoint is configured; search goes by words alone."))

    def save(work: Work, result: None) -> Mapping[str, Any]:
        return {}

    return Stage(name="embed", label=_("Embed"), inputs=inputs, run=run, save=save)
