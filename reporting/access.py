"""Which reports a position may open. The wall (accounts/tenancy.py) already hides the rows of other tenants; here is
said what a body sees of sums: a province's people their province, national bodies everything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import HEAD_OF, PROVINCIAL_KINDS, OrganisationKind, Position, PositionKind, Region
from accounts.tenancy import NATIONAL_KINDS
from budgets.models import Programme
from projects.holding import seat_of
from projects.models import PaperKind
from reporting.models import IssuedReport, Job, Report, ReportingRound
from reporting.parameters import Parameters, parse
from reporting.quarterly import scope_of
from reporting.scopes import NATION, Provinces, Scope

WRITERS = frozenset(
    {
        PositionKind.OFFICER,
        PositionKind.DIVISION_HEAD,
        PositionKind.DIRECTOR,
        PositionKind.DEPUTY_DIRECTOR,
        PositionKind.DIRECTOR_GENERAL,
        PositionKind.DEPUTY_DIRECTOR_GENERAL,
    }
)
SIGNERS = {
    OrganisationKind.DEPARTMENT: PositionKind.DIRECTOR,
    OrganisationKind.AGENCY: PositionKind.DIRECTOR_GENERAL,
}
"""Who issues the report of his body (positions.md §6.2)."""


def home_scope(position: Position) -> str | None:
    """The scope that the position looks at first; None for who sees no report."""
    organisation = position.organisation
    if organisation.kind in PROVINCIAL_KINDS and organisation.province is not None:
        return organisation.province.slug
    if organisation.kind == OrganisationKind.AUDIT and position.scope_province is not None:
        return position.scope_province.slug
    return NATION if organisation.kind in NATIONAL_KINDS else None


def may_see(position: Position, scope: Scope) -> bool:
    """Whether the position may open reports on ``scope``: of a province its own and the units that it took over."""
    organisation = position.organisation
    if organisation.kind in NATIONAL_KINDS:
        bounds = position.scope_province_id
    elif organisation.kind in PROVINCIAL_KINDS:
        bounds = organisation.province_id
    else:
        return False
    if bounds is None:
        return organisation.kind in NATIONAL_KINDS
    own = {bounds, *scope.provinces.predecessors(bounds)}
    return scope.is_province and scope.members <= own


def open_report(position: Position, words: Mapping[str, Any]) -> tuple[Parameters, Scope]:
    """Parameters and scope that ``position`` asks for. ``words`` as in ``parameters.parse``; what is missing is the
    position's own scope, the year and the last quarter that began. Raises Http404 for what is not his to see,
    BadParameters and NoSuchScope with a sentence."""
    parameters = parse(**words)
    scope = scope_of(parameters)
    if not may_see(position, scope):
        raise Http404(scope.slug)
    return parameters, scope


def scope_choices(position: Position) -> list[tuple[str, list[tuple[str, str]]]]:
    """Scopes that the position may choose, (slug, name) under headings; provinces in the order of their names."""
    home = home_scope(position)
    if home is None:
        return []
    provinces = Provinces.load()
    standing = [row for row in provinces.rows.values() if row.valid_to is None]
    ended = [row for row in provinces.rows.values() if row.valid_to is not None]
    if home != NATION:
        own = next(row for row in standing if row.slug == home)
        taken = provinces.predecessors(own.pk)
        former = [(row.slug, row.name) for row in ended if row.pk in taken and row.slug != home]
        choices = [("Tỉnh, thành phố", [(own.slug, own.name)]), ("Đơn vị cũ", former)]
    else:
        slugs = {row.slug for row in standing}
        former = [(row.slug, row.name) for row in ended if row.slug not in slugs]
        choices = [
            ("", [(NATION, "Cả nước"), *((slug, str(label)) for slug, label in Region.choices)]),
            ("Tỉnh, thành phố", [(row.slug, row.name) for row in standing]),
            ("Đơn vị cũ", former),
        ]
    return [(heading, group) for heading, group in choices if group]


def reports_of(position: Position) -> QuerySet[Report]:
    """Drafts of the position's own body, the last round first; other bodies' drafts nobody else opens."""
    return (
        Report.objects.filter(organisation=position.organisation)
        .select_related("round", "organisation", "province")
        .order_by("-round__opens_on", "pk")
    )


def find_report(position: Position, pk: int) -> Report:
    """A draft of the position's own body. Raises Http404."""
    try:
        return reports_of(position).get(pk=pk)
    except Report.DoesNotExist:
        raise Http404(str(pk)) from None


def report_before(report: Report) -> Report | None:
    """The report of the same kind that its body wrote for the round before, visible or not to others; one query."""
    same = Report.objects.filter(
        organisation=report.organisation_id, scope=report.scope, round__code=report.round.code
    )
    earlier = same.filter(round__opens_on__lt=report.round.opens_on).select_related("round")
    return earlier.order_by("-round__opens_on", "-pk").first()


def may_write(position: Position, report: Report) -> bool:
    """Whether the position writes the text of its body's report."""
    return report.organisation_id == position.organisation_id and position.kind in WRITERS


def signs(position: Position, on: dt.date | None = None) -> bool:
    """Whether the position signs the reports of its body today, on the day too where one is named: the head, or his
    deputy where an assignment gives him reports of every field (KT.)."""
    head = SIGNERS.get(OrganisationKind(position.organisation.kind))
    if head is None or position.kind == head:
        return head is not None
    if HEAD_OF.get(PositionKind(position.kind)) != head:
        return False
    return all(
        any(rule.covers(programme, None, PaperKind.REPORT) for rule in seat_of(position, day).rules)
        for day in {None, on}
        for programme in Programme
    )


def may_issue(position: Position, report: Report) -> bool:
    """Whether the position signs this report."""
    return report.organisation_id == position.organisation_id and signs(position)


def issued_visible_to(position: Position) -> QuerySet[IssuedReport]:
    """Issued reports that the position may open: its province's, or for national bodies all of them."""
    rows = IssuedReport.objects.select_related(
        "round", "organisation", "province", "paper", "person", "superseded_by__paper"
    )
    kind = position.organisation.kind
    if kind in PROVINCIAL_KINDS:
        return rows.filter(province__isnull=False)
    if kind in NATIONAL_KINDS:
        bounds = position.scope_province
        return rows if bounds is None else rows.filter(province=bounds)
    return rows.none()


def find_issued(position: Position, pk: int) -> IssuedReport:
    """An issued report. Raises Http404."""
    try:
        return issued_visible_to(position).get(pk=pk)
    except IssuedReport.DoesNotExist:
        raise Http404(str(pk)) from None


def find_job(position: Position, pk: int) -> Job:
    """A job that this position asked for. Raises Http404."""
    try:
        return Job.objects.select_related("report__round", "issued").get(pk=pk, position=position)
    except Job.DoesNotExist:
        raise Http404(str(pk)) from None


def rounds() -> QuerySet[ReportingRound]:
    """Reporting rounds of the nation, the last first."""
    return ReportingRound.objects.order_by("-opens_on", "-pk")
