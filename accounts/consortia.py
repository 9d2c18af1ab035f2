"""Joining a consortium: the tenant of those who share a file of several provinces, or of a unit in one (wall.md)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from accounts.models import UNIT_KINDS, Position, Province, Tenant
from accounts.tenancy import share_tenant


def consortium_tenant(provinces: Iterable[Province], *, by: Position) -> Tenant:
    """The tenant for files in ``provinces``, with the unit of ``by`` when it belongs to no province; made and recorded
    when it is the first of its kind, else found. From then on the running scope reads and writes it.

    ``kc_consortium`` (accounts/sql/wall.sql) does it, and refuses whoever is no member of what he begins."""
    unit = by.organisation_id if by.organisation.kind in UNIT_KINDS else None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kc_consortium(%s, %s, %s)", [sorted({each.pk for each in provinces}), unit, by.pk]
        )
        tenant: int = cursor.fetchone()[0]
    share_tenant(tenant)
    return Tenant.objects.select_related("consortium").get(pk=tenant)
