"""Numbered system checks: settings and declarations that cannot work together are named before anything runs.

Each number stands for one rule and is explained in docs/checks.md.
"""

from tasks_app.checks import database, deployment, fetching, kinds, limits, recordings, rhythm, services, slides

__all__ = ["database", "deployment", "fetching", "kinds", "limits", "recordings", "rhythm", "services", "slides"]
__all__ = ["database", "deployment", "fetching", "kinds", "limits", "rhythm", "services"]
from tasks_app.checks import chat, database, deployment, kinds, limits, rhythm, services

__all__ = ["chat", "database", "deployment", "kinds", "limits", "rhythm", "services"]
from tasks_app.checks import chat, database, deployment, fetching, kinds, limits, rhythm, services

__all__ = ["chat", "database", "deployment", "fetching", "kinds", "limits", "rhythm", "services"]
