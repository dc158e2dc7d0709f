"""The console: Django's admin with our pages. Verbs and views only; tasks_app.jobs alone writes states."""

import importlib
import pkgutil

from tasks_app.admin.content.base import plain_subject

for module in pkgutil.walk_packages(__path__, f"{__name__}."):
    importlib.import_module(module.name)  # those with pages register them
plain_subject.register_remaining()
