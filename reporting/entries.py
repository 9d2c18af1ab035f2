"""What stands behind a figure: the entries of the ledger (or the accepted outputs) that it is the sum of, and the
published figure where that is what is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Sum, When

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
    if not row:
        return Place(None, None if scope.slug == NATION else scope.members)
    if row in (INTER_PROVINCIAL, AGENCY):
        return Place(row, None, row)
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
        rows = rows.filter(province__isnull=True)
        nation = Q(tenant_id=tenant_of_nation())
        rows = rows.filter(nation if at.kind == AGENCY else ~nation)
    if programme != ALL:
        rows = rows.filter(money_programme=programme)
    if group is not None:
        rows = rows.filter(project_year__project__activity__group__number=group)
    sources = (Source.COUNTERPART,) if definition.counterpart else STATE_SOURCES
    rows = rows.filter(kind__in=list(definition.kinds), source__in=sources)
    if not definition.yearly:
        rows = in_period(rows, "effective_on", "year", parameters, to_date=to_date)
    minus = [kind for kind, sign in definition.kinds.items() if sign < 0]
    return rows.annotate(
        counted=Case(
            When(kind__in=minus, then=-F("amount")), default=F("amount"), output_field=BigIntegerField()
        )
    ).order_by("-effective_on", "-pk")


def outputs_behind(
    parameters: Parameters, at: Place, *, figure: str, programme: str
) -> QuerySet[Output, Any]:
    """Accepted outputs of the indicator in the period, the latest first."""
    rows = outputs_of(parameters, at.members, parameters.years).filter(indicator__code=figure)
    if programme != ALL:
        rows = rows.filter(project_year__project__programme=programme)
    rows = in_period(rows, "acceptance__event__effective_on", "project_year__year", parameters)
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


def published_parts(
    report: Quarterly, row: str | None, figure: str, programme: str
) -> list[tuple[str, PublishedFigure]]:
    """The published figures of which a sum is partly made, of one province (``row``) or of all, each with the name
    of its place; one query."""
    slugs = {
        source.slug
        for source in report.sources
        if source.figure == figure
        and source.origin == "published"
        and programme in (ALL, source.programme)
        and row in (None, source.province)
    }
    named = report.scope.provinces.named
    found = PublishedFigure.objects.filter(slug__in=slugs).order_by("scope", "published_on")
    units = [(each, named(each.scope, parse_period(each.period, each.year).last_day)) for each in found]
    return [(unit.name if unit else each.scope, each) for each, unit in units]


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
