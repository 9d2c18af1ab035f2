"""What every view of the API needs of its request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.db.models import QuerySet
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from projects.access import ActingRequest


def acting(request: Request) -> ActingRequest:
    """The request as the middleware let it pass: it acts in one position."""
    return cast("ActingRequest", request._request)


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
