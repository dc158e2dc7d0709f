"""The benchmarks, which are in a checkout of the project and not in the image."""

import importlib
import importlib.util
from types import ModuleType

from django.core.management.base import CommandError


def require_benchmarks() -> None:
    """Raises CommandError where the package `benchmarks` is not installed."""
    if importlib.util.find_spec("benchmarks") is None:
        raise CommandError("The benchmarks are not installed here. Run this command in a checkout of the project.")


def benchmark(name: str) -> ModuleType:
    """The module `benchmarks.NAME`. Imported when asked for: some declare kinds that no other process may know.

    Raises CommandError where the benchmarks are not installed.
    """
    require_benchmarks()
    return importlib.import_module(f"benchmarks.{name}")
