"""Đề án with its estimate (D02 and D03), as it was sent or as it is being written."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.queries import heading_of
from budgets.models import Programme
from projects.estimates import with_sums
from projects.models import LineKind, PaperKind, ProjectKind, ProjectYear
from projects.papers.from_files.contents import Content, as_day, content_of, line_funding, site_of
from projects.papers.from_files.heads import frame_of, signature_of
from projects.papers.from_files.printable import Printable, refuse_long
from projects.papers.grounds import PaperType, grounds
from projects.papers.parts import Period
from projects.papers.project import Beneficiary, EstimateRow, ProjectPaper, Step, project_html
from projects.queries import implementer_on

_TYPES = {
    ProjectKind.PROJECT: ("Đề án", "ĐA", "đề án"),
    ProjectKind.TASK: ("Đề cương nhiệm vụ", "ĐC", "nhiệm vụ"),
    ProjectKind.ESTIMATE: ("Dự toán", "DT", "hạng mục"),
}
"""What the paper of each kind is called, its symbol, and what it is about."""


def programme_in_text(programme: str) -> str:
    """ "khuyến công quốc gia", as it stands inside a sentence."""
    label = str(Programme(programme).label)
    return label[0].lower() + label[1:]


def project_printable(year: ProjectYear) -> Printable:
    """The project and its estimate. A draft while the unit still writes it; its number is the clerk's to write.

    Raises Refused for an estimate that is too long to print."""
    content = content_of(year)
    paper = project_paper(year, content)
    project = year.project
    created = content.sent.recorded_at if content.sent else project.saved_at
    version = content.sent.submission if content.sent else f"draft {project.version}"
    return Printable(
        html=project_html(paper),
        title=f"{paper.frame.type_name} {project.code}",
        author=paper.implementer,
        created=timezone.localtime(created),
        identifier=f"project {year.address} {version}",
        file_name=f"{year.address}-de-an.pdf",
    )


def project_paper(year: ProjectYear, content: Content) -> ProjectPaper:
    """What the paper of ``year`` shows of ``content``."""
    project, data = year.project, content.data
    refuse_long(len(data["estimate"]))
    sent = content.sent
    day = sent.effective_on if sent else timezone.localdate(project.saved_at)
    implementer = implementer_on(project, day)
    name = heading_of(implementer, day).name
    kind = ProjectKind(data["file"]["kind"])
    type_name, symbol, subject = _TYPES[kind]
    return ProjectPaper(
        frame=frame_of(
            implementer,
            day,
            symbol=symbol,
            type_name=type_name,
            summary=content.line("title"),
            grounds=grounds(PaperType.PROJECT, project.programme, on=day, year=year.year),
            signatures=(
                signature_of(implementer, day, kind=PaperKind.LETTER, paper=sent.paper if sent else None),
            ),
            draft=sent is None,
            illustration=project.is_illustration,
        ),
        code=project.code,
        subject=subject,
        parts=kind != ProjectKind.ESTIMATE,
        title=content.line("title"),
        programme=programme_in_text(project.programme),
        year=year.year,
        implementer=name,
        implementer_address="",
        partner=content.line("partner"),
        beneficiaries=tuple(beneficiary_of(share) for share in data["beneficiaries"]),
        place=content.line("place"),
        period=content.period,
        need=content.text("need"),
        objectives=content.text("objectives"),
        scale=content.text("scale"),
        content=content.text("content"),
        schedule=tuple(_step(item) for item in data["schedule"]),
        estimate=tuple(_row(line) for line in with_sums(data["estimate"])),
        organisation=content.text("organisation_of_work"),
        effects=content.text("effects"),
        years=content.years,
        activities=tuple(f"{each['code']} {each['name']}" for each in data.get("activities", ())),
    )


def beneficiary_of(share: Mapping[str, Any]) -> Beneficiary:
    """A beneficiary of a snapshot as papers list it."""
    return Beneficiary(
        name=share["name"],
        details=(
            f"{share['legal_form']}; mã số thuế {share['tax_code']}; người đại diện: {share['representative']}"
        ),
        place=site_of(share),
        support=share["support"],
        counterpart=share["counterpart"],
    )


def _step(item: Mapping[str, Any]) -> Step:
    return Step(
        work=item["work"],
        period=Period(as_day(item["starts_on"]), as_day(item["ends_on"])),
        responsible=item["responsible"],
    )


def _row(line: Mapping[str, Any]) -> EstimateRow:
    notes = [
        str(LineKind.MANAGEMENT.label) if line["line_kind"] == LineKind.MANAGEMENT else "",
        line["note"],
        "" if line["vat_included"] or line["heading"] else "chưa gồm thuế GTGT",
    ]
    return EstimateRow(
        position=line["position"],
        item=line["item"],
        unit=line["unit"],
        quantity=None if line["heading"] else Decimal(line["quantity"]),
        unit_price=None if line["heading"] else line["unit_price"],
        amount=line["amount"],
        funding=line_funding(line),
        basis=line["basis"],
        note="; ".join(filter(None, notes)),
        heading=line["heading"],
    )
