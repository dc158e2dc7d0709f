"""A process that holds a slot until it is asked to let go, forked from one that has loaded what it needs."""

from collections.abc import Mapping
from multiprocessing.connection import Connection

from django.conf import settings

from tasks_app.errors import Release
from tasks_app.providers import limiter
from tasks_app.providers.endpoint import LLM, Endpoint, PriorityClass
from tests.support.forked import processes

HELD = "held"


class Holder:
    """The process as its starter sees it; `numbers` are settings of its own."""

    def __init__(self, url: str, priority_class: PriorityClass, numbers: Mapping[str, float]) -> None:
        self._ours, theirs = processes.Pipe()
        self._process = processes.Process(target=_hold, args=(theirs, url, priority_class, numbers))
        self._process.start()
        theirs.close()

    def said(self) -> str:
        """What it says next: that it holds a slot, or why it was refused one."""
        return str(self._ours.recv())

    def let_go(self) -> None:
        self._ours.close()
        self._process.join()

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


def _hold(ours: Connection, url: str, priority_class: PriorityClass, numbers: Mapping[str, float]) -> None:
    for name, value in numbers.items():
        setattr(settings, name, value)
    endpoint = Endpoint(name=LLM, base_url=url, model="writer")
    try:
        with limiter.slot(endpoint, priority_class):
            ours.send(HELD)
            ours.poll(None)
    except Release as refusal:
        ours.send(refusal.code)
