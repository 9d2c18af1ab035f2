"""Reporting rounds: when they open, until when reports are due, who owes one, who is late."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from accounts.models import Organisation, OrganisationKind, Position, Region, valid_on
from accounts.queries import names_on, organisation_on, system_position, working_calendar
from accounts.tenancy import acting_as
from khuyencong.lib.deadlines import (
    WorkingCalendar,
    add_working_days,
    first_working_day_after,
    is_working_day,
)
from khuyencong.lib.periods import Period, parse_period, quarter_of
from reporting.models import IssuedReport, Report, ReportingRound
from reporting.scopes import NATION
from reporting.telling import tell_of_draft

QUARTERLY = "quarterly"
AGENCY_SLUG = "cuc-khuyen-cong"

# No text that was read fixes these days (law.md §7): working days after the period, and ahead of the agency's.
AGENCY_TERM = 15
DEPARTMENT_AHEAD = 5


@dataclass(frozen=True)
class Days:
    """When a round opens and until when its reports are due."""

    opens_on: dt.date
    department_due: dt.date
    agency_due: dt.date


def days_of(period: Period, calendar: WorkingCalendar) -> Days:
    """The round opens on the first working day after the period; deadlines are counted back from the agency's."""
    agency_due = add_working_days(period.last_day, AGENCY_TERM, calendar)
    return Days(
        opens_on=first_working_day_after(period.last_day, calendar),
        department_due=working_days_before(agency_due, DEPARTMENT_AHEAD, calendar),
        agency_due=agency_due,
    )


def working_days_before(day: dt.date, days: int, calendar: WorkingCalendar) -> dt.date:
    """The working day that lies ``days`` working days before ``day``."""
    while days:
        day -= dt.timedelta(days=1)
        days -= is_working_day(day, calendar)
    return day


def last_quarter(day: dt.date) -> Period:
    """The quarter that was over on ``day``."""
    return quarter_of(quarter_of(day).first_day - dt.timedelta(days=1))


def draft_due_reports(day: dt.date) -> ReportingRound | None:
    """Open the round of the last quarter, once it is due, with a draft for every body that owes a report.

    Runs outside every tenant, acting as each body's SYSTEM position in turn. May run any number of times and in
    several processes at once: what is there stays (unique constraints). None while the round is not yet due."""
    period = last_quarter(day)
    days = days_of(period, working_calendar())
    if day < days.opens_on:
        return None
    agency = organisation_on(AGENCY_SLUG, day)
    system = _loaded(system_position(agency))
    with acting_as(system):
        round_, _ = ReportingRound.objects.get_or_create(
            code=QUARTERLY,
            year=period.year,
            period=period.code,
            defaults={
                "opens_on": days.opens_on,
                "department_due": days.department_due,
                "agency_due": days.agency_due,
                "sent_to_nation": True,
                "nation_writes": True,
            },
        )
        if round_.drafted_on is not None:
            return round_
        for scope in (NATION, *Region.values):
            _draft(round_, agency, scope)
    for department in Organisation.objects.filter(valid_on(day), kind=OrganisationKind.DEPARTMENT):
        with acting_as(_loaded(system_position(department))):
            _draft(round_, department, None)
    with acting_as(system):
        round_.drafted_on = day
        round_.save(update_fields=["drafted_on"])
    return round_


def _loaded(position: Position) -> Position:
    return Position.objects.select_related("organisation__province", "organisation__tenant").get(
        pk=position.pk
    )


def _draft(round_: ReportingRound, organisation: Organisation, scope: str | None) -> None:
    """``scope`` None: the organisation's province."""
    national = scope is not None
    if scope is None:
        assert organisation.province is not None
        scope = organisation.province.slug
    report, is_new = Report.objects.get_or_create(
        round=round_,
        organisation=organisation,
        scope=scope,
        defaults={
            "tenant_id": organisation.tenant_id,
            "province_id": organisation.province_id,
            "sent_to_nation": national,
            "nation_writes": national,
        },
    )
    if is_new:
        tell_of_draft(report)


def period_of(round_: ReportingRound) -> Period:
    return parse_period(round_.period, round_.year)


@dataclass(frozen=True)
class Reporter:
    """A department on the board of a round: its report in force, when it was first issued, whether it is late."""

    name: str
    province: str
    slug: str
    issued: IssuedReport | None
    issued_on: dt.date | None
    is_late: bool


def board(round_: ReportingRound, today: dt.date) -> list[Reporter]:
    """Every department that owes a report in the round, in the order of the provinces' names; three queries."""
    day = period_of(round_).last_day
    bodies = (
        Organisation.objects.filter(valid_on(round_.opens_on), kind=OrganisationKind.DEPARTMENT)
        .select_related("province")
        .order_by("province__name_sort", "pk")
    )
    names = names_on(day)
    issued: dict[int, list[IssuedReport]] = {}
    versions = IssuedReport.objects.filter(round=round_, province__isnull=False).select_related("paper")
    for row in versions.order_by("version"):
        issued.setdefault(row.province_id or 0, []).append(row)  # its successor may have issued it
    found = []
    for body in bodies:
        assert body.province is not None
        own = issued.get(body.province.pk, [])
        on = own[0].paper.dated if own else None
        found.append(
            Reporter(
                name=names[body.pk].name if body.pk in names else body.slug,
                province=body.province.name,
                slug=body.province.slug,
                issued=own[-1] if own else None,
                issued_on=on,
                is_late=(on or today) > round_.department_due,
            )
        )
    return found
