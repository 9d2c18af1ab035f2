"""Ledgers for tests of pure arithmetic: entries booked past the chain in the order that the limits allow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import count
from typing import Any

from accounts.models import Position, Province
from accounts.queries import system_position
from accounts.tenancy import acting_as
from budgets.models import EntryKind, Programme, PublishedFigure, Source
from budgets.services import record_assignment
from khuyencong.lib.dates import today
from projects.models import Project, ProjectYear
from projects.states import State
from reporting.as_json import report_json
from reporting.parameters import parse
from reporting.quarterly import quarterly
from tests.cast import position
from tests.factories import make_entry, make_file

NATIONAL, LOCAL = Programme.NATIONAL, Programme.LOCAL
M = 1_000_000
_numbers = count(1)

# Name of an amount: kind of the entry and its source (None: the file's own State money).
KINDS: dict[str, tuple[str, Source | None]] = {
    "planned": (EntryKind.APPROVED, None),
    "adjusted": (EntryKind.ADJUSTED, None),
    "counterpart_planned": (EntryKind.APPROVED, Source.COUNTERPART),
    "allocated": (EntryKind.ALLOCATED, None),
    "contracted": (EntryKind.CONTRACTED, None),
    "advanced": (EntryKind.ADVANCED, None),
    "executed": (EntryKind.ACCEPTED, None),
    "counterpart": (EntryKind.ACCEPTED, Source.COUNTERPART),
    "paid": (EntryKind.PAID, None),
    "settled": (EntryKind.SETTLED, None),
    "refunded": (EntryKind.REFUNDED, None),
}


def book(
    slug: str = "hai-phong",
    *,
    year: int,
    programme: str = LOCAL,
    on: dt.date | None = None,
    days: Mapping[str, dt.date] | None = None,
    province: Province | None = None,
    **amounts: int,
) -> ProjectYear:
    """A file of the province with these amounts (đồng, by the names of KINDS), each effective on its day of ``days``,
    else ``on`` (default 10 February of the year). What the limits ask for before an amount is booked on 1 January
    of the year with it, where it is not given. ``province``: the file's place, such as a unit of before the merger."""
    file = make_file(
        by=position(f"centre.{slug}"), programme=programme, year=year, state=State.IN_PROGRESS, sent=True
    )
    with acting_as(position(f"centre.{slug}")):
        ProjectYear.objects.filter(pk=file.pk).update(submission=1)
        if province is not None:
            Project.objects.filter(pk=file.project_id).update(province=province)
    by = position("agency.head") if programme == NATIONAL else position(f"dept.head.{slug}")
    base = max(
        amounts.get(name, 0) for name in ("executed", "contracted", "advanced", "allocated", "planned")
    )
    needed = {"planned": base, "allocated": base, "contracted": base} if _needs(amounts) else {}
    officer = position("agency.officer" if programme == NATIONAL else f"dept.{slug}")
    with acting_as(officer):
        record_assignment(
            by=officer,
            year=year,
            amount=10**12,
            paper_number=f"{next(_numbers)}/QĐ",
            paper_date=min(dt.date(year, 1, 2), today()),  # next year's money is given in this one
            issuer="Cơ quan giao dự toán",
        )
    with acting_as(by):
        for name, (kind, source) in KINDS.items():
            amount = amounts.get(name, needed.get(name, 0))
            if amount:
                day = (days or {}).get(name) or on or dt.date(year, 2, 10)
                if name not in amounts:
                    day = dt.date(year, 1, 1)
                fields: dict[str, Any] = {"source": source} if source else {}
                fields |= {"province_id": province.pk} if province else {}
                make_entry(file, kind, amount, by=by, effective_on=day, **fields).save()
    return file


def _needs(amounts: Mapping[str, int]) -> bool:
    """Whether the limits ask for a contract: something was done or paid."""
    return any(name in amounts for name in ("contracted", "advanced", "executed", "paid", "settled"))


def publish(slug: str, **fields: Any) -> PublishedFigure:
    """A published figure of 2021 for the nation unless told otherwise; written as the login does."""
    values: dict[str, Any] = {
        "published": "2021-12-10",
        "published_on": dt.date(2021, 12, 10),
        "year": 2021,
        "period": "m12",
        "scope": "nation",
        "programme": "NATIONAL",
        "indicator": "planned",
        "unit": "dong",
    }
    return PublishedFigure.objects.create(slug=slug, **values | fields)


def agency() -> Position:
    """The agency's SYSTEM position, as which the command reads."""
    system = system_position(position("agency.head").organisation)
    return Position.objects.select_related("organisation__province", "organisation__tenant").get(pk=system.pk)


def report(scope: str = "hai-phong", *, by: Position | None = None, **words: Any) -> dict[str, Any]:
    """The report's JSON, as the nation sees it unless told otherwise."""
    with acting_as(by or agency()):
        return report_json(quarterly(parse(scope=scope, **words)))


def row(
    found: dict[str, Any], province: str | None, programme: str, kind: str = "residual"
) -> dict[str, Any]:
    """The one row of a province, or without one of that kind."""
    rows = [
        each
        for each in found["rows"]
        if each["province"] == province and each["programme"] == programme and each.get("row", kind) == kind
    ]
    assert len(rows) == 1, rows
    return dict(rows[0])


def sum_of_rows(found: dict[str, Any], figure: str) -> int:
    return sum(each[figure] or 0 for each in found["rows"])
