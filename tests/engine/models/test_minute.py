"""Related sources are of the same notebook, whichever way they are related, and change no work."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from tasks_app.models import Minute, Notebook, Source


@pytest.fixture
def minute(notebook: Notebook) -> Minute:
    return Minute.objects.create(notebook=notebook, title="会議録", pasted_text="本文です。")


@pytest.fixture
def stranger(minute: Minute) -> Source:
    other = Notebook.objects.create(title="別のノート")
    return Source.objects.create(notebook=other, title="よその資料", pasted_text="本文です。")


def test_sources_of_the_same_notebook_are_related_and_change_no_work(minute: Minute, source: Source) -> None:
    before = minute.input_digest()
    minute.sources.add(source)
    assert list(source.minutes.all()) == [minute]
    assert minute.input_digest() == before


def test_a_source_of_another_notebook_is_refused_by_name(minute: Minute, source: Source, stranger: Source) -> None:
    with pytest.raises(ValidationError, match="よその資料"), transaction.atomic():
        minute.sources.set([source, stranger])
    assert not minute.sources.filter(pk=stranger.pk).exists()


def test_the_other_way_round_too(minute: Minute, stranger: Source) -> None:
    with pytest.raises(ValidationError), transaction.atomic():
        stranger.minutes.add(minute)
    assert not minute.sources.exists()
