"""What a request is answered that failed: 503 while the database or the store of files is away for a moment, 500 for a
fault of our own."""

from __future__ import annotations

import sys

import psycopg2
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults
from psycopg2 import errors

AWAY = "Máy chủ dữ liệu đang khởi động lại nên việc vừa làm chưa được ghi. Hãy thử lại sau ít giây."
FILES_AWAY = "Kho tệp không trả lời nên việc vừa làm chưa được ghi. Hãy thử lại sau ít giây."
RETRY_AFTER = 10  # seconds
_MOMENTARY = (
    errors.AdminShutdown,
    errors.CrashShutdown,
    errors.CannotConnectNow,
    errors.TooManyConnections,
)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500, which it calls while it handles the exception: a middleware would not see those of the
    middlewares, and it is they who ask the database first."""
    error = sys.exc_info()[1]
    if is_away(error):
        reason = AWAY
    elif are_files_away(error):
        reason = FILES_AWAY
    else:
        return defaults.server_error(request, template_name="errors/500.html")
    if request.path_info.startswith("/api/") or not request.accepts("text/html"):
        response: HttpResponse = JsonResponse({"detail": reason}, status=503)
    else:  # without the request: what stands around a page asks the database, too
        response = HttpResponse(render_to_string("errors/503.html", {"reason": reason}), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def is_away(error: BaseException | None) -> bool:
    """The connection could not be made or was lost. What the database says about a command is not meant: a
    deadlock or a full disk is another matter."""
    if isinstance(error, InterfaceError):
        return True
    cause = error.__cause__ if isinstance(error, OperationalError) else None
    return type(cause) is psycopg2.OperationalError or isinstance(cause, _MOMENTARY)


def are_files_away(error: BaseException | None) -> bool:
    """The bucket did not answer, or said that it cannot for now. What it refuses is another matter."""
    if isinstance(error, ClientError):
        return bool(error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500)
    return isinstance(error, NoConnection | HTTPClientError)
