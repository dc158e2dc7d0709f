"""What a service token is limited to, as conditions of the statement that reads jobs or rows."""

from django.db.models import Exists, Model, OuterRef, Q

from tasks_app.api.auth.subject_types import kinds_about, type_of_model
from tasks_app.models import Notebook
from tasks_app.models.engine.api import ServiceTokens


def jobs_within(tokens: ServiceTokens) -> Q:
    """Jobs of the kinds and notebooks of one of these tokens."""
    of_kind = tokens.filter(Q(kinds=[]) | Q(kinds__contains=[OuterRef("kind")]))
    return Q(Exists(of_kind.filter(Q(notebooks=None) | Q(notebooks=OuterRef("notebook_id")))))


def rows_within(tokens: ServiceTokens, model: type[Model]) -> Q:
    """Rows of the notebooks of one of these tokens, if any of its kinds is about such rows.

    What belongs to no notebook, such as a council, is beyond a token that names some.
    """
    kinds, notebook = kinds_about(type_of_model(model)), _way_to_notebook(model)
    if kinds:
        tokens = tokens.filter(Q(kinds=[]) | Q(kinds__overlap=kinds))
    named = Q(notebooks=OuterRef(notebook)) if notebook else Q(pk__in=[])
    return Q(Exists(tokens.filter(Q(notebooks=None) | named)))


def _way_to_notebook(model: type[Model]) -> str:
    """The lookup that leads to a row's notebook; empty where none does."""
    if model is Notebook:
        return "pk"
    fields = {field.name for field in model._meta.get_fields()}
    return next((way for way in ("notebook", "session__notebook") if way.partition("__")[0] in fields), "")
