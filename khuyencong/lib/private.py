"""What was answered to somebody who has signed in stays between him and the program."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

PRIVATE = "private, no-store"


class PrivateAnswers:
    """Middleware behind AuthenticationMiddleware: pages, files and the API are kept by no browser and no proxy, so the
    next person at the machine finds nothing with the button Back. (Style and scripts are served before it.)"""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.user.is_authenticated and "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = PRIVATE
        return response
