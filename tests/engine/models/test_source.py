"""A source's file lives exactly as long as the row that names it."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from tasks_app.models import Document, Notebook, Source

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def uploaded(notebook: Notebook) -> Source:
    return Source.objects.create(notebook=notebook, title="t", file=ContentFile(b"old", "議事録.txt"))


def test_deleted_with_its_row(uploaded: Source) -> None:
    path = Path(uploaded.file.path)
    assert path.exists()

    uploaded.delete()

    assert not path.exists()
    assert not Document.objects.exists()


def test_kept_when_the_deletion_is_taken_back(uploaded: Source) -> None:
    path = Path(uploaded.file.path)

    with transaction.atomic():
        Source.objects.get(pk=uploaded.pk).delete()
        transaction.set_rollback(True)

    assert path.exists()


def test_replaced_file_goes_the_new_one_stays(uploaded: Source) -> None:
    former = Path(uploaded.file.path)
    uploaded.file = ContentFile(b"new", "新しい.md")
    uploaded.save()

    assert not former.exists()
    assert Path(uploaded.file.path).read_bytes() == b"new"
    assert uploaded.filename == "新しい.md"


def test_saved_again_without_a_change(uploaded: Source) -> None:
    uploaded.save()

    assert Path(uploaded.file.path).exists()
