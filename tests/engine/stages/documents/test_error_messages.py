"""What staff are shown when a file cannot be read: in both languages, with the same placeholders."""

import re

import pytest
from django.utils.translation import override

from tasks_app.stages.documents.error_messages import MESSAGES, error_message

PLACEHOLDER = re.compile(r"%\(\w+\)s")


@pytest.mark.parametrize("code", MESSAGES)
def test_every_refusal_is_said_in_both_languages(code: str) -> None:
    with override("en"):
        english = str(MESSAGES[code])
    with override("ja"):
        japanese = str(MESSAGES[code])
    assert japanese != english
    assert sorted(PLACEHOLDER.findall(japanese)) == sorted(PLACEHOLDER.findall(english))


def test_a_refusal_is_stored_untranslated() -> None:
    with override("ja"):
        assert error_message("empty_file").message_id == "The file is empty. Upload it again."
