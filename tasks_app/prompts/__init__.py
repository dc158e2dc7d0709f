"""The prompts for models: files `<kind>/<stage>.<language>.txt`, filled in strictly.

They are in this folder; kinds in a package of their own (JOB_TYPE_PACKAGES) have theirs in its folder `prompts`.

A prompt is a text with `$placeholders` (`$$` for a dollar sign). What users wrote is handed over as `Data`: it
appears between marks that nobody can foresee, and a rule that comes along says that nothing between them is an order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from secrets import token_hex
from string import Template

from django.conf import settings

from tasks_app.text.japanese.cleaning import readable

FOLDER = files("tasks_app.prompts")
OWN_FOLDER = "prompts"
"""In a package of kinds."""

RULE = "common/data"
LANGUAGES = ("ja", "en")


class PromptError(ValueError):
    """A prompt that cannot be filled in; the message names the placeholders at fault."""


@dataclass(frozen=True)
class Data:
    """Text of users, never part of the instructions."""

    text: str


@dataclass(frozen=True, kw_only=True)
class RenderedPrompt:
    """`rule` belongs into the system message, `text` into the user's.

    `digest`: 64 hex digits for all that is sent to the model, the same each time; the marks around data are not in it.
    """

    rule: str
    text: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """`name` is `<kind>/<stage>`; `text` is the default's or that of staff."""

    name: str
    language: str
    text: str

    @property
    def placeholders(self) -> frozenset[str]:
        """Raises PromptError where a `$` begins no placeholder."""
        template = Template(self.text)
        if not template.is_valid():
            raise PromptError("a $ that begins no placeholder must be written $$")
        return frozenset(template.get_identifiers())

    @property
    def version(self) -> str:
        """16 hex digits that change with any part of the instructions to the model."""
        told = "\0".join((self.language, self.text, default(RULE, self.language).text))
        return sha256(told.encode()).hexdigest()[:16]

    def render(self, **values: object) -> RenderedPrompt:
        """Every placeholder filled, nothing left over. Raises PromptError otherwise."""
        missing, unknown = self.placeholders - values.keys(), values.keys() - self.placeholders
        if missing or unknown:
            raise PromptError(f"{self.name}: without a value: {sorted(missing)}; unknown: {sorted(unknown)}")
        mark = token_hex(8)
        told = "\0".join((self.version, self._filled(values, mark="")))
        return RenderedPrompt(
            rule=Template(default(RULE, self.language).text).substitute(mark=mark),
            text=self._filled(values, mark),
            digest=sha256(told.encode()).hexdigest(),
        )

    def _filled(self, values: Mapping[str, object], mark: str) -> str:
        return Template(self.text).substitute({name: _filled(value, mark) for name, value in values.items()})


def default(name: str, language: str = "") -> Prompt:
    """The prompt as it comes with the project, in `language` or that of the project. Raises PromptError if unknown."""
    wanted = language or project_language()
    for known in (wanted, *LANGUAGES):
        for place in _places():
            file = place / f"{name}.{known}.txt"
            if file.is_file():
                return Prompt(name=name, language=known, text=file.read_text("utf-8").strip())
    raise PromptError(f"there is no prompt {name!r}")


def project_language() -> str:
    return str(settings.LANGUAGE_CODE).partition("-")[0]


def defaults() -> dict[tuple[str, str], Prompt]:
    """By name and language, all that staff may change: the rule about data is not among them."""
    found = {}
    for folder in sorted(_folders(), key=lambda folder: folder.name):
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            stage, language, ending = file.name.split(".")
            name = f"{folder.name}/{stage}"
            if ending == "txt" and name != RULE:
                found[name, language] = default(name, language)
    return found


def fitting(prompt: Prompt) -> None:
    """Raises PromptError if another text has not exactly the placeholders of the default."""
    wanted, found = default(prompt.name, prompt.language).placeholders, prompt.placeholders
    if wanted != found:
        raise PromptError(
            f"missing: {', '.join(sorted(wanted - found)) or '-'}; unknown: {', '.join(sorted(found - wanted)) or '-'}"
        )


def _places() -> list[Traversable]:
    own = (files(package) / OWN_FOLDER for package in settings.JOB_TYPE_PACKAGES)
    return [FOLDER, *(place for place in own if place.is_dir())]


def _folders() -> list[Traversable]:
    """One for each kind that has prompts."""
    found = (folder for place in _places() for folder in place.iterdir())
    return [folder for folder in found if folder.is_dir() and not folder.name.startswith("_")]


def _filled(value: object, mark: str) -> str:
    if isinstance(value, Data):
        return f"<data {mark}>\n{readable(value.text)}\n</data {mark}>"
    return str(value)
