"""Headers of every answer that neither Django nor django-csp sets."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

HEADERS = {
    "Permissions-Policy": ", ".join(
        (
            *(f"{feature}=()" for feature in ("camera", "display-capture", "geolocation", "microphone", "payment")),
            *(f"{feature}=()" for feature in ("hid", "midi", "serial", "usb")),
            "publickey-credentials-create=(self)",
            "publickey-credentials-get=(self)",
        )
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
}


class ResponseHeadersMiddleware:
    """Before all others, so that static files, probes and refusals have them too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self._get_response(request)
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        return answer
