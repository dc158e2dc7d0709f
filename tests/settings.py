"""The project's settings, with the command that empties the database after a test in place of Django's."""

from notebookops.settings import *  # noqa: F403
from notebookops.settings import INSTALLED_APPS

INSTALLED_APPS = ["tests.support.emptying", *INSTALLED_APPS]
