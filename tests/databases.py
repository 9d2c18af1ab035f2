"""The databases of a test run: one template holds tables, reference data and cast; each process gets a clone.

The template is kept from run to run for as long as code and data stay as they are, and what migrations alone have
made is kept for as long as they do, since they take the longest. A clone costs as much as truncating its tables
would, so a test that commits simply gets another.
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
MIGRATED_FROM = ["*/migrations/*.py", "*/sql/*.sql", "deploy/roles.sql", "requirements.lock"]
BUILT_FROM = [*MIGRATED_FROM, "tests/*.py"]
BUILT_FROM += [
    f"{package}/**/*"
    for package in ("accounts", "notices", "budgets", "projects", "reporting", "succession", "khuyencong")
]
MIGRATED, TEMPLATE, CLONE, EMPTY = "kc_migrated_", "kc_template_", "kc_test_", "kc_empty_"


def servers() -> Servers:
    """The embedded servers of the test run; tests never touch others."""
    assert settings.EMBEDDED
    return settings.EMBEDDED


def clone(kept: str = "") -> None:
    """Give this process a database like the template, or like one that it kept, in place of the one it has, and lead
    both connections to it."""
    name = f"{CLONE}{os.getpid()}"
    with _superuser() as cursor:
        _drop_abandoned(cursor)
        template = kept or _template(cursor)
        _drop(cursor, name)
        _copy(cursor, name, template)
    _lead_to(name)


def keep(label: str) -> str:
    """Keep what is committed as it is, until the process ends, for those of its tests that begin there. Answers the
    name for ``clone``."""
    name, kept = f"{CLONE}{os.getpid()}", f"{CLONE}{os.getpid()}_{label}"
    _lead_to("postgres")
    with _superuser() as cursor:
        _drop(cursor, kept)
        _copy(cursor, kept, name)
    _lead_to(name)
    return kept


def drop() -> None:
    _lead_to("postgres")
    with _superuser() as cursor:
        for name in _databases(cursor):
            if _owner(name) == os.getpid():
                _drop(cursor, name)


@contextmanager
def empty() -> Iterator[str]:
    """A database without tables, named, to which both connections lead inside the block."""
    before, name = connections["owner"].settings_dict["NAME"], f"{EMPTY}{os.getpid()}"
    with _superuser() as cursor:
        _drop(cursor, name)
        _copy(cursor, name, "template1")
    _lead_to(name)
    try:
        yield name
    finally:
        _lead_to(before)
        with _superuser() as cursor:
            _drop(cursor, name)


def _template(cursor: "psycopg2.extensions.cursor") -> str:
    name = TEMPLATE + _fingerprint(*BUILT_FROM)
    databases = _databases(cursor)
    if name not in databases:
        _drop_outdated(cursor, databases)
        with _made(cursor, name, _migrated(cursor)):
            call_command("migrate", verbosity=0)  # for what follows every migration: the wall, the limits
            call_command("load_reference", verbosity=0)
            cast.build()
    return name


def _migrated(cursor: "psycopg2.extensions.cursor") -> str:
    name = MIGRATED + _fingerprint(*MIGRATED_FROM)
    if name not in _databases(cursor):
        with _made(cursor, name, "template1"):
            call_command("migrate", verbosity=0)
    return name


@contextmanager
def _made(cursor: "psycopg2.extensions.cursor", name: str, template: str) -> Iterator[None]:
    """What the block does to a copy of `template` counts only when it has come to its end."""
    draft = "kc_draft"
    _drop(cursor, draft)
    _copy(cursor, draft, template)
    _lead_to(draft)
    yield
    _lead_to("postgres")
    cursor.execute(f"ALTER DATABASE {draft} RENAME TO {name}")


@cache
def _fingerprint(*patterns: str) -> str:
    """Of these files as the run began, and of the day, which the cast knows."""
    found = hashlib.sha256(date.today().isoformat().encode())  # noqa: DTZ011 (any change of day will do)
    for file in sorted({file for pattern in patterns for file in ROOT.glob(pattern)}):
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


def _owner(name: str) -> int | None:
    """The process that made the database; None for what belongs to all."""
    return int(name.removeprefix(CLONE).split("_")[0]) if name.startswith(CLONE) else None


def _drop_abandoned(cursor: "psycopg2.extensions.cursor") -> None:
    """What processes left that were killed."""
    for name in _databases(cursor):
        if name.startswith(CLONE) and not Path("/proc", str(_owner(name))).exists():
            _drop(cursor, name)


def _drop_outdated(cursor: "psycopg2.extensions.cursor", databases: list[str]) -> None:
    """Unless another run is at work, perhaps on another state of the code."""
    if not any(name.startswith(CLONE) for name in databases):
        current = {TEMPLATE + _fingerprint(*BUILT_FROM), MIGRATED + _fingerprint(*MIGRATED_FROM)}
        for name in set(databases) - current:
            if name.startswith((TEMPLATE, MIGRATED)):
                _drop(cursor, name)


def _copy(cursor: "psycopg2.extensions.cursor", name: str, template: str) -> None:
    command = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER kc_owner STRATEGY file_copy")
    cursor.execute(command.format(sql.Identifier(name), sql.Identifier(template)))


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
