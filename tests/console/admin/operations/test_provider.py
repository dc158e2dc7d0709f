"""The page of providers: who receives the text, the test of the connection, and embedding later."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings
from redis import Redis

from launcher.servers.ports import any_free
from tasks_app.jobs.transitions import outcomes, verbs
from tasks_app.models import Chunk, Job, Notebook, ProviderState, Source
from tasks_app.models.engine.job import State
from tasks_app.providers import endpoint as endpoints
from tasks_app.providers import provider_errors
from tasks_app.queues import BULK
from tasks_app.registry import job_types
from tests.console.admin.conftest import JobIn, Staff, start
from tests.engine.providers.scripted_endpoint import CHAT, EMBEDDINGS, ScriptedEndpoint, endpoint
from tests.support.attempts import attempt

PAGE = "admin:tasks_app_providerstate_changelist"
TEST = "admin:tasks_app_providerstate_test"
BACKFILL = "admin:tasks_app_providerstate_backfill"


@pytest.fixture
def server(broker: Redis, settings: Settings) -> Iterator[ScriptedEndpoint]:
    settings.PROVIDER_TIMEOUT_SECONDS = 30.0
    with endpoint() as running:
        yield running


@pytest.fixture
def configured(server: ScriptedEndpoint, settings: Settings) -> ScriptedEndpoint:
    settings.LLM_BASE_URL = settings.EMBEDDING_BASE_URL = server.url
    settings.LLM_API_KEY = "a-secret-key"
    settings.LLM_MODEL, settings.EMBEDDING_MODEL = "writer", "vectors"
    settings.CHAT_TIMEOUT_SECONDS = 30.0
    return server


def done(notebook: Notebook, title: str) -> Job:
    """A job that ran to its end in this process."""
    source = Source.objects.create(notebook=notebook, title=title, pasted_text=f"{title}。議題は防災計画です。")
    job = verbs.enqueue("source", source)
    attempt(job_types["source"], job)
    job.refresh_from_db()
    assert job.state == State.SUCCEEDED
    return job


def test_it_says_who_receives_the_text(admin: Client, settings: Settings) -> None:
    page = admin.get(reverse(PAGE)).content.decode()
    assert page.count("no text is sent anywhere") == 3
    settings.LLM_BASE_URL, settings.LLM_MODEL = "https://models.example.org/v1", "writer"
    assert "text is sent to models.example.org" in admin.get(reverse(PAGE)).content.decode()
    settings.LLM_MODEL = ""
    assert "LLM_BASE_URL is set, but LLM_MODEL is not" in admin.get(reverse(PAGE)).content.decode()


def test_whoever_puts_a_document_in_is_told_where_it_goes(
    admin: Client, configured: ScriptedEndpoint, settings: Settings
) -> None:
    form = reverse("admin:tasks_app_source_add")
    assert f"The text is sent to: {configured.url.split('/')[2]}." in admin.get(form).content.decode()
    for name in ("LLM_BASE_URL", "LLM_API_KEY", "LLM_MODEL", "EMBEDDING_BASE_URL", "EMBEDDING_MODEL"):
        setattr(settings, name, "")
    assert "processed on this system only" in admin.get(form).content.decode()


def test_a_job_that_waits_for_a_provider_says_so(admin: Client, job_in: JobIn) -> None:
    job = job_in(State.QUEUED)
    lease = start(job)
    away = endpoints.Endpoint(name="llm", base_url="https://models.example.org/v1", model="writer")
    error = provider_errors.unreachable(away)
    error.delay = 60.0
    ending = outcomes.transition_for(error, lease)
    assert ending is not None
    outcomes.finish_attempt(lease, ending)
    page = admin.get(reverse("admin:tasks_app_job_change", args=[job.pk])).content.decode()
    assert "models.example.org cannot be reached." in page
    assert "Waiting does not count as an attempt." in page
    job.refresh_from_db()
    assert job.attempt == 0


def test_the_test_tells_what_works_and_how_fast(admin: Client, configured: ScriptedEndpoint) -> None:
    configured.always(CHAT, {"do": "answer", "text": '{"ready": true}'})
    page = admin.post(reverse(TEST)).content.decode()
    assert page.count("Working") == 4
    assert "with a JSON schema" in page
    assert "8 dimensions" in page
    assert "chunks, the first after" in page
    assert configured.url.split("/")[2] in page
    assert "a-secret-key" not in page
    assert ProviderState.objects.exclude(answered_at=None).count() == 2


def test_the_test_tells_what_does_not_work(admin: Client, configured: ScriptedEndpoint, settings: Settings) -> None:
    configured.always(CHAT, {"do": "fail", "status": 401})
    settings.EMBEDDING_BASE_URL = f"http://127.0.0.1:{any_free()}/v1"
    page = admin.post(reverse(TEST)).content.decode()
    assert page.count("Not working") == 4
    assert page.count("rejected the API key") == 3
    assert "cannot be reached" in page
    assert ProviderState.objects.get(provider="embeddings").unreachable_since is not None
    assert "Unreachable since" in page


def test_with_nothing_configured_there_is_nothing_to_test(admin: Client) -> None:
    assert "there is nothing to test" in admin.post(reverse(TEST)).content.decode()


def test_testing_is_by_post_and_needs_its_right(staff: Staff, client: Client, configured: ScriptedEndpoint) -> None:
    assert client.post(reverse(TEST)).status_code == 302
    assert staff("view_providerstate").post(reverse(TEST)).status_code == 403
    assert staff("test_provider").post(reverse(TEST)).status_code == 403
    both = staff("view_providerstate", "test_provider")
    assert both.get(reverse(TEST)).status_code == 405
    assert not configured.asked
    assert both.post(reverse(TEST)).status_code == 200
    assert "Test the connection" not in staff("view_providerstate").get(reverse(PAGE)).content.decode()


def test_one_that_is_away_is_said_on_the_first_page(admin: Client, configured: ScriptedEndpoint) -> None:
    assert "Unreachable since" not in admin.get(reverse("admin:index")).content.decode()
    ProviderState.objects.create(provider="llm", host="x", unreachable_since=timezone.now())
    assert "Unreachable since" in admin.get(reverse("admin:index")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_was_skipped_is_embedded_later(
    admin: Client, notebook: Notebook, server: ScriptedEndpoint, settings: Settings
) -> None:
    jobs = [done(notebook, title) for title in ("一つ目", "二つ目")]
    settings.EMBEDDING_BASE_URL, settings.EMBEDDING_MODEL = server.url, "vectors"
    assert "Create missing embeddings (2)" in admin.get(reverse(PAGE)).content.decode()
    page = admin.post(reverse(BACKFILL), follow=True).content.decode()
    assert "2 jobs were requeued." in page
    for job in jobs:
        job.refresh_from_db()
        assert (job.state, job.priority, job.run) == (State.QUEUED, BULK, 2)
        attempt(job_types["source"], job)
        job.refresh_from_db()
        assert job.state == State.SUCCEEDED
    assert not Chunk.objects.filter(embedding=None).exists()
    assert {asked.call for asked in server.asked} == {EMBEDDINGS}
    assert "Create missing embeddings" not in admin.get(reverse(PAGE)).content.decode()


@pytest.mark.django_db(transaction=True)
def test_embedding_later_takes_some_at_a_time_and_says_what_is_left(
    admin: Client, notebook: Notebook, configured: ScriptedEndpoint, settings: Settings
) -> None:
    settings.EMBEDDING_BASE_URL = settings.EMBEDDING_MODEL = ""
    for title in ("一つ目", "二つ目", "三つ目"):
        done(notebook, title)
    assert "No embedding service is configured" in admin.post(reverse(BACKFILL), follow=True).content.decode()
    settings.EMBEDDING_BASE_URL, settings.EMBEDDING_MODEL = configured.url, "vectors"
    settings.EMBED_BACKFILL_JOBS = 2
    page = admin.post(reverse(BACKFILL), follow=True).content.decode()
    assert "1 more are left." in page


def test_embedding_later_needs_the_right_to_requeue(staff: Staff) -> None:
    assert staff("view_providerstate").post(reverse(BACKFILL)).status_code == 403
    assert staff("requeue_job").post(reverse(BACKFILL)).status_code == 403
    both = staff("view_providerstate", "requeue_job")
    assert both.get(reverse(BACKFILL)).status_code == 405
    assert both.post(reverse(BACKFILL)).status_code == 302
