"""A kind that may fetch from a server of the tests."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from tasks_app.providers.fetching.fetcher import Fetcher
from tasks_app.registry import JobType
from tasks_app.stages.documents.fetch import attached, fetch


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if url else ""


def fetching_from(job_type: JobType, url: str, holds_content: Callable[[Any], bool] = attached) -> JobType:
    """The kind, whose stage `fetch` may ask the server of this address although it is on loopback."""
    opened = fetch(holds_content, Fetcher(loopback_origin=origin_of(url)))
    return replace(job_type, stages=tuple(opened if one.name == opened.name else one for one in job_type.stages))
