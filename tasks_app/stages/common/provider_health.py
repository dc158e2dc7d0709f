"""Keeping account of how calls to providers go: providers themselves know no database."""

from datetime import datetime, timedelta
from random import uniform

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from tasks_app.errors import JobError, Release
from tasks_app.jobs.statements import retry_on_connection_loss
from tasks_app.models import ProviderState
from tasks_app.providers.endpoint import Endpoint
from tasks_app.providers.provider_errors import UNREACHABLE

MIN_PAUSE, MAX_PAUSE = 10.0, 300.0
"""Seconds before a job asks an unreachable endpoint again: half as long as it has been away, within these."""

SPREAD = 0.2
NOTED_EVERY = timedelta(minutes=1)
"""An endpoint that continues answering is noted no more often than this."""


def note_answer(endpoint: Endpoint) -> None:
    """It answered, so it can be reached."""
    retry_on_connection_loss(lambda: _note_answer(endpoint))


def _note_answer(endpoint: Endpoint) -> None:
    stale = Q(answered_at__isnull=True) | Q(answered_at__lt=Now() - NOTED_EVERY) | Q(unreachable_since__isnull=False)
    moved = ~Q(host=endpoint.host, model=_model(endpoint))
    state, _created = ProviderState.objects.get_or_create(provider=endpoint.name)
    ProviderState.objects.filter(stale | moved, pk=state.pk).update(
        host=endpoint.host, model=_model(endpoint), answered_at=Now(), unreachable_since=None
    )


def note_failure(endpoint: Endpoint, error: JobError) -> None:
    """Keep the error; a release because the endpoint is away gets the pause after which to ask again."""
    away_since = retry_on_connection_loss(lambda: _note_failure(endpoint, error))
    if isinstance(error, Release) and error.code == UNREACHABLE and away_since is not None:
        away = (timezone.now() - away_since).total_seconds()
        pause = min(max(away / 2, MIN_PAUSE), MAX_PAUSE)
        spread = uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311 - no secret depends on it
        error.delay = pause * spread * settings.JOB_BACKOFF_SCALE


def _note_failure(endpoint: Endpoint, error: JobError) -> datetime | None:
    away = error.code == UNREACHABLE
    state, _created = ProviderState.objects.get_or_create(provider=endpoint.name)
    ProviderState.objects.filter(pk=state.pk).update(
        host=endpoint.host,
        model=_model(endpoint),
        failed_at=Now(),
        unreachable_since=Coalesce(F("unreachable_since"), Now()) if away else None,
        error_class=type(error).__name__,
        error_code=error.code,
        error_message=error.message_id,
        error_details=dict(error.details),
    )
    state.refresh_from_db(fields=["unreachable_since"])
    return state.unreachable_since


def _model(endpoint: Endpoint) -> str:
    return endpoint.model[: ProviderState._meta.get_field("model").max_length]
