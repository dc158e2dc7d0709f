"""The kind `agenda_summary`: an agenda item is summed up again from what is stored; parameter `of`
is a `SummaryScope`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tasks_app.jobs.attempts import freshness
from tasks_app.models import AgendaItem
from tasks_app.models.content.council.agenda_summary import SummaryScope
from tasks_app.queues import CONTENT
from tasks_app.registry import JobRequest, JobType, Parameter, register
from tasks_app.samples.council import agenda_item
from tasks_app.stages.agenda.combine import FIGURE_LABELS, by_job, combine, outputs_of
from tasks_app.stages.agenda.fan_out import fan_out
from tasks_app.stages.agenda.parts import SCOPE, parts_in_scope


def outputs(item: AgendaItem) -> Mapping[str, int | str]:
    return outputs_of(item.summaries.all())


def edited(item: AgendaItem) -> bool:
    return item.summaries.filter(edited_at__isnull=False).exists()


def samples(notebook: Any) -> Sequence[AgendaItem]:
    return [agenda_item(notebook)]


AGENDA_SUMMARY: JobType = register(
    JobType(
        kind="agenda_summary",
        label=_("Agenda summary"),
        subject="tasks_app.AgendaItem",
        queue=CONTENT,
        stages=(fan_out(parts_in_scope, freshness.succeeded), combine(by_job)),
        outputs=outputs,
        samples=samples,
        figure_labels=FIGURE_LABELS,
        requests=(
            JobRequest(
                button=_("Regenerate summary"),
                permission="tasks_app.add_agendasummary",
                parameters=(
                    Parameter(
                        name=SCOPE,
                        label=_("from"),
                        choices=SummaryScope.choices,
                        initial=SummaryScope.BOTH,
                        missing=_("Choose what to summarise."),
                    ),
                ),
            ),
        ),
        edited=edited,
        soft_limit=240,
        hard_limit=300,
    )
)
