"""A template of ours shows only what its view gives it: anything else is an error, not an empty place on a page."""

import inspect

from launcher.checkout.home import PROJECT

TEMPLATES = str(PROJECT / "templates")


class UndefinedVariable(AssertionError):
    """Named with the template that shows it."""


class Undefined(str):
    """For the option `string_if_invalid`, in which Django writes the variable's name at `%s`.

    Templates of packages may show what is not there.
    """

    def __mod__(self, variable: object) -> str:
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
