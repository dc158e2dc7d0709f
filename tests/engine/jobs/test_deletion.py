"""A subject is deleted while a worker is saving what belongs to it."""

from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from tasks_app.job_types.slides import SLIDES
from tasks_app.jobs.statements import rows
from tasks_app.jobs.transitions import outcomes, verbs
from tasks_app.jobs.transitions.lease import claim
from tasks_app.jobs.upkeep import deletion
from tasks_app.models import Notebook, SlideDeck, SlideVersion
from tests.support.attempts import WORKER
from tests.support.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("whole", [False, True])
def test_what_was_saved_meanwhile_goes_too(notebook: Notebook, broker: Any, whole: bool) -> None:
    """The deck, or the whole notebook, as a view does it: in a transaction."""
    deck = SlideDeck.objects.create(
        notebook=notebook, title="d", source_text="本日の議題は防災計画です。", target_slides=3
    )
    job = verbs.enqueue("slides", deck)
    lease = claim(SLIDES, job.pk, job.dispatch_id, WORKER)
    assert lease is not None
    saving, deleting = Event(), Event()

    def save() -> None:
        with transaction.atomic():
            outcomes.succeed(lease)
            SlideVersion.objects.create(
                token=uuid4(), deck=deck, number=1, slides=[], pages=[], remarks=[], file="x.pptx"
            )
            saving.set()
            deleting.wait(30)
        connection.close()

    def somebody_waits() -> bool:
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        return bool(rows(waiting, {})[0][0])

    def let_go() -> None:
        wait_for(somebody_waits, "the deletion to wait for the save")
        deleting.set()
        connection.close()

    threads = [Thread(target=save), Thread(target=let_go)]
    threads[0].start()
    saving.wait(30)
    threads[1].start()
    with transaction.atomic():
        if whole:
            deletion.delete(Notebook.objects.filter(pk=notebook.pk))
        else:
            deletion.delete(SlideDeck.objects.filter(pk=deck.pk))
    for thread in threads:
        thread.join()

    assert not SlideDeck.objects.exists()
    assert not SlideVersion.objects.exists()
