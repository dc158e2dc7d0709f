"""What an agenda item consists of, for all that works on the whole of it."""

from collections.abc import Sequence

from tasks_app.models import AgendaItem, AgendaMaterial
from tasks_app.models.content.council.agenda_summary import SummaryScope
from tasks_app.registry import StageFacts, primary_kind
from tasks_app.stages.agenda.fan_out import Child

SCOPE = "of"
"""The parameter that names a `SummaryScope`."""


def scope(facts: StageFacts) -> SummaryScope:
    """What the job is to summarise: everything, unless its parameters say otherwise."""
    return SummaryScope(facts.params.get(SCOPE, SummaryScope.BOTH))


def parts(item: AgendaItem, of: SummaryScope = SummaryScope.BOTH) -> Sequence[Child]:
    """Materials by number, then the minutes if there are any: each processed by its primary kind."""
    found: list[Child] = []
    if of != SummaryScope.MINUTES:
        kind = primary_kind(AgendaMaterial._meta.label)
        found += [Child(kind=kind, subject=material) for material in item.materials.order_by("number")]
    if of != SummaryScope.MATERIALS and item.has_minutes:
        found.append(Child(kind=primary_kind(AgendaItem._meta.label), subject=item))
    return found


def parts_in_scope(facts: StageFacts) -> Sequence[Child]:
    return parts(facts.subject, scope(facts))
