"""Calls side by side: what was paid for is kept, and what fails is reported to staff."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest
from pytest_django.fixtures import Settings

from tasks_app.errors import Cancelled, PermanentError, Release
from tasks_app.models import ProviderState, Source
from tasks_app.providers import provider_errors
from tasks_app.providers.endpoint import LLM, Endpoint
from tasks_app.registry import Usage
from tasks_app.stages.common.provider_calls import run_concurrently
from tasks_app.stages.common.provider_health import MAX_PAUSE, MIN_PAUSE, SPREAD
from tests.engine.stages.fake_stage_context import FakeStageContext

pytestmark = pytest.mark.django_db
ENDPOINT = Endpoint(name=LLM, base_url="http://127.0.0.1:9/v1", model="writer")


def raising(error: Exception) -> Callable[[], str]:
    def call() -> str:
        raise error

    return call


def test_what_is_under_way_when_one_fails_is_not_lost(source: Source) -> None:
    failed = Event()

    def fail() -> str:
        failed.set()
        raise PermanentError("no", "No.")

    def slow() -> str:
        assert failed.wait(10)
        return "kept"

    def late() -> str:
        never.append("asked")
        return ""

    never: list[str] = []
    answers = run_concurrently(FakeStageContext(source), None, {"slow": slow, "fail": fail, "late": late}, 2)
    assert next(answers) == ("slow", "kept")
    with pytest.raises(PermanentError):
        next(answers)
    assert never == []


def test_a_stage_that_waits_still_hears_that_it_is_to_stop(source: Source) -> None:
    never_ends = Event()

    def stop(count: int) -> None:
        if count > 1:
            raise Cancelled("enough")

    try:
        with pytest.raises(Cancelled):
            list(
                run_concurrently(
                    FakeStageContext(source, on_check=stop), None, {"one": lambda: str(never_ends.wait(60))}, 1
                )
            )
    finally:
        never_ends.set()


def test_what_a_useless_answer_cost_is_counted(source: Source) -> None:
    context = FakeStageContext(source)
    cut = provider_errors.BilledError("cut", "Cut.", usage=Usage(input_tokens=7))
    with pytest.raises(provider_errors.BilledError):
        list(run_concurrently(context, ENDPOINT, {"one": raising(cut)}, 1))
    assert context.usage.input_tokens == 7


def test_waiting_for_a_slot_says_nothing_about_the_endpoint(source: Source, settings: Settings) -> None:
    away(settings, source)
    with pytest.raises(Release):
        list(
            run_concurrently(
                FakeStageContext(source), ENDPOINT, {"one": raising(provider_errors.busy(ENDPOINT, 3.0))}, 1
            )
        )
    state = ProviderState.objects.get()
    assert (state.error_code, state.unreachable_since is not None) == ("provider_unreachable", True)


def away(settings: Settings, source: Source) -> Release:
    settings.JOB_BACKOFF_SCALE = 1.0
    with pytest.raises(Release) as raised:
        list(
            run_concurrently(
                FakeStageContext(source), ENDPOINT, {"one": raising(provider_errors.unreachable(ENDPOINT))}, 1
            )
        )
    return raised.value


def test_an_endpoint_that_is_away_is_asked_again_ever_more_seldom(source: Source, settings: Settings) -> None:
    low, high = 1 - SPREAD, 1 + SPREAD
    assert low * MIN_PAUSE <= away(settings, source).delay <= high * MIN_PAUSE
    since = ProviderState.objects.get().unreachable_since
    assert since is not None
    for seconds, expected in [(120, 60.0), (7200, MAX_PAUSE)]:
        ProviderState.objects.update(unreachable_since=since - timedelta(seconds=seconds))
        assert low * expected <= away(settings, source).delay <= high * (expected + 1)


def test_since_when_it_is_away_is_kept_and_forgotten_once_it_answers(source: Source, settings: Settings) -> None:
    away(settings, source)
    first = ProviderState.objects.get().unreachable_since
    away(settings, source)
    state = ProviderState.objects.get()
    assert state.unreachable_since == first
    assert (state.host, state.error_code) == ("127.0.0.1:9", "provider_unreachable")
    assert list(run_concurrently(FakeStageContext(source), ENDPOINT, {"one": lambda: "yes"}, 1)) == [("one", "yes")]
    state.refresh_from_db()
    assert state.unreachable_since is None
    assert state.error_code == "provider_unreachable", "the newest error stays to be read"
