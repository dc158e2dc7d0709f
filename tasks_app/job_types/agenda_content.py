"""The kind `agenda_content`: whatever is attached to an agenda item is worked on side by side, then summed up."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tasks_app.errors import Message
from tasks_app.jobs.attempts import freshness
from tasks_app.models import AgendaItem
from tasks_app.models.content.council.agenda_summary import SummaryScope
from tasks_app.queues import CONTENT
from tasks_app.registry import JobRequest, JobType, register
from tasks_app.samples.council import agenda_item
from tasks_app.stages.agenda.combine import FIGURE_LABELS, combine, once, outputs_of
from tasks_app.stages.agenda.fan_out import fan_out
from tasks_app.stages.agenda.parts import parts_in_scope


def outputs(item: AgendaItem) -> Mapping[str, int | str]:
    return outputs_of(item.summaries.filter(of=SummaryScope.BOTH))


def edited(item: AgendaItem) -> bool:
    return item.summaries.filter(of=SummaryScope.BOTH, edited_at__isnull=False).exists()


def samples(notebook: Any) -> Sequence[AgendaItem]:
    return [agenda_item(notebook)]


def without_parts(item: AgendaItem) -> Message | None:
    if item.has_minutes or item.materials.exists():
        return None
    return _("There are neither materials nor minutes yet. Add some first.")


AGENDA_CONTENT: JobType = register(
    JobType(
        kind="agenda_content",
        label=_("Whole agenda item"),
        subject="tasks_app.AgendaItem",
        queue=CONTENT,
        stages=(fan_out(parts_in_scope, freshness.unchanged), combine(once)),
        outputs=outputs,
        samples=samples,
        figure_labels=FIGURE_LABELS,
        requests=(JobRequest(button=_("Process everything"), obstacle=without_parts, default=True),),
        edited=edited,
    )
)
