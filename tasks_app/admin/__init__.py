"""The console: Django's admin with our pages. Verbs and views only; tasks_app.jobs alone writes states."""

import importlib
import pkgutil

for module in pkgutil.walk_packages(__path__, f"{__name__}."):
    importlib.import_module(module.name)  # those with pages register them
