"""`agenda_content`: one child for each part, each asked for once, and one summary of what came out."""

from typing import Any

import pytest
from celery.exceptions import Ignore

from tasks_app.errors import CANCELLED_ON_REQUEST
from tasks_app.job_types.agenda_content import AGENDA_CONTENT
from tasks_app.jobs.attempts import freshness, runner
from tasks_app.jobs.transitions import outcomes, recovery, verbs
from tasks_app.jobs.transitions.lease import claim
from tasks_app.models import AgendaItem, AgendaSummary, Job, JobDependency
from tasks_app.registry import StageContext, job_types
from tests.support.agenda import agenda_item, material, replace
from tests.support.attempts import WORKER, attempt, doing, raising, recording

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def item(broker: Any) -> AgendaItem:
    return agenda_item()


def start(item: AgendaItem) -> Job:
    """A job whose first attempt has parked it, or ended it."""
    job = verbs.enqueue("agenda_content", item)
    run(job)
    return job


def run(job: Job) -> None:
    attempt(job_types[job.kind], job)
    job.refresh_from_db()


def children(job: Job) -> list[Job]:
    return list(job.children.order_by("kind", "subject_title"))


def finish(job: Job) -> None:
    """Run what it waits for, then the job itself."""
    for wait in JobDependency.objects.filter(parent=job).select_related("awaited"):
        run(wait.awaited)
    run(job)


def fails(job: Job, code: str) -> None:
    with pytest.raises(runner.AttemptFailed, match=code):
        run(job)
    job.refresh_from_db()


def version(item: AgendaItem) -> AgendaSummary:
    return AgendaSummary.objects.get(item=item, is_current=True)


def missing(item: AgendaItem) -> list[tuple[str, str]]:
    return [(one["title"], one["reason"]) for one in version(item).figures["missing"]]


def test_each_part_gets_a_job_and_the_parent_waits(item: AgendaItem) -> None:
    job = start(item)

    assert [(child.kind, child.subject_title) for child in children(job)] == [
        ("agenda_materials", "資料1"),
        ("agenda_materials", "資料2"),
        ("agenda_minutes", "避難所について"),
    ]
    assert (job.state, job.attempt, job.progress_done, job.progress_total) == ("queued", 0, 0, 3)


def test_the_summary_is_made_of_those_of_the_parts(item: AgendaItem) -> None:
    job = start(item)
    finish(job)

    made = version(item)
    assert (job.state, made.job, made.number, made.of) == ("succeeded", job, 1, "both")
    assert made.figures == {"parts": 3, "missing": []}
    assert "資料1" in made.text
    assert "可決" in made.text
    assert made.provider == "extractive"
    assert made.coverage > 60


def test_parts_inherit_who_asked_and_how_urgent_it_is(item: AgendaItem) -> None:
    job = verbs.enqueue("agenda_content", item, priority=6)
    run(job)
    assert {child.priority for child in children(job)} == {6}


def test_a_person_waits_for_no_bulk_job(item: AgendaItem) -> None:
    for each in item.materials.all():
        verbs.enqueue("agenda_materials", each, priority=6)

    job = start(item)

    assert set(Job.objects.values_list("priority", flat=True)) == {0}
    assert JobDependency.objects.filter(parent=job).count() == 3


def test_requeued_right_after_it_was_cancelled(item: AgendaItem) -> None:
    """Its parts are still running, and asked to stop: they continue after all."""
    job = start(item)
    leases = [claim(job_types[part.kind], part.pk, part.dispatch_id, WORKER) for part in children(job)]
    verbs.cancel(job, by=None)
    run(verbs.requeue(job, by=None))
    for lease in leases:
        assert lease is not None
        outcomes.finish_attempt(lease, outcomes.cancelled(CANCELLED_ON_REQUEST))

    finish(job)

    assert (job.state, version(item).figures["missing"]) == ("succeeded", [])


def test_an_acknowledged_failure_does_not_become_the_newest(item: AgendaItem) -> None:
    part = item.materials.get(number=1)
    old = verbs.enqueue("agenda_materials", part)
    verbs.fail(old, by=None)
    new = verbs.enqueue("agenda_materials", part)
    run(new)
    verbs.acknowledge(old, by=None)

    assert freshness.newest("agenda_materials", part.pk) == new


