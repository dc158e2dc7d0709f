"""The lookup `folded` for search fields: a title is found in whatever forms its characters are asked for."""

from typing import Any

from django.db.models import CharField, Lookup, TextField

from tasks_app.text.japanese.folding import pattern

MAX_LENGTH = 255
"""Characters that are looked for; no title is longer."""


@CharField.register_lookup
@TextField.register_lookup
class FoldedContains(Lookup[Any]):
    """Whether a column holds a text, compared as text/japanese/folding.py does."""

    lookup_name = "folded"

    def get_prep_lookup(self) -> str:
        return pattern(str(self.rhs)[:MAX_LENGTH])

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        value, values = self.process_rhs(compiler, connection)
        return f"{column} ~* {value}", (*parameters, *values)
