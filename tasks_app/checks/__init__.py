"""Numbered system checks: settings and declarations that cannot work together are named before anything runs.

Each number stands for one rule and is explained in docs/checks.md.
"""

from tasks_app.checks import (
    access,
    chat,
    console,
    database,
    deployment,
    fetching,
    kinds,
    recordings,
    removed,
    services,
    slides,
    time_limits,
    timing,
)

__all__ = [
    "access",
    "chat",
    "console",
    "database",
    "deployment",
    "fetching",
    "kinds",
    "recordings",
    "removed",
    "services",
    "slides",
    "time_limits",
    "timing",
]
