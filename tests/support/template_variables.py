"""A template of ours shows only what its view gives it: anything else is an error, not an empty place on a page."""

import inspect

from launcher.checkout.home import PROJECT

TEMPLATES = str(PROJECT / "templates")


class UndefinedVariable(AssertionError):
    """Named with the template that shows it."""


class Undefined:
    """For the option `string_if_invalid`; templates of packages may show what is not there."""

    def __contains__(self, key: str) -> bool:
        """Django looks for the place in which to write the variable's name."""
        return key == "%s"

    def __mod__(self, variable: str) -> str:
        origin = _origin()
        if origin.startswith(TEMPLATES):
            raise UndefinedVariable(f"{origin} shows {variable}, which is not given.")
        return ""


def _origin() -> str:
    """The file of the template that is being rendered."""
    frame = inspect.currentframe()
    while frame:
        node = frame.f_locals.get("self")
        if frame.f_code.co_name == "render" and (origin := getattr(node, "origin", None)):
            return str(origin)
        frame = frame.f_back
    return ""
