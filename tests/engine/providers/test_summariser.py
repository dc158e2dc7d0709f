import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from tasks_app.providers.llm import Message
from tasks_app.providers.provider_errors import BilledError
from tasks_app.providers.summariser import Extractive, Summariser, configured
from tasks_app.registry import Usage
from tests.engine.providers.scripted_endpoint import CHAT, SUMMARY, ScriptedEndpoint


def test_with_nothing_configured_sentences_are_chosen() -> None:
    writer: Summariser = configured()
    assert writer == Extractive()
    summary = writer.summarise("原案は可決されました。", characters=100, messages=())
    assert (summary.text, summary.usage) == ("原案は可決されました。", Usage())


def test_an_unknown_name_is_told(settings: Settings) -> None:
    settings.SUMMARY_PROVIDER = "oracle"
    with pytest.raises(ImproperlyConfigured, match="'oracle'; known are: auto, extractive, model"):
        configured()


def test_with_a_model_configured_it_writes(server: ScriptedEndpoint, settings: Settings) -> None:
    settings.LLM_BASE_URL, settings.LLM_MODEL = server.url, "writer"
    for name in ("auto", "model"):
        settings.SUMMARY_PROVIDER = name
        writer: Summariser = configured()
        assert (writer.provider, writer.model) == ("model", "writer")
    settings.SUMMARY_PROVIDER = "extractive"
    assert configured() == Extractive()


def test_a_model_is_told_by_the_messages(server: ScriptedEndpoint, settings: Settings) -> None:
    settings.LLM_BASE_URL, settings.LLM_MODEL = server.url, "writer"
    summary = configured().summarise("本文", characters=100, messages=[Message(role="user", content="要約して")])
    assert summary.text == SUMMARY
    assert summary.usage.output_tokens > 0
    assert server.calls(CHAT)[0].text == "要約して"


def test_an_empty_answer_is_no_summary(server: ScriptedEndpoint, settings: Settings) -> None:
    settings.LLM_BASE_URL, settings.LLM_MODEL = server.url, "writer"
    server.command(CHAT, {"do": "answer", "text": " \n"})
    with pytest.raises(BilledError, match="model_answer_empty"):
        configured().summarise("本文", characters=100, messages=[])


def test_a_model_that_is_wanted_and_missing_is_told(settings: Settings) -> None:
    settings.SUMMARY_PROVIDER = "model"
    with pytest.raises(ImproperlyConfigured, match="LLM_BASE_URL is not set"):
        configured()
