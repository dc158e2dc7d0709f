"""Windows, their parts, and what the summary was made from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from pytest_django.fixtures import Settings

from tasks_app.errors import Cancelled, PermanentError
from tasks_app.models import Document, Notebook, PromptOverride, SlideDeck, Source
from tasks_app.providers import summariser
from tasks_app.providers.llm import Message
from tasks_app.providers.summariser import Summary
from tasks_app.registry import Usage
from tasks_app.stages.documents.summarise import summarise
from tasks_app.stages.slides.load_sources import material_of
from tests.engine.stages.documents.test_chunk import give
from tests.engine.stages.fake_stage_context import FakeStageContext

pytestmark = pytest.mark.django_db
TEXT = "".join(f"第{number}号の議案について、市長の見解を伺います。\n" for number in range(200))


@dataclass
class Counting:
    """A summariser that notes what it was given and answers with its beginning, or with `answer`."""

    provider: str = "counting"
    model: str = "one"
    answer: str | None = None
    calls: int = 1
    endpoint: None = None
    given: list[str] = field(default_factory=list)

    def summarise(self, text: str, *, characters: int, messages: Sequence[Message]) -> Summary:
        self.given.append(text)
        answer = text[:characters] if self.answer is None else self.answer
        return Summary(text=answer, usage=Usage(input_tokens=len(text), output_tokens=1))


def say(text: str) -> None:
    """The prompt that staff use instead of the default."""
    PromptOverride.objects.create(prompt="source/summarise", language="ja", text=text)


@pytest.fixture
def counting(settings: Settings) -> Iterator[Counting]:
    settings.SUMMARY_PROVIDER = "counting"
    settings.SUMMARY_WINDOW_CHARACTERS = 600
    settings.SUMMARY_CHARACTERS = 100
    writer = Counting()
    summariser.SUMMARISERS["counting"] = lambda: writer
    yield writer
    del summariser.SUMMARISERS["counting"]


def test_every_window_is_read_and_the_coverage_stored(source: Source, counting: Counting) -> None:
    context = FakeStageContext(give(source, TEXT))
    figures = context.carry_out(summarise())
    document = source.document
    document.refresh_from_db()
    windows = figures["windows"]
    assert "".join(counting.given[:windows]) == TEXT
    assert len(counting.given) > windows
    assert (document.summary_provider, document.summary_model) == ("counting", "one")
    assert document.summary_coverage == figures["coverage"] == len(TEXT)
    assert len(document.summary) == figures["characters"] <= 100
    assert context.reports[0] == (0, windows)
    assert context.usage.output_tokens == len(counting.given)


def test_a_second_attempt_goes_on_where_the_first_stopped(source: Source, counting: Counting) -> None:
    def stop(count: int) -> None:
        if len(counting.given) == 3:
            raise Cancelled("enough")

    context = FakeStageContext(give(source, TEXT), on_check=stop)
    with pytest.raises(Cancelled):
        context.carry_out(summarise())
    first = len(context.kept)
    assert first == 2
    again = FakeStageContext(source, kept=context.kept)
    again.carry_out(summarise())
    assert counting.given.count(counting.given[0]) == 1
    assert counting.given.count(counting.given[1]) == 1
    finished = len(counting.given)
    FakeStageContext(source, kept=again.kept).carry_out(summarise())
    assert len(counting.given) == finished


def test_parts_of_another_model_or_another_prompt_are_not_taken(source: Source, counting: Counting) -> None:
    context = FakeStageContext(give(source, TEXT))
    context.carry_out(summarise())
    before = len(counting.given)
    counting.model = "two"
    context.carry_out(summarise())
    assert len(counting.given) == 2 * before
    say("Short: $document ($characters)")
    context.carry_out(summarise())
    assert len(counting.given) == 3 * before


def test_a_short_text_takes_one_call(source: Source, counting: Counting) -> None:
    figures = FakeStageContext(give(source, "議題は防災計画です。")).carry_out(summarise())
    assert figures["windows"] == len(counting.given) == 1


@pytest.mark.parametrize(
    ("answer", "code"), [("", "summary_empty"), (" \n", "summary_empty"), ("x" * 900, "summary_too_long")]
)
def test_a_useless_answer_fails_for_good(source: Source, counting: Counting, answer: str, code: str) -> None:
    counting.answer = answer
    with pytest.raises(PermanentError) as refusal:
        FakeStageContext(give(source, TEXT)).carry_out(summarise())
    assert refusal.value.code == code


def test_blank_text_fails_for_good(source: Source) -> None:
    with pytest.raises(PermanentError):
        FakeStageContext(give(source, " \n")).carry_out(summarise())


def test_the_default_only_chooses_sentences(source: Source) -> None:
    FakeStageContext(give(source, TEXT * 3)).carry_out(summarise())
    source.document.refresh_from_db()
    lines = source.document.summary.split("\n")
    assert source.document.summary_provider == "extractive"
    assert 0 < len(source.document.summary) <= 800
    assert all(line in TEXT for line in lines)
    assert len(set(lines)) == len(lines)


def test_the_key_follows_settings_and_prompt(source: Source, settings: Settings) -> None:
    give(source, TEXT)
    keys = [summarise().inputs(FakeStageContext(source))]
    say("Short: $document ($characters)")
    keys.append(summarise().inputs(FakeStageContext(source)))
    settings.SUMMARY_CHARACTERS = 5
    keys.append(summarise().inputs(FakeStageContext(source)))
    settings.SUMMARY_WINDOW_CHARACTERS = 50
    keys.append(summarise().inputs(FakeStageContext(source)))
    assert all(one != other for number, one in enumerate(keys) for other in keys[:number])


def test_hidden_parts_go_into_no_summary_and_no_deck(notebook: Notebook, counting: Counting) -> None:
    shown, hidden = "第一号議案は可決されました。", "［非表示 / Hidden］ 作業用\n試算は三億円です。"
    source = Source.objects.create(notebook=notebook, title="表", pasted_text="表")
    text = f"{shown}\n\n{hidden}\n\n{shown}"
    place = [len(shown) + 2, len(shown) + 2 + len(hidden)]
    Document.objects.filter(pk=source.document_id).update(
        text=text, hidden=[place], headings=[[0, 1, "公開"], [place[0], 1, "作業用"]]
    )
    figures = FakeStageContext(source).carry_out(summarise())
    assert figures["coverage"] == len(text) - len(hidden)
    assert not any("三億円" in given or "Hidden" in given for given in counting.given)
    deck = SlideDeck.objects.create(notebook=notebook, title="表", target_slides=3)
    deck.sources.add(source)
    (material,) = material_of(deck).texts
    assert "三億円" not in material.text
    assert [name for _start, _level, name in material.headings] == ["公開"]
    assert material.text.rindex(shown) == text.rindex(shown)
