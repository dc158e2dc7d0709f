"""What a bench says in the end."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Aim:
    """Something a bench was to show. `value` is None where it could not be measured; `why` says so then."""

    what: str
    aim: str
    value: float | None
    holds: bool
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """Aims, and the measured rows behind them by name."""

    bench: str
    aims: Sequence[Aim]
    rows: Mapping[str, Mapping[str, Any]]

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    def as_text(self) -> str:
        """A table for people."""
        columns = list(dict.fromkeys(column for row in self.rows.values() for column in row))
        lines = [["", *columns]]
        lines += [[name, *(_shown(row.get(column)) for column in columns)] for name, row in self.rows.items()]
        widths = [max(len(line[index]) for line in lines) for index in range(len(columns) + 1)]
        table = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
        table += [
            f"{'holds ' if aim.holds else 'MISSED'}  {aim.what}: {_shown(aim.value)} (aim {aim.aim}) {aim.why}".rstrip()
            for aim in self.aims
        ]
        return "\n".join(table)


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" if isinstance(value, float) else str(value)
