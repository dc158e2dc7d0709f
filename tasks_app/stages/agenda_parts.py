"""What an agenda item consists of, for all that works on the whole of it."""

from collections.abc import Sequence

from tasks_app.models import AgendaItem
from tasks_app.models.agenda_summary import Scope
from tasks_app.registry import StageFacts
from tasks_app.stages.fan_out import Child

MATERIALS, MINUTES = "agenda_materials", "agenda_minutes"
"""The kinds that work on one material, and on the minutes."""

SCOPE = "of"
"""The parameter that names a `Scope`."""


def scope(facts: StageFacts) -> Scope:
    """What the job is to sum up: everything, unless it was told otherwise."""
    return Scope(facts.params.get(SCOPE, Scope.BOTH))


def parts(item: AgendaItem, of: Scope = Scope.BOTH) -> Sequence[Child]:
    """Materials by number, then the minutes if there are any: each the subject of a kind of its own."""
    found: list[Child] = []
    if of != Scope.MINUTES:
        found += [Child(kind=MATERIALS, subject=material) for material in item.materials.order_by("number")]
    if of != Scope.MATERIALS and item.has_minutes:
        found.append(Child(kind=MINUTES, subject=item))
    return found


def parts_in_scope(facts: StageFacts) -> Sequence[Child]:
    return parts(facts.subject, scope(facts))
