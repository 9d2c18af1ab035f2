"""What manage.py does: a command of Django's, with the embedded servers up while it works."""

import os
import signal
import sys
from contextlib import nullcontext

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import ProgrammingError, connections
from django.db.migrations.executor import MigrationExecutor

from khuyencong import faults

MAKE_TABLES = ("prepare", "migrate")
NOT_PREPARED = (
    "Cơ sở dữ liệu chưa có bảng, hoặc còn ở bản cũ của chương trình. "
    "Hãy chạy «make run» một lần để chuẩn bị, rồi chạy lại lệnh này."
)


def main() -> None:
    """Exits with a sentence, not a traceback, when settings are wrong, the disk is full or a server is away."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuyencong.settings")
    for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP):  # so that the servers are let go
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup wants it
            signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        with settings.EMBEDDED.in_use() if settings.EMBEDDED else nullcontext():
            _execute(sys.argv)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except Exception as error:
        faults.end(error)


def _execute(arguments: list[str]) -> None:
    """Raises ImproperlyConfigured when the command missed a table that the program has yet to make."""
    try:
        execute_from_command_line(arguments)
    except ProgrammingError as error:
        if arguments[1] not in MAKE_TABLES and _awaits_migrations():
            raise ImproperlyConfigured(NOT_PREPARED) from error
        raise


def _awaits_migrations() -> bool:
    executor = MigrationExecutor(connections["owner"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
