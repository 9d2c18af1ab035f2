"""The databases of a test run: one template holds tables, reference data and cast; each process gets a clone.

The template is kept from run to run for as long as code and data stay as they are. A clone costs as much as
truncating its tables would, so a test that commits simply gets another.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg2 import sql

from khuyencong.embedded import Servers
from tests import cast

ROOT = Path(__file__).resolve().parent.parent
BUILT_FROM = [
    "accounts",
    "budgets",
    "projects",
    "reporting",
    "khuyencong",
    "deploy/roles.sql",
    "requirements.lock",
]
TEMPLATE = "kc_template_"
CLONE = "kc_test_"


def servers() -> Servers:
    """The embedded servers of the test run; tests never touch others."""
    assert settings.EMBEDDED
    return settings.EMBEDDED


def clone() -> None:
    """Give this process a database like the template in place of the one it has, and lead both connections
    to it."""
    name = f"{CLONE}{os.getpid()}"
    with _superuser() as cursor:
        _drop_abandoned(cursor)
        template = _template(cursor)
        _drop(cursor, name)
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER kc_owner STRATEGY file_copy")
        cursor.execute(command.format(sql.Identifier(name), sql.Identifier(template)))
    _lead_to(name)


def drop() -> None:
    _lead_to("postgres")
    with _superuser() as cursor:
        _drop(cursor, f"{CLONE}{os.getpid()}")


def _template(cursor: "psycopg2.extensions.cursor") -> str:
    name = TEMPLATE + _fingerprint()
    databases = _databases(cursor)
    if name not in databases:
        in_use = any(row.startswith(CLONE) for row in databases)  # by another run, perhaps of another state
        for old in databases:
            if old.startswith(TEMPLATE) and not in_use:
                _drop(cursor, old)
        _drop(cursor, f"{TEMPLATE}new")
        cursor.execute(f"CREATE DATABASE {TEMPLATE}new OWNER kc_owner")
        _lead_to(f"{TEMPLATE}new")
        call_command("migrate", verbosity=0)
        call_command("load_reference", verbosity=0)
        cast.build()
        _lead_to("postgres")
        cursor.execute(f"ALTER DATABASE {TEMPLATE}new RENAME TO {name}")
    return name


@cache
def _fingerprint() -> str:
    """As the run began, of all that the template is built from: the code, the data beside it, the cast and the day."""
    found = hashlib.sha256(date.today().isoformat().encode())  # noqa: DTZ011 (any change of day will do)
    files = [file for start in BUILT_FROM for file in [ROOT / start, *(ROOT / start).rglob("*")]]
    for file in sorted([*files, *(ROOT / "tests").glob("*.py")]):
        if file.is_file() and file.suffix != ".pyc":
            found.update(str(file).encode() + file.read_bytes())
    return found.hexdigest()[:16]


def _lead_to(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def _databases(cursor: "psycopg2.extensions.cursor") -> list[str]:
    cursor.execute("SELECT datname FROM pg_database")
    return [name for (name,) in cursor.fetchall()]


def _drop_abandoned(cursor: "psycopg2.extensions.cursor") -> None:
    """What processes left that were killed."""
    for name in _databases(cursor):
        if name.startswith(CLONE) and not Path("/proc", name.removeprefix(CLONE)).exists():
            _drop(cursor, name)


def _drop(cursor: "psycopg2.extensions.cursor", name: str) -> None:
    cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _superuser() -> "Iterator[psycopg2.extensions.cursor]":
    """One process at a time: a template that somebody is connected to cannot be cloned."""
    embedded = servers()
    with (embedded.state / "tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with embedded.superuser() as connection, connection.cursor() as cursor:
            yield cursor
