"""What all pages of models share: what makes no sense in an address or in the form of a list is never an error."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, ManyToManyField, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext

from tasks_app.access import password_again
from tasks_app.jobs.upkeep import deletion
from tasks_app.text.japanese.cleaning import storable


class DeclaredFiltersOnly(ChangeList):
    """A list that is filtered by its own filters alone. With anything else in its address it starts over, unfiltered.

    Django would pass on every lookup of every field, and PostgreSQL refuses many of their values.
    """

    def get_filters(self, request: HttpRequest) -> Any:
        """As Django's. Raises IncorrectLookupParameters for what no filter has declared or no row can hold."""
        given = self.get_filters_params()
        for name, values in given.items():
            if not all(map(_can_be_stored, (name, *values))):
                raise IncorrectLookupParameters(f"{name!r} holds what no row can")
        try:
            filters, filtered, rest, duplicates, active = super().get_filters(request)
        except (ValueError, OverflowError) as error:
            raise IncorrectLookupParameters(error) from error
        undeclared = rest.keys() - self._dates_chosen(given)
        if undeclared:
            raise IncorrectLookupParameters(f"no filter has declared {sorted(undeclared)}")
        return filters, filtered, rest, duplicates, active

    def _dates_chosen(self, given: dict[str, Any]) -> set[str]:
        """The names under which Django passes on a year, a month or a day of the date hierarchy."""
        field = self.date_hierarchy
        return {f"{field}__gte", f"{field}__lt"} if f"{field}__year" in given else set()


class ConsoleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """For every model of the console, also those of other packages."""

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        deletion.delete(self.model._default_manager.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        deletion.delete(queryset)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DeclaredFiltersOnly

    def get_ordering(self, request: HttpRequest) -> Any:
        """The model's own order named outright, as Django drops it where a list counts what belongs to its rows."""
        return super().get_ordering(request) or self.opts.ordering

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, storable(search_term))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """None also for an id that no row can have."""
        return super().get_object(request, object_id, from_field) if _can_be_stored(object_id) else None

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Asks for the password again."""
        return password_again.ask(request) or super().delete_view(request, object_id, extra_context)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the address proposes, without what its field cannot hold."""
        proposed: dict[str, Any] = dict(super().get_changeform_initial_data(request))
        return {name: value for name, value in proposed.items() if self._can_hold(name, value)}

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseBase | None:  # type: ignore[override]
        """None, which leads back to the list, also where a chosen id is one that no row can have."""
        chosen = request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)
        if not all(_fits(self.opts.pk, one) for one in chosen):
            messages.warning(request, gettext("The selection is not valid. Nothing was changed."))
            return None
        deletes = request.POST.get("action") == "delete_selected"
        return (deletes and password_again.ask(request)) or super().response_action(request, queryset)

    def _can_hold(self, name: str, value: Any) -> bool:
        """Of the names that are no fields the form itself decides."""
        try:
            field = self.opts.get_field(name)
        except FieldDoesNotExist:
            return True
        if isinstance(field, ManyToManyField):
            return all(_fits(field.remote_field.model._meta.pk, one) for one in value)
        return not isinstance(field, Field) or _fits(field, value)


def _fits(field: "Field[Any, Any]", value: Any) -> bool:
    """Whether a field can read it. JSON that is no list is a TypeError, a time zone of 5,000 letters an OSError."""
    try:
        field.to_python(value)
    except (ValidationError, ValueError, TypeError, OSError):
        return False
    return _can_be_stored(str(value))


def _can_be_stored(text: str) -> bool:
    """Without NUL and lone surrogates, which PostgreSQL refuses."""
    return storable(text) == text
