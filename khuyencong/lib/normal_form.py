"""The door for text: whatever a form, an address or the API sends arrives in NFC and can be stored.

Machines with macOS send decomposed letters, which would be other words to every search and comparison.
It stands here, before all forms, because a field class of our own would be forgotten somewhere. NUL and
lone surrogates are dropped with it: PostgreSQL takes neither, and no person types them. So are the marks that turn
the direction of writing: Vietnamese has no use for them, and they make a line read as another than it is.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from khuyencong.lib.vietnamese import nfc

_DIRECTIONS = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_DROPPED = dict.fromkeys((0, *_DIRECTIONS))


def normal_form_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Middleware; must stand before whatever reads the path, `request.GET` or `request.POST`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.path_info = _normal(request.path_info)  # what addresses are resolved by
        request.GET = _normal_query(request.GET)  # type: ignore[assignment]  # it is immutable
        if request.method == "POST":
            request.POST = _normal_query(request.POST)  # type: ignore[assignment]  # the same
        return get_response(request)

    return middleware


class NormalFormJSONParser(JSONParser):
    """DRF's parser; text of any depth in normal form, 400 for what is nested too deep to read."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return _normal(super().parse(stream, media_type, parser_context))
        except RecursionError as error:
            raise ParseError from error


def _normal(value: Any) -> Any:
    if isinstance(value, str):
        return nfc(value.translate(_DROPPED).encode("utf-8", "ignore").decode())
    if isinstance(value, list):
        return [_normal(item) for item in value]
    if isinstance(value, dict):
        return {_normal(key): _normal(item) for key, item in value.items()}
    return value


def _normal_query(query: QueryDict) -> QueryDict:
    changed = query.copy()
    for name, values in query.lists():
        changed.setlist(name, _normal(values))
    changed._mutable = False
    return changed
