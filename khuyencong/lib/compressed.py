"""Pages and data go out compressed; style and scripts were compressed when they were laid out (WhiteNoise)."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_TEXTS = ("text/", "application/json", "application/vnd.oai.openapi")


class CompressedTexts(GZipMiddleware):
    """Django's, which hides the length of what it sends (BREACH), for texts alone: a PDF is compressed inside."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.headers.get("Content-Type", "").startswith(_TEXTS):
            return response
        answer: HttpResponseBase = super().process_response(request, response)
        return answer
