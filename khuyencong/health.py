"""`/healthz`, for whoever watches over the program: a container engine, a proxy, a monitor."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache

from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed, JsonResponse

from khuyencong import broker

PATH = "/healthz"
PATIENCE = 3  # seconds for Redis
NOT_PREPARED = (
    "Cơ sở dữ liệu chưa có bảng, hoặc còn ở bản cũ của chương trình. "
    "Hãy chạy «manage.py prepare» của bản này trước."
)


class HealthMiddleware:
    """Stands before all others, which know neither the name nor the scheme by which a probe calls from inside, and
    of which some ask for a session. The answer says which part is well, and nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != PATH:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        found = {"database": _database_answers(), "redis": _redis_answers()}
        found["migrations"] = found["database"] and _migrations_are_applied()
        status = 200 if all(found.values()) else 503
        return JsonResponse(found, status=status, headers={"Cache-Control": "no-store"})


def require_migrations() -> None:
    """End a program whose database is of an older version than it, before it serves anybody: `prepare` comes first.
    While the database is away nothing can be said; then /healthz says it."""
    try:
        if _database_answers() and not _migrations_are_applied():
            sys.exit(NOT_PREPARED)
    finally:
        connection.close()  # the processes to come must not share it


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (Error, ImproperlyConfigured):  # away, or a login to which the wall is open
        return False
    return True


def _migrations_are_applied() -> bool:
    try:
        return _known_migrations() <= MigrationRecorder(connection).applied_migrations().keys()
    except Error:
        return False


@cache
def _known_migrations() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).disk_migrations)


def _redis_answers() -> bool:
    try:
        broker.ping(patience=PATIENCE)
    except broker.AWAY:
        return False
    return True
