"""What the operator sees of tenants: counts, sums, codes and titles, through functions of kc_guard (sql/moves.sql)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.models import Consortium


def call(function: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """Rows of one of our functions; ``function`` is a constant of this app, lists become arrays."""
    places = ", ".join(_place(each) for each in arguments)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}({places})", list(arguments))  # noqa: S608 (a constant)
        return list(cursor.fetchall())


def _place(value: object) -> str:
    if isinstance(value, list):
        return "%s::bigint[]"
    return "%s::date" if isinstance(value, dt.date) else "%s"


@dataclass(frozen=True)
class File:
    """A file as the operator tells it from others. Amounts in đồng; ``alive``: goes to the successor."""

    pk: int
    tenant: int
    code: str
    title: str
    programme: str
    year: int
    state: str
    support: int
    implementer: int
    communes: str
    outstanding: int
    contracts: int
    alive: bool


def files_of(tenants: Iterable[int]) -> list[File]:
    """Files of the tenants in the order of their codes; one query."""
    return [File(*row) for row in call("kc_change_files", list(tenants))]


def shared_with(provinces: Iterable[int]) -> list[tuple[int, int]]:
    """Tenant and id of every consortium of which one of the provinces is a member; one query."""
    rows = Consortium.objects.filter(places__province__in=list(provinces)).order_by("pk").distinct()
    return list(rows.values_list("tenant_id", "pk"))


@dataclass(frozen=True)
class RegisterRow:
    pk: int
    tenant: int
    name: str
    tax_code: str
    commune: str


def register_of(tenants: Iterable[int]) -> list[RegisterRow]:
    """Establishments of the tenants by commune; one query."""
    return [RegisterRow(*row) for row in call("kc_change_register", list(tenants))]


@dataclass(frozen=True)
class Sum:
    """So many đồng in so many entries of one line of the ledger."""

    tenant: int
    province: int | None
    programme: str
    year: int
    kind: str
    source: str
    entries: int
    amount: int


def sums_of(tenants: Iterable[int]) -> list[Sum]:
    """The ledger of the tenants, summed; one query."""
    return [Sum(*(*row[:-1], int(row[-1]))) for row in call("kc_change_sums", list(tenants))]


def counts_of(tenants: Iterable[int]) -> dict[str, int]:
    return dict(call("kc_change_counts", list(tenants)))


def prints_of(tenants: Iterable[int]) -> dict[str, list[Any]]:
    """Rows and MD5 of every table whose rows a change leaves as they are but for their place, by name."""
    return {name: [n, print_] for name, n, print_ in call("kc_change_print", list(tenants)) if n}


def later_acts(bodies: Sequence[int], day: dt.date) -> list[tuple[str, dt.date]]:
    """What the bodies did that counts on ``day`` or later: the kind of act and its last day."""
    return [(what, last) for what, last in call("kc_change_later", list(bodies), day) if last is not None]
