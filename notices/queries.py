"""Reads of notices: those of a position, how many are unread, who follows a file."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Position
from notices.models import Follow, Notice

MOST_COUNTED = 100


def notices_of(position: Position) -> QuerySet[Notice]:
    """Notices of the position, the last first; another's nobody opens."""
    return Notice.objects.filter(tenant_id=position.organisation.tenant_id, position=position)


def unread_count(position: Position) -> int:
    """How many notices the bell counts, up to MOST_COUNTED; one query on its index."""
    unread = notices_of(position).filter(read_at__isnull=True, quiet=False).order_by()
    return unread.values("pk")[:MOST_COUNTED].count()


def choices_of(position: Position) -> QuerySet[Follow]:
    """What the position chose about following files."""
    return Follow.objects.filter(tenant_id=position.organisation.tenant_id, position=position)


def followers(codes: Iterable[str]) -> dict[str, dict[int, bool]]:
    """Of each file who chose to follow it (True) or not to (False), by the keys of positions; one query."""
    found: dict[str, dict[int, bool]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, position_id, is_on FROM kc_followers(%s)", [list(codes)])
        for code, position, is_on in cursor.fetchall():
            found.setdefault(code, {})[position] = is_on
    return found
