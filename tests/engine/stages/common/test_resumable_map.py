"""Calls whose answers are kept: in order, resumed wherever they were cut off, and each paid for once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Barrier, Event
from typing import Any

import pytest

from tasks_app.errors import Cancelled, JobError, LeaseLost, PermanentError, TransientError
from tasks_app.models import ProviderState, Source
from tasks_app.providers.endpoint import LLM, Endpoint
from tasks_app.providers.provider_errors import BilledError
from tasks_app.registry import Usage
from tasks_app.stages.common.resumable_map import PartRequest, ResumableMap, part_key
from tests.engine.stages.fake_stage_context import FakeStageContext

pytestmark = pytest.mark.django_db
ENDPOINT = Endpoint(name=LLM, base_url="http://127.0.0.1:9/v1", model="writer", api_key="first")


@dataclass(frozen=True)
class Answered:
    text: str
    usage: Usage = field(default_factory=lambda: Usage(input_tokens=10, output_tokens=1))
    seconds: float = 0.5


@dataclass
class CapitalsProvider:
    """Says what it is asked in capitals, and notes it; `failing` are refused."""

    asked: list[str] = field(default_factory=list)
    failing: dict[str, JobError] = field(default_factory=dict)

    def requests(self, *texts: str, **more: Any) -> list[PartRequest[Answered]]:
        return [PartRequest(facts=text, call=self._call(text), keep=lambda said: said.text, **more) for text in texts]

    def _call(self, text: str) -> Callable[[], Answered]:
        def call() -> Answered:
            self.asked.append(text)
            if text in self.failing:
                raise self.failing[text]
            return Answered(text.upper())

        return call


@pytest.fixture
def provider() -> CapitalsProvider:
    return CapitalsProvider()


def test_answers_come_in_the_order_of_the_requests(source: Source) -> None:
    first_may_end = Event()

    def slow() -> Answered:
        assert first_may_end.wait(10)
        return Answered("first")

    def fast() -> Answered:
        return Answered("second")

    context = FakeStageContext(source)
    context.on_check = lambda _count: first_may_end.set() if context.kept else None
    requests = [PartRequest(facts=call.__name__, call=call, keep=lambda said: said.text) for call in (slow, fast)]
    assert ResumableMap(context, ENDPOINT, 2).run(requests) == ["first", "second"]
    assert list(context.kept.values()) == ["second", "first"], "each is kept as soon as it is there"


def test_as_many_calls_are_under_way_as_are_allowed(source: Source) -> None:
    together = Barrier(3)

    def call() -> Answered:
        together.wait(10)
        return Answered("met")

    requests = [PartRequest(facts=number, call=call, keep=lambda said: said.text) for number in range(6)]
    assert ResumableMap(FakeStageContext(source), ENDPOINT, 3).run(requests) == ["met"] * 6


def test_nothing_to_ask_is_neither_a_call_nor_progress(source: Source) -> None:
    context = FakeStageContext(source)
    parts = ResumableMap(context, ENDPOINT, 2)
    assert parts.run([]) == []
    assert (parts.calls, parts.seconds, context.reports, context.kept) == (0, 0.0, [], {})
    assert not ProviderState.objects.exists()


def test_progress_counts_weights_and_what_is_kept_already(source: Source, provider: CapitalsProvider) -> None:
    context = FakeStageContext(source)
    requests = [*provider.requests("a", weight=3), *provider.requests("b", "c", weight=2)]
    ResumableMap(context, ENDPOINT, 1).run(requests)
    assert context.reports == [(0, 7), (3, 7), (5, 7), (7, 7)]
    again = FakeStageContext(source, kept={key: context.kept[key] for key in list(context.kept)[:2]})
    ResumableMap(again, ENDPOINT, 1).run(requests)
    assert again.reports == [(5, 7), (7, 7)]


def test_calls_seconds_and_usage_are_those_of_calls_made_now(source: Source, provider: CapitalsProvider) -> None:
    context = FakeStageContext(source)
    parts = ResumableMap(context, ENDPOINT, 2)
    parts.run(provider.requests("a", "b"))
    parts.run(provider.requests("c"))
    assert (parts.calls, parts.seconds) == (3, 1.5)
    assert context.usage == Usage(input_tokens=30, output_tokens=3)
    again = FakeStageContext(source, kept=context.kept)
    parts = ResumableMap(again, ENDPOINT, 2)
    assert parts.run(provider.requests("a", "b", "c")) == ["A", "B", "C"]
    assert (parts.calls, parts.seconds, again.usage) == (0, 0.0, Usage())


def test_equal_requests_are_made_once_and_answered_each(source: Source, provider: CapitalsProvider) -> None:
    context = FakeStageContext(source)
    assert ResumableMap(context, ENDPOINT, 1).run(provider.requests("a", "b", "a")) == ["A", "B", "A"]
    assert provider.asked == ["a", "b"]
    assert context.usage.input_tokens == 20
    assert context.reports == [(0, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("end", [Cancelled("enough"), LeaseLost()], ids=["cancelled", "lost"])
def test_wherever_it_is_cut_off_a_retry_asks_only_for_what_is_missing(source: Source, end: Exception) -> None:
    """Once for every moment at which the engine looks whether the job is still wanted."""
    texts = ("a", "b", "c", "d")
    whole = FakeStageContext(source)
    ResumableMap(whole, ENDPOINT, 1).run(CapitalsProvider().requests(*texts))
    for moment in range(1, whole.checked + 1):
        provider, context = CapitalsProvider(), FakeStageContext(source)

        def stop(count: int, moment: int = moment) -> None:
            if count == moment:
                raise end

        context.on_check = stop
        with pytest.raises(type(end)):
            ResumableMap(context, ENDPOINT, 1).run(provider.requests(*texts))
        kept = dict(context.kept)
        again = FakeStageContext(source, kept=context.kept)
        parts = ResumableMap(again, ENDPOINT, 1)
        assert parts.run(provider.requests(*texts)) == ["A", "B", "C", "D"]
        assert parts.calls == len(texts) - len(kept)
        assert again.reports[0] == (len(kept), len(texts))
        assert (context.usage + again.usage).input_tokens == 10 * len(provider.asked), "each call is counted once"
        assert len(provider.asked) <= len(texts) + 1, "at most the one under way is lost"


def test_one_failure_keeps_the_others_and_begins_no_more(source: Source, provider: CapitalsProvider) -> None:
    provider.failing["b"] = TransientError("away", "Away.")
    context = FakeStageContext(source)
    with pytest.raises(TransientError, match="away"):
        ResumableMap(context, ENDPOINT, 1).run(provider.requests("a", "b", "c"))
    assert provider.asked == ["a", "b"]
    assert list(context.kept.values()) == ["A"]
    assert ProviderState.objects.get().error_code == "away"
    provider.failing.clear()
    assert ResumableMap(FakeStageContext(source, kept=context.kept), ENDPOINT, 1).run(
        provider.requests("a", "b", "c")
    ) == [*"ABC"]
    assert provider.asked == ["a", "b", "b", "c"]


def test_what_a_failed_call_cost_is_counted(source: Source, provider: CapitalsProvider) -> None:
    provider.failing["b"] = BilledError("cut", "Cut.", usage=Usage(input_tokens=7))
    context = FakeStageContext(source)
    with pytest.raises(PermanentError, match="cut"):
        ResumableMap(context, ENDPOINT, 1).run(provider.requests("a", "b"))
    assert context.usage.input_tokens == 17


def test_an_unusable_answer_is_paid_for_and_not_kept(source: Source, provider: CapitalsProvider) -> None:
    def unusable(said: Answered) -> None:
        return None

    bad = PartRequest(facts="bad", call=lambda: Answered("bad"), keep=unusable)
    context = FakeStageContext(source)
    parts = ResumableMap(context, ENDPOINT, 1)
    assert parts.run([bad, *provider.requests("a")]) == [None, "A"]
    assert (parts.calls, context.usage.input_tokens, list(context.kept.values())) == (2, 20, ["A"])
    assert context.reports[-1] == (1, 2)


def test_a_key_names_the_model_and_the_facts_and_not_the_way_to_the_server() -> None:
    def key(facts: Any = "text", **changed: str) -> str:
        fields = {"name": LLM, "base_url": ENDPOINT.base_url, "model": "writer", "api_key": "first", **changed}
        return part_key(Endpoint(**fields), facts)

    same = {key(), key(base_url="https://elsewhere.example/v1"), key(api_key="renewed")}
    assert same == {part_key(ENDPOINT, "text")}
    other = [key(model="another"), key(name="speech"), key("texts"), key(["text"]), part_key(None, "text")]
    assert len(same.union(other)) == 1 + len(other)
