"""A `registry.StageContext` that keeps everything in memory: a stage can be tried on it without the engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from tasks_app.registry import Skipped, Stage, Usage


@dataclass
class FakeStageContext:
    subject: Any
    kind: str = "source"
    job_id: UUID = field(default_factory=uuid4)
    params: Mapping[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    reports: list[tuple[int, int]] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    checked: int = 0
    children: list[tuple[str, Any]] = field(default_factory=list)
    on_check: Callable[[int], None] = lambda count: None

    @property
    def input_digest(self) -> str:
        digest: str = self.subject.input_digest()
        return digest

    def part(self, key: str, data: Any) -> None:
        self.check()
        self.kept[key] = data

    def parts(self) -> Mapping[str, Any]:
        return dict(self.kept)

    def progress(self, done: int, total: int) -> None:
        self.check()
        self.reports.append((done, total))

    def check(self) -> None:
        self.checked += 1
        self.on_check(self.checked)

    def record_usage(self, usage: Usage) -> None:
        self.usage += usage

    def enqueue_child(self, kind: str, subject: Any) -> UUID:
        self.check()
        self.children.append((kind, subject))
        return uuid4()

    def carry_out(self, stage: Stage) -> Mapping[str, Any]:
        """Run and save, as the engine does; the figures, none for a skipped stage."""
        self.subject.refresh_from_db()
        result = stage.run(self)
        return {} if isinstance(result, Skipped) else stage.save(self, result)
