"""How far the parts of agenda items are: materials, minutes, content and summary, in few queries for many items."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tasks_app.job_types.agenda_content import AGENDA_CONTENT
from tasks_app.job_types.agenda_materials import AGENDA_MATERIALS
from tasks_app.job_types.agenda_minutes import AGENDA_MINUTES
from tasks_app.job_types.agenda_summary import AGENDA_SUMMARY
from tasks_app.models import AgendaItem, AgendaMaterial, AgendaSummary, Job
from tasks_app.models.engine.job import State

MATERIALS, MINUTES = AGENDA_MATERIALS.kind, AGENDA_MINUTES.kind
CONTENT, SUMMARY = AGENDA_CONTENT.kind, AGENDA_SUMMARY.kind


@dataclass(frozen=True, kw_only=True)
class MaterialPart:
    material: AgendaMaterial
    job: Job | None


@dataclass(frozen=True, kw_only=True)
class ItemParts:
    """`minutes`, `content` and `summary` are the newest jobs; `scopes` the scopes that have a current summary."""

    item: AgendaItem
    materials: Sequence[MaterialPart] = ()
    minutes: Job | None = None
    content: Job | None = None
    summary: Job | None = None
    scopes: Sequence[str] = field(default=())

    @property
    def materials_done(self) -> int:
        return sum(part.job is not None and part.job.state == State.SUCCEEDED for part in self.materials)

    @property
    def materials_failed(self) -> int:
        return sum(part.job is not None and part.job.state == State.FAILED for part in self.materials)

    @property
    def busy(self) -> bool:
        jobs = [*(part.job for part in self.materials), self.minutes, self.content, self.summary]
        return any(job is not None and not job.done for job in jobs)


def parts_of(items: Sequence[AgendaItem]) -> list[ItemParts]:
    """In the order of `items`. Three queries, however many items. Index: job_of_subject."""
    materials: dict[UUID, list[AgendaMaterial]] = {item.pk: [] for item in items}
    for material in AgendaMaterial.objects.filter(item__in=items).order_by("number"):
        materials[material.item_id].append(material)
    every = [material.pk for some in materials.values() for material in some]
    newest = _newest([item.pk for item in items], every)
    scopes: dict[UUID, list[str]] = {}
    current = AgendaSummary.objects.filter(item__in=items, is_current=True)
    for item_id, scope in current.order_by("of").values_list("item_id", "of"):
        scopes.setdefault(item_id, []).append(scope)
    return [
        ItemParts(
            item=item,
            materials=[
                MaterialPart(material=material, job=newest.get((MATERIALS, material.pk)))
                for material in materials[item.pk]
            ],
            minutes=newest.get((MINUTES, item.pk)),
            content=newest.get((CONTENT, item.pk)),
            summary=newest.get((SUMMARY, item.pk)),
            scopes=scopes.get(item.pk, ()),
        )
        for item in items
    ]


def _newest(items: Iterable[Any], materials: Iterable[Any]) -> dict[tuple[str, UUID], Job]:
    """By kind and subject."""
    jobs = Job.objects.filter(kind__in=(MATERIALS, MINUTES, CONTENT, SUMMARY), subject_id__in=[*items, *materials])
    newest = jobs.order_by("kind", "subject_id", "-created_at").distinct("kind", "subject_id")
    return {(job.kind, job.subject_id): job for job in newest}
