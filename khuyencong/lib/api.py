"""What the API answers when something is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import exception_handler as drf_exception_handler

from khuyencong.lib.workflow import Forbidden, Refused, Stale

NOT_FOUND = (
    "Không tìm thấy: địa chỉ hoặc mã sai, hoặc hồ sơ không thuộc phạm vi được xem của chức vụ đang dùng. "
    "Hãy kiểm tra lại mã và chức vụ."
)


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's EXCEPTION_HANDLER; the tenancy middleware rolls back whatever it answers.

    ``{"detail"}``, or ``{"errors": [{"field", "code", "message"}]}`` for what was entered: ``field`` is the path to
    the value ("estimate.0.amount"), empty for the whole. 409 when somebody was faster, 403 for a wrong position,
    400 for what the rules refuse.
    """
    if isinstance(exception, Refused):
        status = 409 if isinstance(exception, Stale) else 403 if isinstance(exception, Forbidden) else 400
        return Response({"detail": str(exception)}, status=status)
    if isinstance(exception, Http404):  # what it says is for us: the code that was looked for
        return Response({"detail": NOT_FOUND}, status=404)
    if isinstance(exception, DjangoValidationError):
        exception = ValidationError(as_serializer_error(exception))
    response = drf_exception_handler(exception, context)
    if response is not None and isinstance(exception, ValidationError):
        response.data = {"errors": list(_flat(exception.detail))}
    return response


def _flat(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """The leaves of a nested error, each with the path that leads to it."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            yield from _flat(inner, path if key == "non_field_errors" else f"{path}.{key}".lstrip("."))
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            yield from _flat(inner, path if isinstance(inner, ErrorDetail) else f"{path}.{place}".lstrip("."))
    else:
        yield {"field": path, "code": getattr(detail, "code", "invalid"), "message": str(detail)}
