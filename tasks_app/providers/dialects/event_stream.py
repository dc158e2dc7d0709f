"""The events of a response: server-sent events by the HTML standard (§9.2.6), or a JSON body as its only event."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic_core import from_json

DONE = object()
"""Stands for the event `[DONE]`, or the end of a JSON body: the answer is whole."""

_LINE_END = re.compile(rb"\r\n|\n|\r(?!\Z)")


def events(body: Iterable[bytes]) -> Iterator[Any]:
    """The JSON value of each event, as soon as it is there. Raises ValueError for one that is no JSON, or too deep."""
    data: list[bytes] = []
    lines = _lines(body)
    for line in lines:
        if not data and line.lstrip().startswith((b"{", b"[")):
            yield from_json(b"\n".join((line, *lines)))
            yield DONE
            return
        if line.startswith(b"data:"):
            data.append(line.removeprefix(b"data:").strip())
        elif not line and data:
            yield _value(data)
            data = []
    if data:
        yield _value(data)


def _value(data: list[bytes]) -> Any:
    whole = b"\n".join(data)
    return DONE if whole == b"[DONE]" else from_json(whole)


def _lines(body: Iterable[bytes]) -> Iterator[bytes]:
    """Without their ends. A carriage return at the end of a block waits for the next one: it may be half of an end."""
    begun: list[bytes] = []
    for block in body:
        begun.append(block)
        if b"\n" not in block and b"\r" not in block and not begun[0].endswith(b"\r"):
            continue
        *whole, rest = _LINE_END.split(b"".join(begun))
        begun = [rest]
        yield from whole
    yield from _LINE_END.split(b"".join(begun).removesuffix(b"\r"))
