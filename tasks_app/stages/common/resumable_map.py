"""Many independent calls to one provider: side by side, each answer kept as a part, so that a retry resumes."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Generic, Protocol, TypeVar

from tasks_app.providers.endpoint import Endpoint
from tasks_app.registry import StageContext, Usage
from tasks_app.stages.common.provider_calls import run_concurrently


class Answer(Protocol):
    """What a call returns: its content in fields of its own, and what it took."""

    @property
    def usage(self) -> Usage: ...

    @property
    def seconds(self) -> float: ...


AnswerT = TypeVar("AnswerT", bound=Answer)


@dataclass(frozen=True, kw_only=True)
class PartRequest(Generic[AnswerT]):
    """One part to be made by a provider.

    `facts` (JSON) name all that the answer depends on besides the endpoint: see `part_key`. `call` runs in a thread,
    must not touch the database and raises JobError. `keep` makes of the answer what is stored (JSON), or None where
    the answer is unusable: it is paid for but not kept. `weight` is the part's share of the stage's progress.
    """

    facts: Any
    call: Callable[[], AnswerT]
    keep: Callable[[AnswerT], Any]
    weight: int = 1


def part_key(endpoint: Endpoint | None, facts: Any) -> str:
    """64 hex digits for a part with these `facts` (JSON), the same in every process; None: no provider is asked.

    Of the endpoint only name and model count. A server that moves to another address keeps its parts, and so does a
    key that is renewed (docs/decisions/0052).
    """
    answered_by = [endpoint.name, endpoint.model] if endpoint else None
    return sha256(json.dumps([answered_by, facts], sort_keys=True).encode()).hexdigest()


class ResumableMap:
    """The calls of one stage in one attempt; `calls` and `seconds` count those of this attempt alone.

    At most `at_once` calls are under way. Whatever ends the attempt, answers kept until then are found by the next.
    """

    def __init__(self, context: StageContext, endpoint: Endpoint | None, at_once: int) -> None:
        self.work = context
        self.endpoint = endpoint
        self.at_once = at_once
        self.calls = 0
        self.seconds = 0.0
        self._kept = context.parts()

    def run(self, requests: Sequence[PartRequest[AnswerT]]) -> list[Any]:
        """What `keep` made of each request's answer, in order: of an earlier attempt, or of a call made now.

        Requests with the same facts are made once. Progress is reported at the start and after each part. Raises what
        the first failed call raised, once those under way have ended, and LeaseLost, Cancelled, InputChanged or
        Release where the job must stop.
        """
        if not requests:
            return []
        keys = [part_key(self.endpoint, request.facts) for request in requests]
        by_key = dict(zip(keys, requests, strict=True))
        results = {key: self._kept[key] for key in by_key if key in self._kept}
        weights: Counter[str] = Counter()
        for key, request in zip(keys, requests, strict=True):
            weights[key] += request.weight
        done, total = sum(weights[key] for key in results), weights.total()
        self.work.progress(done, total)
        missing = {key: request.call for key, request in by_key.items() if key not in results}
        for key, answer in run_concurrently(self.work, self.endpoint, missing, self.at_once):
            self._count(answer)
            results[key] = by_key[key].keep(answer)
            if results[key] is None:
                continue
            self.work.part(key, results[key])
            done += weights[key]
            self.work.progress(done, total)
        return [results[key] for key in keys]

    def _count(self, answer: Answer) -> None:
        self.work.record_usage(answer.usage)
        self.calls += 1
        self.seconds += answer.seconds
