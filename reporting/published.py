"""Figures that the programme published, and whether the ledger of a place and year has replaced them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import OrganisationKind
from budgets.models import BudgetYear, LedgerDeclaration, Programme, PublishedFigure
from khuyencong.lib.periods import Period, parse_period
from reporting.ledger import View, views_of
from reporting.scopes import NATION, Provinces, Scope

ALL = "ALL"
RATES = frozenset(
    {
        "allocated_of_planned",
        "executed_of_planned",
        "disbursed_of_allocated",
        "planned_year_on_year",
        "executed_year_on_year",
        "planned_vs_previous_executed",
        "share_national",
        "share_local",
        "counterpart_per_support",
    }
)
SHOWN_ONLY = frozenset({"total_support_published"})
"""Published beside the figures for whoever checks; never counted."""

_YEARLY_BY_PUBLICATION = frozenset({"planned", "allocated"})


@dataclass(frozen=True)
class Published:
    """One published figure; ``value`` in ``unit`` (dong, percent, products …)."""

    slug: str
    scope: str
    programme: str
    period: Period
    indicator: str
    value: Decimal
    unit: str
    published: str
    published_on: dt.date
    note: str

    @property
    def is_rate(self) -> bool:
        return self.indicator in RATES or self.unit == "percent"

    @property
    def is_counted(self) -> bool:
        """Whether it may stand in a report's figure: a whole number that is no rate."""
        return not self.is_rate and self.indicator not in SHOWN_ONLY

    @property
    def amount(self) -> int:
        return int(self.value)


class PublishedFigures:
    """The published figures of some years as a report looks them up: one query. ``recorded_by``: without what was
    entered after that moment."""

    def __init__(
        self,
        years: Iterable[int],
        provinces: Provinces,
        *,
        as_of: dt.date,
        recorded_by: dt.datetime | None = None,
    ) -> None:
        rows = PublishedFigure.objects.filter(year__in=list(years), published_on__lte=as_of)
        if recorded_by is not None:
            rows = rows.filter(recorded_at__lte=recorded_by)
        self.rows = [
            Published(
                row.slug,
                row.scope,
                row.programme,
                parse_period(row.period, row.year),
                row.indicator,
                row.value,
                row.unit,
                row.published,
                row.published_on,
                row.note,
            )
            for row in rows.order_by("published_on", "pk")
        ]
        self.provinces = provinces
        self._of_province: dict[tuple[int, str, int, str], list[Published]] = {}
        self._of_scope: dict[tuple[str, int, str], list[Published]] = {}
        for row in self.rows:
            if not self._may_stand(row):
                continue
            unit = provinces.named(row.scope, row.period.last_day)
            if unit is not None:
                key = (unit.pk, row.programme, row.period.year, row.indicator)
                self._of_province.setdefault(key, []).append(row)
            self._of_scope.setdefault((row.programme, row.period.year, row.indicator), []).append(row)

    def of_province(
        self, pk: int, programme: str, year: int, figure: str, view: View, period: Period
    ) -> Published | None:
        """The figure that stands for one provincial unit; of several the last published."""
        return _last(self._of_province.get((pk, programme, year, figure), []), figure, view, year, period)

    def of_scope(
        self, scope: Scope, programme: str, year: int, figure: str, view: View, period: Period
    ) -> Published | None:
        """The figure that stands for a region or the nation, if it speaks of the same territory."""
        rows = [
            row
            for row in self._of_scope.get((programme, year, figure), [])
            if scope.covers_same_as(row.scope, row.period.last_day)
        ]
        return _last(rows, figure, view, year, period)

    def indicators_of(self, year: int) -> set[str]:
        """Identifiers of what was published for the year and may stand in a report's figures."""
        return {row.indicator for row in self.rows if row.period.year == year and self._may_stand(row)}

    def _may_stand(self, row: Published) -> bool:
        return row.is_counted and row.programme in (ALL, *Programme.values)

    def beside(self, scope: Scope, year: int, period: Period) -> list[Published]:
        """What was published for this scope and period and is shown beside the computed figures."""
        return [
            row
            for row in self.rows
            if row.period.year == year
            and not self._may_stand(row)
            and _same_stretch(row.period, period)
            and self._is(scope, row)
        ]

    def _is(self, scope: Scope, row: Published) -> bool:
        if scope.is_province:
            unit = self.provinces.named(row.scope, row.period.last_day)
            return unit is not None and {unit.pk} == {each.pk for each in scope.units}
        return scope.covers_same_as(row.scope, row.period.last_day)


def _last(rows: list[Published], figure: str, view: View, year: int, period: Period) -> Published | None:
    """Of the rows whose period fits, the last published. Planned and allocated serve every period of their year;
    of a range of years the period of each is the whole year."""
    if rows and figure not in _YEARLY_BY_PUBLICATION:
        whole_year = view == View.FULL and len(views_of(figure)) > 1
        wanted = parse_period("m12" if whole_year else period.code, year)
        if view == View.TO_DATE:
            wanted = parse_period(f"m{period.last_month}", year)
        rows = [row for row in rows if _same_stretch(row.period, wanted)]
    return rows[-1] if rows else None


def _same_stretch(one: Period, other: Period) -> bool:
    return (one.first_month, one.last_month) == (other.first_month, other.last_month)


class CompleteLedgers:
    """Which ledgers were declared complete by ``as_of`` (and entered by ``recorded_by``), or are from the start:
    two queries. A report of a past day doesn't know what was declared after it."""

    def __init__(
        self,
        years: Iterable[int],
        provinces: Provinces,
        *,
        as_of: dt.date,
        recorded_by: dt.datetime | None = None,
    ) -> None:
        years = list(years)
        declared = LedgerDeclaration.objects.filter(year__in=years, declared_on__lte=as_of)
        if recorded_by is not None:
            declared = declared.filter(declared_at__lte=recorded_by)
        self.whole_years = set(
            BudgetYear.objects.filter(year__in=years, ledger_complete=True).values_list("year", flat=True)
        )
        self.by_year: dict[int, set[int]] = {}
        for year, kind, province in declared.values_list(
            "year", "organisation__kind", "organisation__province_id"
        ):
            if kind == OrganisationKind.AGENCY:
                self.whole_years.add(year)
            elif province is not None:
                self.by_year.setdefault(year, set()).update({province, *provinces.predecessors(province)})

    def holds(self, members: Iterable[int], year: int) -> bool:
        """Whether the ledger of all these provincial units is complete for the year."""
        return year in self.whole_years or set(members) <= self.by_year.get(year, set())

    def holds_scope(self, scope: Scope, year: int) -> bool:
        """The same of a scope; the nation's ledger is complete only by the agency's word."""
        if scope.slug == NATION:
            return year in self.whole_years
        return self.holds(scope.members, year)
