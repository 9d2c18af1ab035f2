"""Bases of the rows behind the wall; accounts/wall.py builds their policies."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models.places import Tenant


class Walled(models.Model):
    """Base of every row that belongs to a tenant; accounts/tenancy.py builds its policies from this class.

    ``sent_to_nation`` opens the row to national bodies, ``nation_writes`` lets them write it. Both follow the
    file: the database copies them from ``wall_parent`` on insert and moves them together (``kc_send_file``).
    """

    wall_parent: ClassVar[str | None] = None  # name of the foreign key to the row that this one belongs to
    wall_append_only: ClassVar[bool] = False  # no UPDATE, no DELETE for anybody
    wall_body: ClassVar[str | None] = None  # name of the key to the body in whose name the row is written
    nation_adds: ClassVar[bool] = False  # the nation writes such a row to the tenant of a province's file
    nation_deletes: ClassVar[bool] = (
        False  # content that is typed anew; the nation deletes that of its own files
    )
    wall_stays: ClassVar[frozenset[str]] = (
        frozenset()
    )  # keys to a file which the row does not follow when it moves

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+", editable=False)
    sent_to_nation = models.BooleanField(default=False, editable=False)
    nation_writes = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True


class WalledHeader(models.Model):
    """Base of headers that are a province's own (tenant set) or the nation's, read by all (tenant null)."""

    wall_body: ClassVar[str | None] = None  # both as in Walled
    nation_adds: ClassVar[bool] = False

    tenant = models.ForeignKey(Tenant, models.PROTECT, null=True, related_name="+", editable=False)
    sent_to_nation = models.BooleanField(default=False, editable=False)
    nation_writes = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True
