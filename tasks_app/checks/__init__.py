"""Numbered system checks: settings and declarations that cannot work together are named before anything runs.

Each number stands for one rule and is explained in docs/checks.md.
"""

from tasks_app.checks import (
    chat,
    console,
    database,
    deployment,
    fetching,
    kinds,
    recordings,
    removed,
    services,
    sign_in,
    slides,
    time_limits,
    timing,
)

__all__ = [
    "chat",
    "console",
    "database",
    "deployment",
    "fetching",
    "kinds",
    "recordings",
    "removed",
    "services",
    "sign_in",
    "slides",
    "time_limits",
    "timing",
]
