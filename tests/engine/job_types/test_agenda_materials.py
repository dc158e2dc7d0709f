"""The kind `agenda_materials` through the engine, on files and on a loopback web site."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from celery.exceptions import Ignore
from django.core.files.base import ContentFile
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from tasks_app.job_types.agenda_content import AGENDA_CONTENT
from tasks_app.job_types.agenda_materials import AGENDA_MATERIALS
from tasks_app.jobs.attempts import runner
from tasks_app.jobs.transitions import verbs
from tasks_app.models import AgendaItem, AgendaMaterial, Chunk, Council, CouncilMeeting, Job, Notebook
from tasks_app.models.engine.job import State
from tasks_app.models.engine.stage_result import StageState
from tasks_app.registry import StageContext
from tests.engine.providers.fetching.site import Site, SitePage, site
from tests.support.attempts import attempt, doing, make_due, recording
from tests.support.fetching import fetching_from

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "<!DOCTYPE html><title>資料1</title><h1>除雪計画</h1><p>除雪車を{}台に増やす。町道の除雪は午前5時に始める。</p>"
STAGES = [stage.name for stage in AGENDA_MATERIALS.stages]


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path, broker: object) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def item(db: None) -> AgendaItem:
    council = Council.objects.create(title="除雪対策会議")
    meeting = CouncilMeeting.objects.create(council=council, number=1, date=date(2024, 11, 1))
    return AgendaItem.objects.create(meeting=meeting, number=1, title="除雪計画")


@pytest.fixture
def files() -> Iterator[Site]:
    with site() as running:
        running.pages["/a"] = SitePage(PAGE.format(3).encode("cp932"), content_type="text/html; charset=Shift_JIS")
        yield running


@pytest.fixture
def linked(item: AgendaItem, files: Site) -> AgendaMaterial:
    return AgendaMaterial.objects.create(item=item, number=1, title="資料1", url=files.url("/a"))


def enqueued(material: AgendaMaterial) -> Job:
    return verbs.enqueue("agenda_materials", material)


def worked(material: AgendaMaterial, job: Job | None = None) -> tuple[Job, list[str]]:
    """A job carried out, and the stages it had to run."""
    job = job or enqueued(material)
    ran: list[str] = []
    with suppress(runner.AttemptFailed):
        attempt(recording(fetching_from(AGENDA_MATERIALS, material.url), ran), job)
    job.refresh_from_db()
    material.refresh_from_db()
    return job, ran


def test_an_uploaded_file_needs_no_fetching(item: AgendaItem) -> None:
    material = AgendaMaterial.objects.create(
        item=item, number=1, title="資料1", file=ContentFile("除雪車を3台に増やす。".encode("cp932"), "資料1.txt")
    )
    job, ran = worked(material)
    assert (job.state, ran) == (State.SUCCEEDED, STAGES)
    fetched = job.stage_results.get(stage="fetch")
    assert fetched.state == StageState.SKIPPED
    assert fetched.note_text
    assert material.document.text.strip() == "除雪車を3台に増やす。"
    assert material.document.encoding == "cp932"


def test_what_was_fetched_is_kept(linked: AgendaMaterial, files: Site) -> None:
    job, _ran = worked(linked)
    assert job.state == State.SUCCEEDED
    assert Path(linked.file.path).read_bytes() == PAGE.format(3).encode("cp932")
    assert (linked.filename, linked.content_type) == ("a.html", "text/html; charset=Shift_JIS")
    assert linked.fetched_url == files.url("/a")
    assert linked.fetched_at is not None
    assert "除雪車を3台に増やす。" in linked.document.text
    assert Chunk.objects.filter(document=linked.document).exists()


def test_an_unchanged_file_skips_the_rest(linked: AgendaMaterial, files: Site, media: Path) -> None:
    worked(linked)
    before, kept = linked.fetched_at, linked.file.name
    job, ran = worked(linked)
    assert (job.state, ran, len(files.asked)) == (State.SUCCEEDED, ["fetch"], 2)
    assert linked.file.name == kept
    assert before is not None
    assert linked.fetched_at is not None
    assert linked.fetched_at > before
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1


def test_a_changed_file_replaces_the_former(linked: AgendaMaterial, files: Site, media: Path) -> None:
    worked(linked)
    files.pages["/a"] = SitePage(PAGE.format(4).encode(), content_type="text/html")
    job, ran = worked(linked)
    assert (job.state, ran) == (State.SUCCEEDED, STAGES)
    assert "除雪車を4台に増やす。" in linked.document.text
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1


def test_a_requeue_looks_again(linked: AgendaMaterial, files: Site) -> None:
    files.pages["/a"].status = 404
    job, _ran = worked(linked)
    assert (job.state, job.error_code) == (State.FAILED, "address_dead")
    files.pages["/a"].status = 200
    job, _ran = worked(linked, verbs.requeue(job, by=None))
    assert job.state == State.SUCCEEDED
    files.pages["/a"].body = PAGE.format(5).encode()
    job, ran = worked(linked, verbs.requeue(job, by=None))
    assert ran == STAGES


def test_a_retry_does_not_fetch_again(linked: AgendaMaterial, files: Site) -> None:
    def break_off(context: StageContext) -> None:
        raise ConnectionResetError

    job = enqueued(linked)
    with pytest.raises(runner.AttemptFailed):
        attempt(doing(fetching_from(AGENDA_MATERIALS, linked.url), "extract", break_off), job)
    job, ran = worked(linked, verbs.requeue(job, by=None))
    assert (ran, len(files.asked)) == (STAGES, 2)
    files.pages["/a"].status = 503
    files.pages["/a"].body = b""
    job, _ran = worked(linked)
    assert (job.state, job.error_code) == (State.QUEUED, "fetch_failed")
    files.pages["/a"].status = 200
    files.pages["/a"].body = PAGE.format(3).encode("cp932")
    make_due(job)
    job, ran = worked(linked, job)
    assert (job.state, ran) == (State.SUCCEEDED, ["fetch"])


def test_a_dead_address_keeps_what_was_fetched(linked: AgendaMaterial, files: Site) -> None:
    worked(linked)
    kept = linked.file.name
    files.pages.clear()
    job, _ran = worked(linked)
    assert (job.state, job.error_code) == (State.FAILED, "address_dead")
    assert linked.file.name == kept
    assert linked.file.storage.exists(kept or "")
    assert linked.document.summary


def test_a_limiting_site_costs_no_attempt(linked: AgendaMaterial, files: Site) -> None:
    files.pages["/a"] = SitePage(status=429, headers={"Retry-After": "3600"})
    job = enqueued(linked)
    with pytest.raises(Ignore):
        attempt(fetching_from(AGENDA_MATERIALS, linked.url), job)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.error_code) == (State.QUEUED, 0, "fetch_limiting")


def test_a_page_instead_of_the_promised_pdf(item: AgendaItem, files: Site) -> None:
    files.pages["/a.pdf"] = SitePage(PAGE.encode(), content_type="text/html")
    material = AgendaMaterial.objects.create(item=item, number=1, title="資料1", url=files.url("/a.pdf"))
    job, _ran = worked(material)
    assert (job.state, job.error_code) == (State.FAILED, "page_instead_of_file")
    assert not material.file
    assert files.origin not in f"{job.error_text}{job.error_details}"


def test_a_redirect_to_the_metadata_service(linked: AgendaMaterial, files: Site) -> None:
    files.pages["/a"] = SitePage(status=302, headers={"Location": "https://169.254.169.254/latest/meta-data/"})
    job, _ran = worked(linked)
    assert (job.state, job.error_code) == (State.FAILED, "address_forbidden")


def test_replaced_while_its_job_runs(linked: AgendaMaterial, files: Site) -> None:
    """The file from the old URL is discarded, and the job starts over on the new one."""
    files.pages["/b"] = SitePage(PAGE.format(9).encode(), content_type="text/html")

    def replace(context: StageContext) -> None:
        with transaction.atomic():
            linked.url = files.url("/b")
            linked.save()
            enqueued(linked)

    job = enqueued(linked)
    with pytest.raises(Ignore):
        attempt(doing(fetching_from(AGENDA_MATERIALS, linked.url), "fetch", replace), job)
    linked.refresh_from_db()
    assert not linked.file
    job, _ran = worked(linked, job)
    assert (job.state, job.attempt) == (State.SUCCEEDED, 1)
    assert "除雪車を9台に増やす。" in linked.document.text


def test_somebody_saves_the_row_meanwhile(linked: AgendaMaterial) -> None:
    """Staff lock the row, then its job; the stage has its job locked and must not wait for the row."""
    job = enqueued(linked)
    other = connection.copy()
    try:

        def hold(context: StageContext) -> None:
            other.set_autocommit(False)
            with other.cursor() as cursor:
                cursor.execute("SELECT 1 FROM tasks_app_agendamaterial WHERE id = %s FOR UPDATE", [linked.pk])

        with pytest.raises(Ignore):
            attempt(doing(fetching_from(AGENDA_MATERIALS, linked.url), "fetch", hold), job)
    finally:
        other.close()
    job.refresh_from_db()
    assert (job.state, job.attempt, job.error_code) == (State.QUEUED, 0, "being_saved")
    make_due(job)
    assert worked(linked, job)[0].state == State.SUCCEEDED


def test_samples_are_one_set_per_notebook(notebook: Notebook) -> None:
    first, second = AGENDA_MATERIALS.samples(notebook), AGENDA_MATERIALS.samples(notebook)
    assert [material.pk for material in first] == [material.pk for material in second]
    assert [Path(material.filename).suffix for material in first] == [".pdf", ".xlsx", ".md"]
    other = Notebook.objects.create(title="他", owner=notebook.owner)
    assert AGENDA_MATERIALS.samples(other)[0].pk != first[0].pk


def test_one_dead_address_among_ten(item: AgendaItem, files: Site) -> None:
    """Nine come out, the dead one is named with its reason beside the summary of the others."""
    for number in range(1, 11):
        files.pages[f"/{number}"] = SitePage(PAGE.format(number).encode(), content_type="text/html")
        AgendaMaterial.objects.create(item=item, number=number, title=f"資料{number}", url=files.url(f"/{number}"))
    del files.pages["/7"]
    parent = verbs.enqueue("agenda_content", item)
    with suppress(runner.AttemptFailed):
        attempt(AGENDA_CONTENT, parent)
    for child in Job.objects.filter(parent=parent):
        with suppress(runner.AttemptFailed):
            attempt(fetching_from(AGENDA_MATERIALS, files.origin), child)
    attempt(AGENDA_CONTENT, parent)
    parent.refresh_from_db()
    states = Job.objects.filter(kind="agenda_materials").values_list("state", flat=True)
    assert (sorted(states), parent.state) == ([State.FAILED, *9 * [State.SUCCEEDED]], State.SUCCEEDED)
    summary = item.summaries.get()
    (missing,) = summary.figures["missing"]
    assert missing["title"] == "資料7"
    assert "no longer a file at this URL" in missing["reason"]
    assert summary.figures["parts"] == 9


def test_a_page_in_an_encoding_that_only_its_server_names(item: AgendaItem, files: Site) -> None:
    page = "<html><p>会议决定，明年四月开始。</p></html>"
    files.pages["/zh"] = SitePage(page.encode("gb2312"), content_type="text/html; charset=GB2312")
    material = AgendaMaterial.objects.create(item=item, number=1, title="参考", url=files.url("/zh"))
    job, _ran = worked(material)
    assert (job.state, material.document.encoding) == (State.SUCCEEDED, "gb18030")
    assert material.document.text.strip() == "会议决定，明年四月开始。"
