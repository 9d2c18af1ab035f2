"""Sums of the ledger and of the accepted outputs, taken by PostgreSQL: one query each, however many rows.

A figure is named by its identifier (indicators.md) and its view: YEAR for what belongs to the whole budget year,
PERIOD for what happened in the period, TO_DATE from 1 January through the period, FULL for the whole year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from django.db.models import Case, CharField, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import ExtractMonth

from accounts.models import Consortium, ConsortiumProvince, Tenant
from budgets.models import STATE_SOURCES, EntryKind, LedgerEntry, Source
from projects.models import Output
from reporting.parameters import Parameters


class View(StrEnum):
    PERIOD = "period"
    TO_DATE = "to_date"
    FULL = "full"


# Rows of a report that are no province (interface.md).
AGENCY, INTER_PROVINCIAL = "agency", "inter_provincial"

Place = int | str
"""Id of a provincial unit, or AGENCY, INTER_PROVINCIAL."""

Key = tuple[Place, str, int]
"""Place, programme, budget year."""

Kind = EntryKind


@dataclass(frozen=True)
class Definition:
    """How a figure comes out of the ledger: kinds with their sign, of State money or of the counterpart. ``yearly``:
    of the year, whatever the period (figures.md); ``balance``: what is left of the year's money at the period's
    end."""

    kinds: Mapping[str, int]
    yearly: bool = False
    balance: bool = False
    counterpart: bool = False


FIGURES: dict[str, Definition] = {
    "registered_support": Definition({Kind.REGISTERED: 1}, yearly=True),
    "planned": Definition({Kind.APPROVED: 1, Kind.ADJUSTED: 1}, yearly=True),
    "allocated": Definition({Kind.ALLOCATED: 1}, yearly=True),
    "contracted": Definition({Kind.CONTRACTED: 1}),
    "advanced": Definition({Kind.ADVANCED: 1}),
    "advance_outstanding": Definition({Kind.ADVANCED: 1, Kind.CLEARED: -1, Kind.REFUNDED: -1}, balance=True),
    "executed": Definition({Kind.ACCEPTED: 1}),
    "disbursed": Definition({Kind.ADVANCED: 1, Kind.PAID: 1, Kind.REFUNDED: -1}),
    "settled": Definition({Kind.SETTLED: 1}),
    "refunded": Definition({Kind.REFUNDED: 1}),
    "counterpart_planned": Definition({Kind.APPROVED: 1, Kind.ADJUSTED: 1}, yearly=True, counterpart=True),
    "counterpart": Definition({Kind.ACCEPTED: 1}, counterpart=True),
}


@cache
def views_of(figure: str) -> tuple[View, ...]:
    """A figure of the year and a balance have one view; others, outputs too, have all three."""
    definition = FIGURES.get(figure)
    if definition and (definition.yearly or definition.balance):
        return (View.FULL if definition.yearly else View.TO_DATE,)
    return tuple(View)


Sums = Mapping[Key, Mapping[tuple[str, View], int]]
"""Amounts in đồng (outputs: in their unit) by key, figure and view; what was never booked is missing."""


def budget_month(day: str, year: str) -> Case:
    """SQL: the month of the budget year in which ``day`` counts: what came before 1 January in month 1, after
    31 December in month 12. Both are names of columns."""
    return Case(
        When(**{f"{day}__year__lt": F(year)}, then=Value(1)),
        When(**{f"{day}__year__gt": F(year)}, then=Value(12)),
        default=ExtractMonth(day),
        output_field=IntegerField(),
    )


def place(province: str = "province_id") -> Case:
    """SQL: the province of a row, whose column that is; without one, its tenant as a negative number."""
    return Case(
        When(**{f"{province}__isnull": False}, then=F(province)),
        default=-F("tenant_id"),
        output_field=IntegerField(),
    )


def in_places(members: Iterable[int], province: str = "province_id") -> Q:
    """Condition: the work lies in ``members`` (ids of provincial units), all of it where it lies in several: by the
    units in which it was begun, which by the boundaries of now are members of what took them over."""
    inside = list(members)
    begun_in = ConsortiumProvince.objects.filter(since__isnull=True)
    outside = begun_in.exclude(province__in=inside).values("consortium")
    shared = Consortium.objects.filter(provinces__in=inside).exclude(pk__in=outside).values("tenant")
    return Q(**{f"{province}__in": inside}) | Q(**{f"{province}__isnull": True}, tenant__in=shared)


def programme_of_money() -> Case:
    """SQL: State money counts in the programme of its source, other money in that of the file."""
    return Case(
        When(source__in=STATE_SOURCES, then=F("source")), default=F("programme"), output_field=CharField()
    )


def entries_of(
    parameters: Parameters, members: Iterable[int] | None, years: Iterable[int]
) -> QuerySet[LedgerEntry]:
    """Entries of files that a report counts: effective by its day, recorded by its moment, in ``members``
    (ids of provincial units; None: everywhere)."""
    rows = LedgerEntry.objects.filter(
        project_year__isnull=False, year__in=list(years), effective_on__lte=parameters.as_of
    )
    if members is not None:
        rows = rows.filter(in_places(members))
    if parameters.recorded_by is not None:
        rows = rows.filter(recorded_at__lte=parameters.recorded_by)
    return rows


def _views(column: str, parameters: Parameters) -> dict[str, Sum]:
    first, last = parameters.period.first_month, parameters.period.last_month
    return {
        View.FULL.value: Sum(column),
        View.TO_DATE.value: Sum(column, filter=Q(month__lte=last)),
        View.PERIOD.value: Sum(column, filter=Q(month__gte=first, month__lte=last)),
    }


def money_sums(parameters: Parameters, members: Iterable[int] | None, years: Iterable[int]) -> Sums:
    """All money figures of the given budget years by place and programme; two queries."""
    rows = (
        entries_of(parameters, members, years)
        .annotate(
            month=budget_month("effective_on", "year"), place=place(), money_programme=programme_of_money()
        )
        .values_list("place", "money_programme", "year", "kind", "source")
        .annotate(**_views("amount", parameters))
        .order_by()
    )
    return _figures((((_place, programme, year), kind, source, amounts)
                     for _place, programme, year, kind, source, *amounts in rows))  # fmt: skip


FILE, GROUP = "project_year_id", "project_year__project__activity__group__number"


def money_by(column: str, parameters: Parameters, members: Iterable[int] | None) -> Sums:
    """As ``money_sums`` for the report's own years, by FILE or activity GROUP in place of the province; one query,
    which for groups joins the files."""
    rows = (
        entries_of(parameters, members, parameters.years)
        .annotate(month=budget_month("effective_on", "year"), money_programme=programme_of_money())
        .values_list(column, "money_programme", "year", "kind", "source")
        .annotate(**_views("amount", parameters))
        .order_by()
    )
    return _figures((((at, programme, year), kind, source, amounts)
                     for at, programme, year, kind, source, *amounts in rows), national=False)  # fmt: skip


def _figures(rows: Iterable[tuple[Key, str, str, list[int | None]]], *, national: bool = True) -> Sums:
    found: dict[Key, dict[tuple[str, View], int]] = defaultdict(dict)
    agency = tenant_of_nation() if national else None
    for (at, programme, year), kind, source, amounts in rows:
        key = (_place_of(at, agency), programme, year)
        by_view = dict(zip((View.FULL, View.TO_DATE, View.PERIOD), amounts, strict=True))
        for name, definition in FIGURES.items():
            sign = definition.kinds.get(kind)
            wanted = source == Source.COUNTERPART if definition.counterpart else source in STATE_SOURCES
            if sign is None or not wanted:
                continue
            cell = found[key]
            for view in views_of(name):
                cell[name, view] = cell.get((name, view), 0) + sign * (by_view[view] or 0)
    return found


def output_sums(parameters: Parameters, members: Iterable[int] | None, years: Iterable[int]) -> Sums:
    """Accepted outputs by place and programme of the file, one query; figures are the indicators' codes."""
    rows: QuerySet[Output, Any] = outputs_of(parameters, members, years)
    values = (
        rows.annotate(
            year=F("project_year__year"),
            month=budget_month("acceptance__event__effective_on", "project_year__year"),
            place=place("project_year__project__province_id"),
        )
        .values_list(
            "place",
            "project_year__project__programme",
            "year",
            "indicator__code",
        )
        .annotate(**_views("value", parameters))
        .order_by()
    )
    found: dict[Key, dict[tuple[str, View], int]] = defaultdict(dict)
    agency = tenant_of_nation()
    for at, programme, year, code, *amounts in values:
        cell = found[_place_of(at, agency), programme, year]
        for view, amount in zip((View.FULL, View.TO_DATE, View.PERIOD), amounts, strict=True):
            cell[code, view] = cell.get((code, view), 0) + (amount or 0)
    return found


