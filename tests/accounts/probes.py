"""Addresses that only tests have: each does one thing that the middleware must survive."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

import khuyencong.urls
from accounts.middleware import without_scope
from accounts.tenancy import NotInForce, current_position
from khuyencong.lib.workflow import Forbidden, Stale
from projects.models import Establishment
from tests.factories import make_establishment

ERRORS: dict[str, Exception] = {
    "crash": RuntimeError("lỗi"),
    "not-found": Http404(),
    "denied": PermissionDenied(),
    "ended": NotInForce("Chức vụ này đã hết hiệu lực."),
    "invalid": ValidationError({"estimate": [{}, {"amount": ["Phải là số."]}]}),
    "stale": Stale("Hồ sơ đã được người khác xử lý."),
    "forbidden": Forbidden("Việc này của Giám đốc Sở."),
}


def _write() -> None:
    acting = current_position()
    assert acting is not None
    make_establishment(by=acting)


def write(request: HttpRequest, error: str = "") -> HttpResponse:
    _write()
    if error:
        raise ERRORS[error]
    return HttpResponse(str(current_position().pk))  # type: ignore[union-attr]


@api_view(["GET", "POST"])
def write_by_api(request: Request, error: str = "") -> Response:
    _write()
    if error:
        raise ERRORS[error]
    return Response({"position": current_position().pk})  # type: ignore[union-attr]


def stream(request: HttpRequest) -> StreamingHttpResponse:
    def names() -> Iterator[str]:
        for establishment in Establishment.objects.order_by("pk"):
            yield establishment.name + "\n"

    return StreamingHttpResponse(names())


@without_scope
def open_to_all(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(current_position()))


urlpatterns = [
    path("probe/stream/", stream),
    path("probe/open/", open_to_all),
    path("probe/", write),
    path("probe/<str:error>/", write),
    path("api/v1/probe/", write_by_api),
    path("api/v1/probe/<str:error>/", write_by_api),
    *khuyencong.urls.urlpatterns,  # last: whatever else is asked of the API is not found there
]
