"""Rules 2 and 3: one active job per subject, stored before it is published, published only when stored."""

import json
from threading import Event, Thread

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from redis import Redis

from tasks_app import queues
from tasks_app.errors import AlreadyEnqueued, Refused
from tasks_app.jobs.statements import rows
from tasks_app.jobs.transitions import broker as messages
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, Notebook, Source
from tests.support.attempts import attempt
from tests.support.job_types.probe import PROBE
from tests.support.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def published(broker: Redis, priority: int = queues.INTERACTIVE) -> list[str]:
    """Celery ids of the messages in the content queue, oldest first."""
    name = "notebookops:content" + (f":{priority}" if priority else "")
    found = broker.lrange(name, 0, -1)
    return [json.loads(message)["headers"]["id"] for message in reversed(found)]


def test_row_carries_what_filters_and_rights_need(source: Source, broker: Redis) -> None:
    user = User.objects.create_user("asker")
    job = verbs.enqueue("probe", source, requested_by=user, reason="first upload")

    job.refresh_from_db()
    assert (job.notebook_id, job.owner_id) == (source.notebook_id, source.notebook.owner_id)
    assert (job.subject_title, job.requested_by, job.request_reason) == (source.title, user, "first upload")
    assert (job.queue, job.max_attempts) == ("content", 4)


def test_message_carries_the_id_alone(source: Source, broker: Redis) -> None:
    job = verbs.enqueue("probe", source)

    (message,) = broker.lrange("notebookops:content", 0, -1)
    assert source.pasted_text.encode() not in message
    assert json.loads(message)["headers"]["id"] == str(job.dispatch_id)
    assert str(job.pk) in json.loads(message)["headers"]["argsrepr"]


def test_nothing_is_published_before_commit_or_after_rollback(source: Source, broker: Redis) -> None:
    with transaction.atomic():
        verbs.enqueue("probe", source)
        assert published(broker) == []
        transaction.set_rollback(True)

    assert published(broker) == []
    assert not Job.objects.exists()


def test_asked_again_with_the_same_parameters(source: Source, broker: Redis) -> None:
    first = verbs.enqueue("probe", source, params={"a": 1})

    assert verbs.enqueue("probe", source, params={"a": 1}).pk == first.pk
    assert len(published(broker)) == 1


def test_asked_again_with_other_parameters(source: Source, broker: Redis) -> None:
    first = verbs.enqueue("probe", source, params={"a": 1})

    with pytest.raises(AlreadyEnqueued) as caught:
        verbs.enqueue("probe", source, params={"a": 2})
    assert caught.value.job_id == first.pk


def test_queued_job_takes_the_changed_subject(source: Source, broker: Redis) -> None:
    first = verbs.enqueue("probe", source)
    source.title, source.pasted_text = "新しい題", "新しい本文"
    source.save()

    again = verbs.enqueue("probe", source)

    assert (again.pk, again.input_digest, again.subject_title) == (first.pk, source.content_digest, "新しい題")
    attempt(PROBE, again)
    source.document.refresh_from_db()
    assert source.document.formatted_text.endswith(source.content_digest[:8])


def test_a_finished_job_leaves_room_for_another(source: Source, broker: Redis) -> None:
    first = verbs.enqueue("probe", source)
    attempt(PROBE, first)

    second = verbs.enqueue("probe", source)

    assert second.pk != first.pk
    with pytest.raises(Refused):
        verbs.requeue(first, by=None)


def test_a_job_that_ends_at_this_very_moment_is_not_joined(job: Job, source: Source) -> None:
    ending = Event()

    def end() -> None:
        with transaction.atomic():
            Job.objects.filter(pk=job.pk).update(state="succeeded")
            ending.set()
            wait_for(somebody_waits_for_a_lock, "the other enqueue to wait")
        connection.close()

    other = Thread(target=end)
    other.start()
    ending.wait(30)
    second = verbs.enqueue("probe", source)
    other.join()

    assert second.pk != job.pk
    assert second.state == "queued"


def somebody_waits_for_a_lock() -> bool:
    return bool(rows("SELECT 1 FROM pg_locks WHERE NOT granted", {}))


def test_people_come_before_bulk(notebook: Notebook, broker: Redis) -> None:
    bulk, person = (
        Source.objects.create(notebook=notebook, title=title, pasted_text=title) for title in ("bulk", "person")
    )
    later = verbs.enqueue("probe", bulk, priority=queues.BULK)
    sooner = verbs.enqueue("probe", person)

    assert published(broker, queues.BULK) == [str(later.dispatch_id)]
    assert published(broker) == [str(sooner.dispatch_id)]
    assert messages.depths(["content", "chat"]) == {"content": 2, "chat": 0}


def test_requeue_of_a_job_whose_subject_is_gone(source: Source, broker: Redis) -> None:
    job = verbs.enqueue("probe", source)
    attempt(PROBE, job)
    source.delete()

    with pytest.raises(Refused):
        verbs.requeue(job, by=None)


def test_requeue_of_an_active_job(job: Job) -> None:
    with pytest.raises(Refused):
        verbs.requeue(job, by=None)


def test_deleted_subject_takes_its_queued_job_along(job: Job, source: Source) -> None:
    source.delete()

    job.refresh_from_db()
    assert (job.state, job.error_code) == ("cancelled", "cancelled")
    assert job.error_text
