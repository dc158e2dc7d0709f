"""Which parameters of an address a page reads, reported by the page itself."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote

from django.http import HttpRequest, HttpResponseBase, QueryDict

HEADER = "Asked-For"
MIDDLEWARE = f"{__name__}.listening"


class _Heard(QueryDict):
    """Notes the names that are looked up in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.names: set[str] = set()
        super().__init__(*args, **kwargs)

    def __getitem__(self, key: str) -> Any:
        self.names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)

    def getlist(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return super().getlist(key, default)


def listening(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware for tests: `names` reads what it adds to each answer."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        heard = _Heard(request.META.get("QUERY_STRING", ""))
        request.GET = heard  # type: ignore[assignment]
        answer = get_response(request)
        answer.headers[HEADER] = " ".join(quote(name) for name in sorted(heard.names))
        return answer

    return middleware


def names(answer: HttpResponseBase) -> set[str]:
    return {unquote(name) for name in answer.headers[HEADER].split()}
