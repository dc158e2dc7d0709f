"""Minutes summed up by a model: only what the text supports is kept; bad answers end the job and say why."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tasks_app.errors import PermanentError
from tasks_app.models import Notebook, Proceedings, Source
from tasks_app.registry import Usage
from tasks_app.stages.minutes.answers import MAX_LENGTH, MIN_LENGTH
from tasks_app.stages.minutes.summarise_minutes import summarise_proceedings
from tests.engine.providers.scripted_endpoint import CHAT, INPUT_TOKENS, ScriptedEndpoint, endpoint
from tests.engine.stages.documents.test_chunk import give
from tests.engine.stages.fake_stage_context import FakeStageContext

pytestmark = pytest.mark.django_db

TEXT = (
    "○会長（瀬川恒一君）　議題１は、６時台の１便を残すことで承認されました。\n\n"
    "○氷室委員　新しいダイヤの案は、１２月１３日までに作成します。\n\n"
    "○桐生委員　運賃の割引は、どうなりますか。\n\n"
)
DECIDED = {"text": "6時台の1便を残すことで承認された。", "quote": "議題1は、6時台の1便を残すことで承認されました。"}
TASK = {
    "what": "新しいダイヤの案を作成する。",
    "who": "氷室委員",
    "by_when": "12月13日",
    "quote": "新しいダイヤの案は、１２月１３日までに作成します。",
}
ASKED = {"text": "割引はどうなるか。", "quote": "運賃の割引は、どうなりますか。"}
EMPTY: Mapping[str, Any] = {"overview": [], "decisions": [], "actions": [], "questions": []}
WHOLE = {**EMPTY, "overview": [DECIDED], "decisions": [DECIDED], "actions": [TASK], "questions": [ASKED]}


@pytest.fixture
def server(settings: Settings) -> Any:
    with endpoint() as running:
        settings.LLM_BASE_URL, settings.LLM_MODEL = running.url, "m"
        settings.PROVIDER_TIMEOUT_SECONDS = 20.0
        yield running


def answer(server: ScriptedEndpoint, *values: object) -> None:
    texts = (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in values)
    server.command(CHAT, *({"do": "answer", "text": text} for text in texts))


def stored(source: Source) -> Proceedings:
    return Proceedings.objects.get(pk=source.document_id)


def test_lines_are_kept_with_the_places_of_their_quotations(source: Source, server: ScriptedEndpoint) -> None:
    answer(server, WHOLE)
    context = FakeStageContext(give(source, TEXT))
    figures = context.carry_out(summarise_proceedings())
    kept = stored(source)
    (decision,), (task,), (question,) = kept.decisions, kept.actions, kept.questions
    ((start, end),) = decision["spans"]
    assert TEXT[start:end] == "議題１は、６時台の１便を残すことで承認されました。"
    assert (task["who"], task["by_when"]) == ("氷室委員", "12月13日")
    assert TEXT[slice(*question["spans"][0])] == "運賃の割引は、どうなりますか。"
    assert [turn[3:] for turn in kept.turns] == [["瀬川恒一", "会長"], ["氷室", "委員"], ["桐生", "委員"]]
    assert kept.dropped == {}
    assert context.usage == Usage(input_tokens=INPUT_TOKENS, output_tokens=20)
    assert (figures["decisions"], figures["actions"], figures["questions"], figures["turns"]) == (1, 1, 1, 3)
    source.document.refresh_from_db()
    assert source.document.summary_provider == "model"
    assert source.document.summary_coverage == len(TEXT)
    assert "氷室委員" in source.document.summary


@pytest.mark.parametrize(
    ("invented", "reason"),
    [
        ({"text": "予算が可決された。", "quote": "予算案は全会一致で可決されました。"}, "quote"),
        ({"text": "承認された。", "quote": "承認" + "。" * (MIN_LENGTH - 3)}, "quote"),
        ({"text": "承認された。", "quote": TEXT * (MAX_LENGTH // len(TEXT) + 1)}, "quote"),
        ({"text": "承認された。", "quote": "議題１は、…承認されました。"}, "quote"),
        ({"text": "7時台の便を残すことで承認された。", "quote": DECIDED["quote"]}, "number"),
    ],
)
def test_what_the_text_does_not_say_is_dropped_and_counted(
    source: Source, server: ScriptedEndpoint, invented: Mapping[str, str], reason: str
) -> None:
    answer(server, {**EMPTY, "decisions": [DECIDED, invented]})
    figures = FakeStageContext(give(source, TEXT)).carry_out(summarise_proceedings())
    assert [line["text"] for line in stored(source).decisions] == [DECIDED["text"]]
    assert stored(source).dropped == {reason: 1}
    assert figures["dropped"] == 1


def test_who_and_by_when_are_dropped_where_they_do_not_stand_nearby(source: Source, server: ScriptedEndpoint) -> None:
    far = TEXT + "　" + "なお、資料は別に配布します。\n" * 30 + "○堀内課長　３月末日には終わります。\n"
    tasks = [{**TASK, "who": "堀内課長"}, {**TASK, "by_when": "3月末日", "what": "案を作る。"}]
    answer(server, {**EMPTY, "actions": tasks})
    FakeStageContext(give(source, far)).carry_out(summarise_proceedings())
    first, second = stored(source).actions
    assert (first["who"], first["by_when"]) == ("", "12月13日")
    assert (second["who"], second["by_when"]) == ("氷室委員", "")
    assert stored(source).dropped == {"who": 1, "by_when": 1}


def test_who_may_be_the_one_who_speaks(source: Source, server: ScriptedEndpoint) -> None:
    answer(server, {**EMPTY, "actions": [{**TASK, "quote": "１２月１３日までに作成します。", "who": "氷室"}]})
    FakeStageContext(give(source, TEXT.replace("○氷室委員　", "○氷室委員　" + "説明します。" * 80))).carry_out(
        summarise_proceedings()
    )
    assert stored(source).actions[0]["who"] == "氷室"


PROSE = "この会議では、バスの便について話し合われました。"
HALF = '{"overview": [{"text": "承認された。", "quote": "議題１は'
VIOLATION = {**WHOLE, "actions": [{"what": "作成する。", "who": "氷室", "期限は１２月": "x", "quote": "q"}]}


@pytest.mark.parametrize(
    ("bad", "faults"),
    [
        (PROSE, "no_json"),
        (HALF, "decisions: missing; actions: missing; questions: missing"),
        (VIOLATION, "actions.0.by_when: missing; actions.0.(unknown): extra_forbidden"),
    ],
)
def test_one_round_to_mend_then_a_failure_that_names_the_fields(
    source: Source, server: ScriptedEndpoint, bad: object, faults: str
) -> None:
    answer(server, PROSE, bad)
    context = FakeStageContext(give(source, TEXT))
    with pytest.raises(PermanentError) as raised:
        context.carry_out(summarise_proceedings())
    assert raised.value.code == "model_answer_unusable"
    assert raised.value.details["faults"] == faults
    assert "期限は" not in str(raised.value)
    assert len(server.calls(CHAT)) == 2
    assert context.usage.input_tokens == 2 * INPUT_TOKENS
    assert not Proceedings.objects.exists()


@pytest.mark.parametrize("bad", [PROSE, HALF, VIOLATION])
def test_a_mended_answer_is_as_good_as_any(source: Source, server: ScriptedEndpoint, bad: object) -> None:
    answer(server, bad, WHOLE)
    FakeStageContext(give(source, TEXT)).carry_out(summarise_proceedings())
    assert len(stored(source).decisions) == 1


@pytest.mark.parametrize(
    "answers", [EMPTY, {**EMPTY, "decisions": [{"text": "可決。", "quote": "予算案を可決した。"}]}]
)
def test_nothing_borne_out_is_a_failure(source: Source, server: ScriptedEndpoint, answers: object) -> None:
    answer(server, answers)
    with pytest.raises(PermanentError) as raised:
        FakeStageContext(give(source, TEXT)).carry_out(summarise_proceedings())
    assert raised.value.code == "proceedings_unverified"


LONG = TEXT.replace("\n\n", "続けて説明します。" * 10 + "\n\n")


class TestLongMinutes:
    """Three windows, whose overviews are then put together."""

    @pytest.fixture(autouse=True)
    def windows(self, settings: Settings) -> None:
        settings.SUMMARY_WINDOW_CHARACTERS = 130
        settings.PROVIDER_CALLS_PER_JOB = 1

    def answers(self, server: ScriptedEndpoint, *overviews: object) -> None:
        answer(
            server,
            {**EMPTY, "overview": [DECIDED], "decisions": [DECIDED]},
            {**EMPTY, "overview": [{"text": "ダイヤの案を作る。", "quote": TASK["quote"]}], "actions": [TASK]},
            {**EMPTY, "overview": [ASKED], "questions": [ASKED]},
            *overviews,
        )

    def test_lines_of_the_overview_keep_all_of_their_places(self, source: Source, server: ScriptedEndpoint) -> None:
        self.answers(server, {"overview": [{"text": "便を残し、ダイヤを作る。", "sources": [1, 2]}]})
        figures = FakeStageContext(give(source, LONG)).carry_out(summarise_proceedings())
        (line,) = stored(source).overview
        assert [LONG[start : start + 3] for start, _end in line["spans"]] == ["議題１", "新しい"]
        assert (figures["windows"], figures["calls"]) == (3, 4)
        assert "1: 6時台の1便を残すことで承認された。" in server.calls(CHAT)[3].text

    def test_an_overview_of_nothing_is_dropped(self, source: Source, server: ScriptedEndpoint) -> None:
        lines = [
            {"text": "便を残す。", "sources": [1]},
            {"text": "何もない。", "sources": [0, 9]},
            {"text": "費用は680万円。", "sources": [2]},
        ]
        self.answers(server, {"overview": lines})
        FakeStageContext(give(source, LONG)).carry_out(summarise_proceedings())
        assert [line["text"] for line in stored(source).overview] == ["便を残す。"]
        assert stored(source).dropped == {"source": 1, "number": 1}

    def test_a_second_attempt_asks_only_for_what_is_missing(self, source: Source, server: ScriptedEndpoint) -> None:
        self.answers(server, PROSE, PROSE)
        context = FakeStageContext(give(source, LONG))
        with pytest.raises(PermanentError):
            context.carry_out(summarise_proceedings())
        assert len(context.kept) == 3
        asked = len(server.calls(CHAT))
        answer(server, {"overview": [{"text": "便を残す。", "sources": [1]}]})
        FakeStageContext(source, kept=context.kept).carry_out(summarise_proceedings())
        assert len(server.calls(CHAT)) == asked + 1

    def test_windows_are_read_side_by_side(self, source: Source, server: ScriptedEndpoint, settings: Settings) -> None:
        settings.PROVIDER_CALLS_PER_JOB = 3
        server.always(CHAT, {"do": "answer", "text": json.dumps({**EMPTY, "decisions": [DECIDED]}, ensure_ascii=False)})
        server.hold(CHAT)

        def release(_count: int) -> None:
            if server.most_at_once == 3:
                server.let_go(CHAT)

        FakeStageContext(give(source, LONG), on_check=release).carry_out(summarise_proceedings())
        assert server.most_at_once == 3
        assert len(stored(source).decisions) == 1
        assert stored(source).dropped == {"quote": 2}


def test_without_a_model_sentences_are_chosen_and_labelled(source: Source) -> None:
    figures = FakeStageContext(give(source, TEXT)).carry_out(summarise_proceedings())
    source.document.refresh_from_db()
    assert source.document.summary_provider == figures["provider"] == "extractive"
    assert [line["who"] for line in stored(source).actions] == ["委員（氷室）"]
    assert source.document.summary.startswith("【")


def test_done_again_it_replaces_what_it_wrote(source: Source) -> None:
    for text in (TEXT, TEXT.replace("承認されました", "検討されました")):
        FakeStageContext(give(source, text)).carry_out(summarise_proceedings())
    assert Proceedings.objects.count() == 1
    assert stored(source).decisions == []


def test_a_text_without_sentences_is_refused(notebook: Notebook, source: Source) -> None:
    with pytest.raises(PermanentError):
        FakeStageContext(give(source, " \n ")).carry_out(summarise_proceedings())
