"""What every view of the API needs of its request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from projects.access import ActingRequest
from projects.once import once


def acting(request: Request) -> ActingRequest:
    """The request as the middleware let it pass: it acts in one position."""
    return cast("ActingRequest", request._request)


IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=(
        "Khóa do chương trình gọi tự đặt cho mỗi yêu cầu (1 đến 80 ký tự ASCII, ví dụ một UUID). Gửi lại cùng yêu cầu "
        "với cùng khóa thì việc không làm lần nữa, hồ sơ được trả lời như hiện có; khóa đã dùng cho yêu cầu khác: 400."
    ),
)


def done_once(request: Request, do: Callable[[], str]) -> str:
    """Do what a request asks for, once under the key that it bears, if any; answers the code of the file."""
    said = json.dumps([request.method, request.path, request.data], sort_keys=True, default=str)
    return once(acting(request).acting, request.headers.get("Idempotency-Key", ""), said, do)


def known_parameters(request: Request, names: Iterable[str]) -> None:
    """Raise ValidationError for a parameter that no filter knows: it would be taken for "all"."""
    if unknown := set(request.query_params) - {*names, "page", "format"}:
        message = f"Không có bộ lọc này. Các bộ lọc: {', '.join(sorted(names))}, page."
        raise ValidationError({name: [ErrorDetail(message, code="unknown")] for name in sorted(unknown)})


def page_of(request: Request, rows: QuerySet[Any]) -> tuple[PageNumberPagination, list[Any]]:
    """The paginator and the page of ``rows`` that the address asks for; two queries and those of its prefetches."""
    paginator = PageNumberPagination()
    found = paginator.paginate_queryset(rows, request)
    return paginator, found or []
