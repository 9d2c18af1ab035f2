"""Which of the two connections does what, and who may make tables when."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

# Advisory lock of the database: a migration, which locks one table after the other, holds it alone, a backup
# with other backups. Without it the two can wait for each other's tables for ever.
SCHEMA_LOCK = 0x6B63


class OwnerMigrates:
    """Tables are made by `owner`; `default`, the app's login, never migrates."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"


@contextmanager
def schema_lock(alias: str) -> Iterator[None]:
    """For this connection alone; it may take it again inside. Waits."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [SCHEMA_LOCK])
    try:
        yield
    finally:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [SCHEMA_LOCK])
