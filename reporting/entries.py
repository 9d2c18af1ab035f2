"""What stands behind a figure: the entries of the ledger (or the accepted outputs) that it is the sum of, and the
published figure where that is what is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Sum, When

from accounts.models import Region
from budgets.models import STATE_SOURCES, LedgerEntry, PublishedFigure, Source
from khuyencong.lib.periods import parse_period
from khuyencong.lib.workflow import Refused
from projects.models import Output, ProjectYear
from reporting.ledger import (
    AGENCY,
    FIGURES,
    FILE,
    INTER_PROVINCIAL,
    Definition,
    Sums,
    View,
    entries_of,
    in_period,
    money_by,
    outputs_of,
    place,
    programme_of_money,
    tenant_of_nation,
)
from reporting.parameters import Parameters
from reporting.published import ALL
from reporting.quarterly import GROUP_FIGURES, Figures, Quarterly
from reporting.scopes import NATION, Scope

SCOPE_NAMES = {NATION: "Cả nước", **dict(Region.choices)}


@dataclass(frozen=True)
class Place:
    """Which row of the report is meant: a province's slug, another row's kind, or None for the whole scope."""

    row: str | None
    members: frozenset[int] | None
    kind: str | None = None


class NoSuchFigure(Refused):
    """A Vietnamese sentence: the report has no such figure or row."""


def place_named(scope: Scope, row: str | None) -> Place:
    """The row ``row`` of a report on ``scope``. Raises NoSuchFigure."""
    members = None if scope.slug == NATION else scope.members
    if not row:
        return Place(None, members)
    if row in (INTER_PROVINCIAL, AGENCY):
        return Place(row, members, row)
    for unit in scope.units:
        if unit.slug == row:
            return Place(row, unit.members)
    raise NoSuchFigure(f"Báo cáo này không có dòng “{row[:40]}”.")


def entries_behind(
    parameters: Parameters,
    at: Place,
    *,
    figure: str,
    programme: str,
    group: int | None = None,
    to_date: bool = False,
) -> QuerySet[LedgerEntry, Any]:
    """Ledger entries whose sum is the money figure, the latest first; ``counted`` is the amount with the figure's
    sign, in đồng. ``programme`` ALL: both. ``to_date``: since 1 January."""
    definition = _definition(figure)
    rows = entries_of(parameters, at.members, parameters.years).annotate(
        money_programme=programme_of_money(), place=place()
    )
    if at.kind is not None:
        rows = rows.filter(_of_kind(at.kind, "province"))
    if programme != ALL:
        rows = rows.filter(money_programme=programme)
    if group is not None:
        rows = rows.filter(project_year__project__activity__group__number=group)
    sources = (Source.COUNTERPART,) if definition.counterpart else STATE_SOURCES
    rows = rows.filter(kind__in=list(definition.kinds), source__in=sources)
    if not definition.yearly:
        rows = in_period(rows, "effective_on", "year", parameters, to_date=to_date or definition.balance)
    minus = [kind for kind, sign in definition.kinds.items() if sign < 0]
    return rows.annotate(
        counted=Case(
            When(kind__in=minus, then=-F("amount")), default=F("amount"), output_field=BigIntegerField()
        )
    ).order_by("-effective_on", "-pk")


def _of_kind(kind: str, province: str) -> Q:
    """Condition: the row, whose column of the province that is, belongs to no province, but to AGENCY or to several."""
    nation = Q(tenant_id=tenant_of_nation())
    return Q(**{f"{province}__isnull": True}) & (nation if kind == AGENCY else ~nation)


def outputs_behind(
    parameters: Parameters, at: Place, *, figure: str, programme: str, to_date: bool = False
) -> QuerySet[Output, Any]:
    """Accepted outputs of the indicator in the period (``to_date``: since 1 January), the latest first."""
    rows = outputs_of(parameters, at.members, parameters.years).filter(indicator__code=figure)
    if at.kind is not None:
        rows = rows.filter(_of_kind(at.kind, "project_year__project__province"))
    if programme != ALL:
        rows = rows.filter(project_year__project__programme=programme)
    day, year = "acceptance__event__effective_on", "project_year__year"
    rows = in_period(rows, day, year, parameters, to_date=to_date)
    return rows.order_by("-acceptance__event__effective_on", "-pk")


def sum_of(rows: QuerySet[Any, Any], column: str) -> int:
    """Sum of a column over all rows, in the database; 0 for none."""
    return int(rows.order_by().aggregate(total=Sum(column))["total"] or 0)


def is_money(figure: str) -> bool:
    return figure in FIGURES


def _definition(figure: str) -> Definition:
    if figure not in FIGURES:
        raise NoSuchFigure(f"Báo cáo này không có số liệu “{figure[:40]}”.")
    return FIGURES[figure]


def shown_figures(report: Quarterly, row: str | None, programme: str) -> Figures | None:
    """The figures of one row of ``report`` as it shows them; None when it has no such row."""
    if not row:
        return report.total if programme == ALL else report.by_programme.get(programme)
    wanted = (row, programme)
    return next(
        (each.figures for each in report.rows if (each.slug or each.kind, each.programme) == wanted), None
    )


@dataclass(frozen=True)
class PublishedPart:
    """A published figure that a sum counts in place of the entries of ``province`` (None: of the whole scope)."""

    figure: PublishedFigure
    place: str
    province: int | None


def published_parts(report: Quarterly, row: str | None, figure: str, programme: str) -> list[PublishedPart]:
    """The published figures of which a sum is made, of one row or of all; one query. ``figure`` as the report's
    sources name it."""
    scope = report.scope
    inside = {unit.slug for unit in scope.units if row in (None, unit.slug)}
    named = scope.provinces.named
    units = {unit.slug: unit for unit in scope.units}
    own = {scope.provinces.rows[pk].slug for slug in inside for pk in units[slug].members}
    sources = [
        source
        for source in report.sources
        if source.figure == figure
        and source.slug
        and programme in (ALL, source.programme)
        and (source.province in own or (row is None and source.province is None))
    ]
    whole = {(source.programme, source.year) for source in sources if source.province is None}
    slugs = {
        source.slug
        for source in sources
        if source.province is None or (source.programme, source.year) not in whole
    }
    found = PublishedFigure.objects.filter(slug__in=slugs).order_by("year", "scope", "published_on")
    places = [(each, named(each.scope, parse_period(each.period, each.year).last_day)) for each in found]
    return [
        PublishedPart(
            each,
            unit.name if unit else str(SCOPE_NAMES.get(each.scope, each.scope)),
            unit.pk if unit else None,
        )
        for each, unit in places
    ]


def without(rows: QuerySet[Any, Any], parts: Iterable[PublishedPart], *, money: bool) -> QuerySet[Any, Any]:
    """``rows`` of entries (or outputs) without those in whose place a published figure is counted."""
    file = "" if money else "project_year__"
    project = "" if money else "project_year__project__"
    programme = "money_programme" if money else f"{project}programme"
    for part in parts:
        replaced = {f"{file}year": part.figure.year, programme: part.figure.programme}
        if part.province is not None:
            replaced[f"{project}province_id"] = part.province
        rows = rows.exclude(**replaced)
    return rows


def published_figure(slug: str | None) -> PublishedFigure | None:
    return PublishedFigure.objects.filter(slug=slug).first() if slug else None


@dataclass(frozen=True)
class FileLine:
    """One file of a province's report: amounts in đồng of State money, and the counterpart."""

    year: ProjectYear
    programme: str
    values: dict[str, int]


def file_lines(parameters: Parameters, scope: Scope) -> list[FileLine]:
    """The files behind a province's report, in the order of their codes; two queries and one for beneficiaries."""
    sums: Sums = money_by(FILE, parameters, scope.members)
    found: dict[tuple[int, str], dict[str, int]] = {}
    for (file, programme, _), cell in sums.items():
        assert isinstance(file, int)
        line = found.setdefault((file, programme), dict.fromkeys((*GROUP_FIGURES, "counterpart"), 0))
        for name in line:
            view = View.FULL if FIGURES[name].yearly else View.PERIOD
            line[name] += cell.get((name, view), 0)
    years = _files(file for file, _ in found)
    lines = [FileLine(years[file], programme, values) for (file, programme), values in found.items()]
    shown = [line for line in lines if any(line.values.values())]
    return sorted(shown, key=lambda line: (line.year.project.programme != "NATIONAL", line.year.project.code))


def _files(ids: Iterable[int]) -> dict[int, ProjectYear]:
    rows = ProjectYear.objects.filter(pk__in=set(ids)).select_related("project__activity__group")
    return {row.pk: row for row in rows.prefetch_related("shares__establishment")}
