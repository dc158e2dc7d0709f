import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from tasks_app.providers.summariser import Extractive, Summariser, configured
from tasks_app.registry import Usage


def test_with_nothing_configured_sentences_are_chosen() -> None:
    writer: Summariser = configured()
    assert writer == Extractive()
    summary = writer.summarise("原案は可決されました。", characters=100, messages=())
    assert (summary.text, summary.usage) == ("原案は可決されました。", Usage())


def test_an_unknown_name_is_told(settings: Settings) -> None:
    settings.SUMMARY_PROVIDER = "oracle"
    with pytest.raises(ImproperlyConfigured, match="'oracle'; known are: auto, extractive, model"):
        configured()
