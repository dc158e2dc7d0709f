"""Transcriptions, a site with videos and a speech server, each on loopback."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from pytest_django.fixtures import Settings

from tasks_app.models import Notebook, Transcription
from tests.engine.providers.fetching.video_site import VIDEO, VideoSite, video_site
from tests.engine.providers.scripted_endpoint import ScriptedEndpoint
from tests.engine.providers.speech_server import speech_server

Uploaded = Callable[[bytes, str], Transcription]


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def server(settings: Settings) -> Iterator[ScriptedEndpoint]:
    """A speech server, configured."""
    with speech_server() as running:
        settings.WHISPER_SERVER_URL = running.url
        settings.WHISPER_MODEL = "whisper"
        settings.WHISPER_TIMEOUT_SECONDS = 5.0
        yield running


@pytest.fixture
def site(settings: Settings) -> Iterator[VideoSite]:
    """Where videos come from."""
    with video_site() as running:
        settings.DOWNLOAD_LOOPBACK_URL = running.url
        yield running


@pytest.fixture
def uploaded(notebook: Notebook) -> Uploaded:
    """A stored transcription of a file."""

    def put_in(content: bytes, name: str) -> Transcription:
        return Transcription.objects.create(notebook=notebook, title=name, file=ContentFile(content, name=name))

    return put_in


@pytest.fixture
def video(notebook: Notebook, site: VideoSite) -> Transcription:
    return Transcription.objects.create(notebook=notebook, title="動画", video_id=VIDEO)