def test_requeued_for_new_settings_both_versions_and_the_newest_text_is_shown(item: AgendaItem, settings: Any) -> None:
    first = start(item)
    finish(first)
    replace(item.materials.get(number=1), "差し替え後は10か所に決定した。これは新しい資料である。\n")
    second = start(item)
    finish(second)
    settings.SUMMARY_CHARACTERS = 40

    for job in (first, second):
        run(verbs.requeue(job, by=None))
        finish(job)

    (current,) = AgendaSummary.objects.filter(is_current=True)
    assert len(current.text) <= 40


def test_nothing_unchanged_is_done_again(item: AgendaItem) -> None:
    finish(start(item))
    before = version(item)

    ran: list[str] = []
    again = verbs.enqueue("agenda_content", item)
    attempt(recording(AGENDA_CONTENT, ran), again)

    again.refresh_from_db()
    assert (again.state, ran, children(again)) == ("succeeded", [], [])
    assert version(item) == before


def test_only_what_was_added_is_done(item: AgendaItem) -> None:
    finish(start(item))
    material(item, 3)
    job = start(item)
    assert [child.subject_title for child in children(job)] == ["資料3"]
    finish(job)
    assert version(item).figures["parts"] == 4
    assert version(item).number == 2


def test_another_model_makes_the_parts_anew(item: AgendaItem, settings: Any) -> None:
    finish(start(item))
    settings.SUMMARY_CHARACTERS = 55
    job = start(item)
    assert len(children(job)) == 3


def test_what_staff_started_is_awaited_and_not_doubled(item: AgendaItem) -> None:
    first = item.materials.get(number=1)
    theirs = verbs.enqueue("agenda_materials", first)

    job = start(item)

    assert Job.objects.filter(kind="agenda_materials", subject_id=first.pk).count() == 1
    assert JobDependency.objects.filter(parent=job, awaited=theirs).exists()
    finish(job)
    assert job.state == "succeeded"


def test_cancelling_leaves_alone_what_staff_started(item: AgendaItem) -> None:
    theirs = verbs.enqueue("agenda_materials", item.materials.get(number=1))
    job = start(item)

    verbs.cancel(job, by=None)

    theirs.refresh_from_db()
    assert theirs.state == "queued"
    assert {child.state for child in children(job)} == {"cancelled"}


def test_a_failed_part_is_named_and_the_rest_summed_up(item: AgendaItem) -> None:
    broken = material(item, 3, "\x00")
    job = start(item)
    for child in children(job):
        if child.subject_id == broken.pk:
            fails(child, "not_text")
        else:
            run(child)
    run(job)

    (lost,) = version(item).figures["missing"]
    assert (job.state, version(item).figures["parts"]) == ("succeeded", 3)
    assert (lost["kind"], lost["title"]) == ("agenda_materials", "資料3")
    assert lost["reason"] == Job.objects.get(subject_id=broken.pk).error_message != ""
    assert job.stage_results.get(stage="combine").figures["missing"] == 1


def test_a_failed_part_is_asked_for_once_per_run(item: AgendaItem) -> None:
    job = start(item)
    for child in children(job):
        verbs.fail(child, by=None)
    fails(job, "no_part_worked")
    assert job.error_details == {"parts": 3}
    assert len(children(job)) == 3

    verbs.requeue(job, by=None)
    run(job)

    assert len([child for child in children(job) if child.state == "queued"]) == 3
    finish(job)
    assert job.state == "succeeded"


def test_a_cancelled_part_is_named(item: AgendaItem) -> None:
    job = start(item)
    first, *others = children(job)
    verbs.cancel(first, by=None)
    for child in others:
        run(child)
    run(job)

    assert job.state == "succeeded"
    assert missing(item) == [("資料1", "Its job was cancelled.")]


def test_nothing_attached_is_an_error(broker: Any) -> None:
    item = agenda_item(materials=0, minutes="")
    job = verbs.enqueue("agenda_content", item)
    fails(job, "nothing_attached")
    assert job.state == "failed"