def outputs_of(
    parameters: Parameters, members: Iterable[int] | None, years: Iterable[int]
) -> QuerySet[Output]:
    """Outputs that a report counts, by the same two times as the ledger."""
    rows = Output.objects.filter(
        project_year__year__in=list(years), acceptance__event__effective_on__lte=parameters.as_of
    )
    if members is not None:
        rows = rows.filter(in_places(members, "project_year__project__province_id"))
    if parameters.recorded_by is not None:
        rows = rows.filter(acceptance__event__recorded_at__lte=parameters.recorded_by)
    return rows


def _place_of(at: Place, agency: int | None) -> Place:
    if isinstance(at, str) or at >= 0:
        return at
    return AGENCY if -at == agency else INTER_PROVINCIAL


def tenant_of_nation() -> int | None:
    """Id of the tenant of the national bodies."""
    return Tenant.objects.filter(kind=Tenant.Kind.NATIONAL).values_list("pk", flat=True).first()


def in_period(
    rows: QuerySet[Any], day: str, year: str, parameters: Parameters, *, to_date: bool = False
) -> QuerySet[Any]:
    """Only what counts in the period (``to_date``: since 1 January); ``day`` and ``year`` are names of columns."""
    first = 1 if to_date else parameters.period.first_month
    counted: QuerySet[Any] = rows.annotate(counted_month=budget_month(day, year)).filter(
        counted_month__gte=first, counted_month__lte=parameters.period.last_month
    )
    return counted
