"""Adding and choosing versions of an agenda item's summary."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from tasks_app.models.content.base.document import Document
from tasks_app.models.content.council.agenda import AgendaItem
from tasks_app.models.content.council.agenda_summary import AgendaSummary, SummaryScope


def current(item: AgendaItem, of: SummaryScope) -> AgendaSummary | None:
    return AgendaSummary.objects.filter(item=item, of=of, is_current=True).first()


@transaction.atomic
def keep_of_job(item: AgendaItem, of: SummaryScope, job_id: UUID, **written: Any) -> AgendaSummary:
    """The version of this job: its own replaced, or a new one.

    It becomes the current version, unless a person edited that: then it is offered beside it.
    """
    _take_turns(item)
    own = AgendaSummary.objects.filter(job_id=job_id).first()
    shown = current(item, of)
    if own is None:
        return _add(item, of, take_over=_may_be_replaced(shown), job_id=job_id, **written)
    for name, value in written.items():
        setattr(own, name, value)
    own.save(update_fields=written.keys())
    if own != shown and _may_be_replaced(shown):
        choose(own)
        own.refresh_from_db(fields=["is_current"])
    return own


@transaction.atomic
def edit(version: AgendaSummary, text: str, by: AbstractBaseUser | None) -> AgendaSummary:
    """A new, current version with a person's text; the one it is based on stays as it was."""
    _take_turns(version.item)
    return _add(
        version.item,
        SummaryScope(version.of),
        take_over=True,
        text=text,
        based_on=version,
        provider=version.provider,
        model=version.model,
        coverage=version.coverage,
        figures=version.figures,
        edited_by=by,
        edited_at=Now(),
    )


@transaction.atomic
def choose(version: AgendaSummary) -> None:
    """Make this version the current one of its scope."""
    _take_turns(version.item)
    AgendaSummary.objects.filter(item=version.item, of=version.of, is_current=True).update(is_current=False)
    AgendaSummary.objects.filter(pk=version.pk).update(is_current=True)


def _add(item: AgendaItem, of: SummaryScope, *, take_over: bool, **columns: Any) -> AgendaSummary:
    versions = AgendaSummary.objects.filter(item=item, of=of)
    number = (versions.aggregate(last=Max("number"))["last"] or 0) + 1
    if take_over:
        versions.filter(is_current=True).update(is_current=False)
    return AgendaSummary.objects.create(item=item, of=of, number=number, is_current=take_over, **columns)


def _may_be_replaced(version: AgendaSummary | None) -> bool:
    return version is None or not version.edited


def _take_turns(item: AgendaItem) -> None:
    """One at a time adds to an item's versions.

    Not the item's own row: a form locks that and then reaches for the job's, which a stage being saved has locked.
    """
    Document.objects.select_for_update().get(pk=item.document_id)
