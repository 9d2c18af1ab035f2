"""Fills the paper of a report from the database: who issues it, what things are called, what people wrote."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from accounts.models import Organisation, OrganisationKind, valid_on
from accounts.queries import heading_of, organisation_on
from budgets.models import ActivityGroup
from khuyencong.lib.dates import short_date
from projects.models import Indicator, Paper, PaperKind
from projects.papers.from_files.heads import frame_of, signature_of
from projects.papers.from_files.printable import Printable, start_of
from projects.papers.grounds import PaperType, grounds
from reporting.entries import file_lines
from reporting.ledger import entries_of
from reporting.paper import Names, report_html, report_paper
from reporting.parameters import CODES, Parameters
from reporting.quarterly import Quarterly
from reporting.rounds import AGENCY_SLUG
from reporting.scopes import NATION, Scope
from reporting.wording import where


@dataclass(frozen=True)
class Written:
    """What people add to the figures; empty texts show as dots on a draft, as nothing said on a report.

    ``replaces``: which issued report this one stands for, and why."""

    difficulties: str = ""
    proposals: str = ""
    replaces: str = ""


def report_printable(
    report: Quarterly,
    *,
    written: Written | None = None,
    paper: Paper | None = None,
) -> Printable:
    """The report on paper: with ``paper`` (number and day) as it is issued, without as a draft of its as-of day.

    The same report, text and paper give the same bytes."""
    parameters, written = report.parameters, written or Written()
    body = issuer_of(report.scope, parameters.as_of)
    day = paper.dated if paper else parameters.as_of
    heading = heading_of(body, day)
    inherited = report.scope.is_province and body.province_id != report.scope.units[0].pk
    empty = "Không có." if paper else ""
    frame = frame_of(
        body,
        day,
        paper=paper,
        symbol="BC",
        type_name="Báo cáo",
        summary=f"Tình hình thực hiện công tác khuyến công {parameters.label} {where(report.scope)}",
        grounds=grounds(PaperType.REPORT, "NATIONAL", on=day, year=parameters.period.year),
        signatures=(signature_of(body, day, kind=PaperKind.REPORT, paper=paper),),
        recipients=_recipients(body, day),
        draft=paper is None,
        illustration=has_illustrations(parameters, report.scope),
    )
    text = report_html(
        report_paper(
            report,
            frame,
            _names(),
            reporter=f"{heading.name} (đơn vị kế thừa)" if inherited else heading.name,
            as_of=short_date(parameters.as_of),
            files=file_lines(parameters, report.scope) if report.scope.is_province else (),
            difficulties=written.difficulties or empty,
            proposals=written.proposals or empty,
            replaces=written.replaces,
        )
    )
    words = parameters.as_words()
    return Printable(
        html=text,
        title=f"{CODES[parameters.code]} {parameters.label}",
        author=heading.name,
        created=start_of(day),
        identifier=" ".join([*words.values(), paper.number if paper else "draft"]),
        file_name=f"bao-cao-{parameters.scope}-{parameters.year_word}-{parameters.period.code}.pdf",
    )


def issuer_of(scope: Scope, day: dt.date) -> Organisation:
    """Who writes a report on ``scope``: the department of the province, otherwise the agency; for a province that
    had ended by ``day`` the department of the one that took it over."""
    if not scope.is_province:
        return organisation_on(AGENCY_SLUG, day)
    at = scope.provinces.unit_on(scope.units[0].pk, day) or scope.units[0].pk
    bodies = Organisation.objects.filter(kind=OrganisationKind.DEPARTMENT, province_id=at).select_related(
        "superior", "province"
    )
    return bodies.filter(valid_on(day)).first() or bodies.latest("valid_from")


def has_illustrations(parameters: Parameters, scope: Scope) -> bool:
    """Whether a file of the demonstration stands behind a figure."""
    members = None if scope.slug == NATION else scope.members
    rows = entries_of(parameters, members, parameters.years)
    return rows.filter(project_year__project__is_illustration=True).exists()


def _recipients(body: Organisation, day: dt.date) -> tuple[str, ...]:
    if body.kind == OrganisationKind.DEPARTMENT:
        agency = heading_of(organisation_on(AGENCY_SLUG, day), day).name
        superior = body.superior
        above = (f"{heading_of(superior, day).name} (để báo cáo)",) if superior else ()
        return (f"{agency} (để báo cáo)", *above, "Lưu: VT, QLCN")
    return ("Lãnh đạo Bộ (để báo cáo)", "Sở Công Thương các tỉnh, thành phố", "Lưu: VT, KC")


def _names() -> Names:
    return Names(
        groups=dict(ActivityGroup.objects.values_list("number", "name")),
        outputs={
            code: (name, unit, part is not None)
            for code, name, unit, part in Indicator.objects.values_list("code", "name", "unit", "of_which")
        },
    )