def test_minutes_alone_are_enough(broker: Any) -> None:
    item = agenda_item(materials=0)
    finish(start(item))
    assert version(item).figures == {"parts": 1, "missing": []}


def test_a_material_replaced_while_its_job_runs(item: AgendaItem) -> None:
    job = start(item)
    first, *others = children(job)

    def swap(_work: StageContext) -> None:
        verbs.enqueue("agenda_materials", replace(item.materials.get(number=1), "差し替え後は10か所に決定した。\n"))

    with pytest.raises(Ignore):
        attempt(doing(job_types["agenda_materials"], "summarise", swap), first)
    for child in others:
        run(child)
    assert JobDependency.objects.filter(parent=job, awaited=first).exists()
    run(first)
    run(job)

    assert (job.state, job.executions) == ("succeeded", 2)
    assert "10か所" in version(item).text
    assert "1か所に設ける" not in version(item).text


def test_a_material_replaced_after_it_was_done_is_done_again(item: AgendaItem) -> None:
    job = start(item)
    for child in children(job):
        run(child)
    replace(item.materials.get(number=1), "差し替え後は10か所に決定した。\n")
    run(job)
    assert job.state == "queued"
    finish(job)
    assert "10か所" in version(item).text


def test_a_new_material_does_not_disturb_the_minutes(item: AgendaItem) -> None:
    minutes = verbs.enqueue("agenda_minutes", item)
    material(item, 3)
    again = verbs.enqueue("agenda_minutes", AgendaItem.objects.get(pk=item.pk))
    assert (again.pk, again.input_digest) == (minutes.pk, minutes.input_digest)


def test_a_new_material_makes_a_running_job_start_over(item: AgendaItem) -> None:
    job = start(item)
    for child in children(job):
        run(child)

    def add(_work: StageContext) -> None:
        material(item, 3)
        verbs.enqueue("agenda_content", AgendaItem.objects.get(pk=item.pk))

    with pytest.raises(Ignore):
        attempt(doing(AGENDA_CONTENT, "combine", add), job)
    run(job)
    finish(job)
    assert version(item).figures["parts"] == 4


def test_a_material_taken_away_is_not_waited_for(item: AgendaItem) -> None:
    job = start(item)
    item.materials.get(number=1).delete()
    finish(job)
    assert job.state == "succeeded"
    assert version(item).figures == {"parts": 2, "missing": []}


def test_a_worker_killed_between_the_last_child_and_the_wake(item: AgendaItem) -> None:
    """Its transaction ended the child, but no one was notified: the sweep finds the wait that is left."""
    job = start(item)
    *others, last = children(job)
    for child in others:
        run(child)
    Job.objects.filter(pk=last.pk).update(state="failed", error_message="killed", finished_at="2999-01-01T00:00Z")

    recovery.sweep()

    job.refresh_from_db()
    assert job.published_at is not None
    run(job)
    assert job.state == "succeeded"
    assert missing(item) == [(item.title, "killed")]


def test_a_worker_killed_after_it_made_the_children(item: AgendaItem) -> None:
    """The next attempt finds them and makes no more."""
    job = verbs.enqueue("agenda_content", item)
    with pytest.raises(KeyboardInterrupt):
        attempt(doing(AGENDA_CONTENT, "fan_out", raising(KeyboardInterrupt())), job)  # type: ignore[arg-type]
    made = verbs.enqueue("agenda_materials", item.materials.get(number=1), parent=job)
    Job.objects.filter(pk=job.pk).update(lease_until="2000-01-01T00:00Z")
    recovery.sweep()
    run(job)
    assert len(children(job)) == 3
    assert made in children(job)


def test_a_job_that_is_to_be_cancelled_makes_no_children(item: AgendaItem) -> None:
    job = verbs.enqueue("agenda_content", item)
    with pytest.raises(Ignore):
        attempt(doing(AGENDA_CONTENT, "fan_out", lambda _work: verbs.cancel(job, by=None)), job)
    assert not children(job)
