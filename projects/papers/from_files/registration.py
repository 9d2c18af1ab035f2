"""The department's report of registration with its summary table (T36 article 6.1), sent or still to be sent."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils import timezone

from accounts.models import Organisation, OrganisationKind, OrganisationName, Province
from accounts.queries import heading_of
from budgets.models import EntryKind, LedgerEntry, Programme
from budgets.queries import balance_of
from khuyencong.lib.dates import short_date
from khuyencong.lib.money import dong
from projects.models import ListAct, Paper, PaperKind, ProjectYear
from projects.papers.from_files.heads import frame_of, signature_of
from projects.papers.from_files.listed import (
    Listed,
    by_activity_group,
    implementers_on,
    listed,
    proposed,
)
from projects.papers.from_files.printable import Printable, refuse_long, start_of
from projects.papers.grounds import PaperType, grounds
from projects.papers.registration import (
    RegisteredGroup,
    RegisteredLine,
    RegistrationPaper,
    registration_html,
)
from projects.signing import area_of

_OBJECTIVE = 160
"""Letters of an objective that a cell of the table takes; the project itself has it whole."""


def registration_printable(list_act: ListAct, *, draft: bool = False) -> Printable:
    """The report with which a `register` list was sent; as a ``draft`` without number and day."""
    assert list_act.paper is not None
    paper = registration_paper(
        list_act.organisation,
        list_act.year,
        listed(list_act, ("INCLUDE",)),
        on=list_act.paper.dated,
        known_at=list_act.recorded_at,
        paper=list_act.paper,
        texts=list_act.texts,
    )
    paper = replace(paper, frame=replace(paper.frame, draft=draft))
    return _printable(paper, start_of(list_act.paper.dated), f"registration {list_act.pk}")


def registration_draft(
    department: Organisation,
    year: int,
    files: Sequence[ProjectYear],
    *,
    at: dt.datetime,
    texts: Mapping[str, str],
) -> Printable:
    """The report as it would be sent at the moment ``at``, with ``files`` and the kept ``texts`` on it."""
    at = timezone.localtime(at)
    paper = registration_paper(
        department, year, proposed(files), on=at.date(), known_at=at, paper=None, texts=texts
    )
    return _printable(paper, start_of(at.date()), f"registration draft {department.pk} {year}")


def _printable(paper: RegistrationPaper, created: dt.datetime, identifier: str) -> Printable:
    return Printable(
        html=registration_html(paper),
        title=f"{paper.frame.type_name} {paper.frame.summary.lower()}",
        author=paper.reporter,
        created=created,
        identifier=identifier,
        file_name=f"dang-ky-kcqg-{paper.year}.pdf",
    )


def registration_paper(
    department: Organisation,
    year: int,
    rows: Sequence[Listed],
    *,
    on: dt.date,
    known_at: dt.datetime,
    paper: Paper | None,
    texts: Mapping[str, str],
) -> RegistrationPaper:
    """The report of ``department`` for the plan ``year``; a draft without ``paper``.

    Results of the two years before are sums of the ledger as it was known at ``known_at``, then what the department
    wrote of them; what nobody knows is left open on a draft. Raises Refused for a list that is too long to print."""
    refuse_long(len(rows))
    assert department.province is not None and department.superior is not None
    committee = heading_of(department.superior, on).name
    agency = heading_of(Organisation.objects.get(kind=OrganisationKind.AGENCY, valid_to__isnull=True), on)
    names = implementers_on(on, rows)
    reporter = heading_of(department, on).name
    unknown = "Không có số liệu." if paper else ""

    def told(part: str, of_year: int) -> str:
        assert department.province is not None
        known = results(department.province, of_year, on=on, known_at=known_at)
        return "\n".join(filter(None, (known, texts.get(part, "")))) or unknown

    return RegistrationPaper(
        frame=frame_of(
            department,
            on,
            paper=paper,
            symbol="BC",
            type_name="Báo cáo",
            summary=f"Đăng ký kế hoạch khuyến công quốc gia năm {year}",
            recipients_to=(agency.name,),
            grounds=grounds(PaperType.REGISTRATION, Programme.NATIONAL, on=on, year=year),
            signatures=(signature_of(department, on, kind=PaperKind.REPORT, paper=paper),),
            recipients=("Như trên", f"{committee} (để báo cáo)", "Lưu: VT"),
            draft=paper is None,
            illustration=any(row.year.project.is_illustration for row in rows),
        ),
        year=year,
        reporter=reporter,
        agency=agency.name,
        area=area_of(department.province, on),
        last_year_results=told("last_year_results", year - 2),
        this_year_progress=told("this_year_progress", year - 1),
        aims=texts.get("aims", "") or unknown,
        groups=tuple(
            RegisteredGroup(name=name, lines=tuple(_line(row, names) for row in group))
            for name, group in by_activity_group(rows).items()
        ),
    )


def _line(row: Listed, names: dict[int, OrganisationName]) -> RegisteredLine:
    project, content = row.year.project, row.content
    return RegisteredLine(
        code=project.code,
        title=content.line("title"),
        nature="" if project.nature == "ORDINARY" else project.get_nature_display(),
        implementer=names[project.pk].name,
        beneficiaries=content.beneficiaries,
        place=content.sites or project.place_name,
        objective=textwrap.shorten(content.line("objectives"), _OBJECTIVE, placeholder=" …"),
        period=content.period,
        funding=row.funding,
        years=row.years,
    )


def results(province: Province, year: int, *, on: dt.date, known_at: dt.datetime) -> str:
    """What the ledger says of a year's plan in a province up to a day, a sentence for each programme."""
    sentences = []
    entries = LedgerEntry.objects.filter(
        province=province,
        year=year,
        project_year__isnull=False,
        effective_on__lte=on,
        recorded_at__lte=known_at,
    )
    for programme in Programme:
        booked = entries.filter(programme=programme)
        files = booked.filter(kind=EntryKind.APPROVED).values("project_year").distinct().count()
        if not files:
            continue
        sums = balance_of(booked)
        sentences.append(
            f"{programme.label}: {files} đề án, nhiệm vụ được phê duyệt với kinh phí hỗ trợ {dong(sums.planned)}; "
            f"đã giao {dong(sums.allocated)}, nghiệm thu {dong(sums.accepted)}, giải ngân {dong(sums.disbursed)} "
            f"(số liệu đến ngày {short_date(on)})."
        )
    return "\n".join(sentences)
