"""A real worker, a site with videos and a speech server: kills, outages, a server that is configured late, an hour."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from launcher.servers.ports import any_free
from tasks_app.jobs.transitions import verbs
from tasks_app.models import Job, Line, Notebook, Segment, Transcription
from tasks_app.text.speech import subtitles
from tests.acceptance.conftest import wait_for_state
from tests.acceptance.engine.test_recovery import results
from tests.acceptance.worker_processes import Workers
from tests.engine.providers.fetching.video_site import VIDEO, VideoSite, video_site
from tests.engine.providers.scripted_endpoint import ScriptedEndpoint
from tests.engine.providers.speech_server import OPENAI, speech_server, words
from tests.support import tones
from tests.support.waiting import once_reachable, wait_for

SHORT = 60
"""Segments of the shortened hour: one word each."""


@pytest.fixture
def server() -> Iterator[ScriptedEndpoint]:
    with speech_server() as running:
        yield running


@pytest.fixture
def site() -> Iterator[VideoSite]:
    with video_site() as running:
        yield running


@pytest.fixture
def video(notebook: Notebook, site: VideoSite) -> Transcription:
    """Sixty words, a second each."""
    site.add(tones.wav(tones.speech(SHORT)), duration=SHORT)
    return Transcription.objects.create(notebook=notebook, title="説明会", video_id=VIDEO)


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


def environment(
    site: VideoSite | None, server: ScriptedEndpoint | None, settings: Settings, **changes: Any
) -> dict[str, str]:
    return {
        "MEDIA_ROOT": settings.MEDIA_ROOT,
        "DOWNLOAD_LOOPBACK_URL": site.url if site else "",
        "WHISPER_SERVER_URL": server.url if server else "",
        "WHISPER_MODEL": "whisper" if server else "",
        "WHISPER_CONCURRENCY": "1",
        "WHISPER_TIMEOUT_SECONDS": "5",  # so soon the slot of a killed call is free again
        "SEGMENT_SECONDS": "1",
        "JOB_LEASE_SECONDS": "60",
        "JOB_TYPE_PACKAGES": "tasks_app.job_types",
        **changes,
    }


def said(count: int) -> list[str]:
    return [tones.name(number) for number in range(count)]


def recordings() -> int:
    """Segments that sound different: the words repeat, and what sounds alike is asked once."""
    return Segment.objects.values("content_digest").distinct().count()


def text_of(transcription: Transcription) -> str:
    transcription.document.refresh_from_db()
    return transcription.document.text


def test_killed_at_segment_37_it_goes_on_with_that_one(
    workers: Workers, video: Transcription, site: VideoSite, server: ScriptedEndpoint, settings: Settings
) -> None:
    workers.keeper()
    server.hold(OPENAI, after=36)
    workers.worker("victim", "transcription", 1, **environment(site, server, settings))
    job = verbs.enqueue("transcription", video)
    server.wait_until_asked(OPENAI, 37)
    os.kill(job.attempts.get().process_id, signal.SIGKILL)
    server.let_go(OPENAI)
    job = wait_for_state(job, "succeeded")
    assert Segment.objects.count() >= SHORT
    assert len(server.asked) == recordings() + 1, "each recording once, and the one in flight twice"
    assert words(server.asked[36]) == words(server.asked[37])
    assert site.downloads == 1
    assert results(job) == [("recovered", "FAILURE"), ("succeeded", "SUCCESS")]
    assert "".join(text_of(video).split()) == "".join(said(SHORT))
    lines = list(Line.objects.values_list("start", flat=True))
    assert all(abs(start - 1000 * number) <= 20 for number, start in enumerate(lines))


def test_without_a_server_it_waits_and_goes_on_without_downloading_again(
    workers: Workers, video: Transcription, site: VideoSite, server: ScriptedEndpoint, settings: Settings
) -> None:
    plain = workers.worker("plain", "transcription", 1, **environment(site, None, settings))
    job = wait_for_state(verbs.enqueue("transcription", video), "failed")
    assert job.error_code == "no_speech_server"
    files = set(Segment.objects.values_list("file", flat=True))
    assert len(files) >= SHORT
    plain.stop()
    workers.worker("worker", "transcription", 1, **environment(site, server, settings))
    job = wait_for_state(verbs.requeue(Job.objects.get(pk=job.pk), by=None), "succeeded")
    assert site.downloads == 1
    assert set(Segment.objects.values_list("file", flat=True)) == files
    assert "".join(text_of(video).split()) == "".join(said(SHORT))


def test_a_server_that_goes_away_costs_no_attempt_and_no_finished_work(
    workers: Workers, video: Transcription, site: VideoSite, server: ScriptedEndpoint, settings: Settings
) -> None:
    workers.keeper()
    server.hold(OPENAI, after=20)
    short = environment(site, server, settings, JOB_LEASE_SECONDS="3")
    first = workers.worker("first", "transcription", 1, **short)
    job = verbs.enqueue("transcription", video)
    server.wait_until_asked(OPENAI, 21)
    first.discard()
    nobody = f"http://127.0.0.1:{any_free()}/v1"
    away = workers.worker("away", "transcription", 1, **environment(site, server, settings, WHISPER_SERVER_URL=nobody))
    server.let_go(OPENAI)
    wait_for(lambda: once_reachable(lambda: job.attempts.filter(outcome="released").count() > 1), "two releases")
    job.refresh_from_db()
    assert job.attempt <= 2
    away.stop()
    workers.worker("heir", "transcription", 1, **environment(site, server, settings))
    job = wait_for_state(job, "succeeded")
    assert len(server.asked) == recordings() + 1
    assert site.downloads == 1


def test_limits_and_failures_of_the_server_are_sat_out(
    workers: Workers, video: Transcription, site: VideoSite, server: ScriptedEndpoint, settings: Settings
) -> None:
    fail = {"do": "fail", "status": 500}
    server.command(OPENAI, {"do": "answer"}, {"do": "limit", "seconds": 1}, {"do": "answer"}, fail, fail)
    workers.keeper()
    workers.worker("worker", "transcription", 1, **environment(site, server, settings))
    job = wait_for_state(verbs.enqueue("transcription", video), "succeeded")
    assert [outcome for outcome, _status in results(job)] == ["released", "retried", "retried", "succeeded"]
    assert len(server.asked) == recordings() + 3
    assert "".join(text_of(video).split()) == "".join(said(SHORT))


@pytest.mark.full
@pytest.mark.timeout(900)
def test_an_hour_with_kills_from_the_file_to_the_subtitles(
    workers: Workers, notebook: Notebook, server: ScriptedEndpoint, settings: Settings, tmp_path: Path
) -> None:
    count = 1800
    recording = tones.encoded(tones.speech(count, every_ms=2000), tmp_path / "hour.flac")
    hour = Transcription.objects.create(
        notebook=notebook, title="一時間", file=ContentFile(recording, name="hour.flac")
    )
    workers.keeper()
    workers.worker(
        "worker",
        "transcription",
        1,
        **environment(None, server, settings, SEGMENT_SECONDS="60", WHISPER_CONCURRENCY="2", JOB_LEASE_SECONDS="10"),
    )
    job = verbs.enqueue("transcription", hour)
    for kill in (1, 2):
        server.wait_until_asked(OPENAI, 1)
        wait_for(lambda kill=kill: len(server.asked) >= 25 * kill, "calls", 300)  # type: ignore[misc]
        os.kill(job.attempts.order_by("-id")[0].process_id, signal.SIGKILL)
        wait_for(lambda kill=kill: once_reachable(lambda: job.attempts.count() > kill), "the next attempt", 120)  # type: ignore[misc]
    wait_for(lambda: once_reachable(lambda: Job.objects.get(pk=job.pk).done), "the hour to be done", 600)
    job.refresh_from_db()
    assert job.state == "succeeded"
    assert recordings() <= len(server.asked) <= recordings() + 4, "only what was in flight at a kill is asked again"
    assert "".join(text_of(hour).split()) == "".join(said(count))
    starts = list(Line.objects.values_list("start", flat=True))
    assert all(abs(start - 2000 * number) <= 30 for number, start in enumerate(starts))
    reader = Client()
    reader.force_login(User.objects.create_superuser("chief"))
    for form in ("srt", "vtt"):
        answer = reader.get(reverse(f"admin:tasks_app_transcription_{form}", args=[hour.pk]))
        assert len(subtitles.read(answer.content, f".{form}").cues) == count
