"""What a file may cost."""

from dataclasses import dataclass

from tasks_app.sandbox.resource_limits import ResourceLimits


@dataclass(frozen=True, kw_only=True)
class ExtractionLimits:
    memory_bytes: int
    cpu_seconds: int
    wall_seconds: int
    pages: int
    characters: int
    cells: int
    archive_entries: int
    archive_bytes: int
    archive_ratio: int

    @property
    def answer_bytes(self) -> int:
        """Most that the process may write: each character as up to six bytes of JSON, and its offsets."""
        return 8 * self.characters + 256 * self.pages + 1024**2

    @property
    def process(self) -> ResourceLimits:
        """Of the process that reads it."""
        return ResourceLimits(
            memory_bytes=self.memory_bytes,
            cpu_seconds=self.cpu_seconds,
            wall_seconds=self.wall_seconds,
            file_bytes=self.answer_bytes,
        )
