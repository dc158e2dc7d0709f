"""A real Chromium before the console. A console error, page error or breach of the policy fails a test."""

import os
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, StorageStateCookie
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

CHROMIUM = "/usr/bin/chromium-headless-shell"

CUT_OFF = ("Failed to load resource: net::ERR_FAILED", "htmx:sendError", "htmx:afterRequest")
"""How a browser correctly reports that a test made the server unavailable."""

LOCALES = {"ja": "ja-JP", "en": "en-US"}

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder is a browser test, and needs a browser."""
    missing = pytest.mark.skip(
        reason=f"no {CHROMIUM}: install the Debian package chromium-headless-shell to run browser tests"
    )
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        item.add_marker(pytest.mark.browser)
        if not os.access(CHROMIUM, os.X_OK):
            item.add_marker(missing)


@pytest.fixture(scope="session", autouse=True)
def _synchronous_orm() -> Iterator[None]:
    """Playwright's loop runs in this thread, which Django would take for asynchronous code."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def base_url() -> str:
    """Tests name whole addresses."""
    return ""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    quiet = ("quic", "background-networking", "component-update", "sync", "gpu")
    return {
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--no-first-run", *(f"--disable-{feature}" for feature in quiet)],
    }


@pytest.fixture(autouse=True)
def _plain(settings: Settings, tmp_path: Path) -> None:
    """Unhashed static files, which the live server can find; uploads into a folder of the test's own."""
    settings.MEDIA_ROOT = str(tmp_path)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def chief(transactional_db: None) -> User:
    """Without a password: computing its digest takes longer than most tests of this folder."""
    return User.objects.create_superuser("chief")


@pytest.fixture(scope="session")
def reader(browser: Browser) -> Callable[[str, bool], BrowserContext]:
    """reader("ja", bypass_csp) is the browser of somebody who reads Japanese, started once: it keeps static files."""

    @cache
    def start(language: str, bypass_csp: bool) -> BrowserContext:
        return browser.new_context(locale=LOCALES[language], timezone_id="Asia/Tokyo", bypass_csp=bypass_csp)

    return start


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """Errors, warnings and breaches of the policy on pages of `visit`. Any that is left fails the test."""
    noted: list[str] = []
    yield noted
    assert not noted


@pytest.fixture
def visit(
    live_server: LiveServer,
    chief: User,
    reader: Callable[[str, bool], BrowserContext],
    complaints: list[str],
) -> Iterator[Visit]:
    """visit("/admin/", language="ja", width=390, dark=True) is that page, read by the superuser `chief`.

    A reader's browser remembers nothing of an earlier visit but static files.
    """
    used: list[BrowserContext] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(CUT_OFF):
            complaints.append(f"{message.page.url if message.page else ''}: {message.text}")

    def make(
        path: str, *, language: str = "en", width: int = 1360, dark: bool = False, bypass_csp: bool = False
    ) -> Page:
        context = reader(language, bypass_csp)
        used.append(context)
        context.set_storage_state({"cookies": [session_cookie(chief, live_server)], "origins": []})
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield make
    for page in [page for context in used for page in context.pages]:
        page.close()


def session_cookie(user: User, server: LiveServer) -> StorageStateCookie:
    """Of a new session."""
    client = Client()
    client.force_login(user)
    return {
        "name": project.SESSION_COOKIE_NAME,
        "value": client.cookies[project.SESSION_COOKIE_NAME].value,
        "domain": server.thread.host,
        "path": "/",
        "expires": -1,
        "httpOnly": True,
        "secure": False,
        "sameSite": "Lax",
    }


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
