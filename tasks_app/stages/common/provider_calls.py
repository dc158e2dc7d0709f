"""Calls to a provider side by side: made in threads that know nothing of the database, accounted for here."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from tasks_app.errors import JobError
from tasks_app.providers.endpoint import Endpoint
from tasks_app.providers.provider_errors import BUSY
from tasks_app.registry import StageContext, Usage
from tasks_app.stages.common.provider_health import note_answer, note_failure

Result = TypeVar("Result")

CHECK_SECONDS = 0.5
"""How often a stage that waits for answers checks whether it should continue."""


def run_concurrently(
    context: StageContext, endpoint: Endpoint | None, calls: Mapping[str, Callable[[], Result]], at_once: int
) -> Iterator[tuple[str, Result]]:
    """(key, result) as each call returns, at most `at_once` under way; None as endpoint where none is asked.

    After the first failure no call is begun; those under way are waited for, so that what they cost is not lost,
    and then it is raised.
    """
    pool = ThreadPoolExecutor(max_workers=max(1, at_once), thread_name_prefix="provider")
    waiting = iter(calls.items())
    running: dict[Future[Result], str] = {}
    failure: JobError | None = None
    try:
        while True:
            while failure is None and len(running) < at_once and (call := next(waiting, None)):
                context.check()
                running[pool.submit(call[1])] = call[0]
            if not running:
                break
            done, _rest = wait(running, timeout=CHECK_SECONDS, return_when=FIRST_COMPLETED)
            if not done:
                context.check()
            for future in done:
                key = running.pop(future)
                try:
                    result = future.result()
                except JobError as error:
                    context.record_usage(error.usage or Usage())
                    failure = failure or error
                else:
                    yield key, result
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    if endpoint is not None:
        _note(endpoint, failure, asked=bool(calls))
    if failure is not None:
        raise failure


def _note(endpoint: Endpoint, failure: JobError | None, *, asked: bool) -> None:
    if failure is not None:
        if failure.code != BUSY:
            note_failure(endpoint, failure)
    elif asked:
        note_answer(endpoint)
