"""The decision on a plan with its annex: the draft that goes with a submission, and the one that was taken.

The annex of a decision that was taken is read from the ledger, so the two are equal to the đồng.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from accounts.models import Organisation, OrganisationKind
from accounts.queries import heading_of
from budgets.models import Programme
from khuyencong.lib.dates import long_date
from projects.models import ListAct, ListLine, Paper, PaperKind, ProjectYear
from projects.papers.decision import (
    ApprovedGroup,
    ApprovedLine,
    LocalDecision,
    NationalDecision,
    decision_html,
)
from projects.papers.from_files.heads import frame_of, signature_of
from projects.papers.from_files.listed import (
    Listed,
    approved,
    by_activity_group,
    by_province,
    implementers_on,
    listed,
    plan_round,
    proposed,
)
from projects.papers.from_files.printable import Printable, refuse_long, start_of
from projects.papers.from_files.project import programme_in_text
from projects.papers.grounds import PaperType, grounds
from projects.signing import area_of, decides_collectively

# The ministry's finance unit has no account here; so it is called since Decree 40/2025 (positions.md §6.1).
FINANCE_UNIT = "Vụ Kế hoạch, Tài chính và Quản lý doanh nghiệp"


Decision = NationalDecision | LocalDecision


def decision_printable(list_act: ListAct, *, draft: bool = False) -> Printable:
    """The decision of an `approve` list, or for a `propose` list the draft that the submission carries; as a ``draft``
    while the paper of the list has no number and day."""
    paper = decision_paper(list_act, draft=draft)
    paper = replace(paper, frame=replace(paper.frame, draft=draft or paper.frame.draft))
    return _printable(paper, f"list {list_act.pk}", list_act.effective_on)


def decision_draft(
    proposer: Organisation, programme: str, year: int, files: Sequence[ProjectYear], *, on: dt.date
) -> Printable:
    """The draft as ``proposer`` would submit it on the day ``on``, with ``files`` on it."""
    paper = _paper(_decides(proposer), programme, year, proposed(files), day=on, paper=None, submissions=())
    return _printable(paper, f"draft {proposer.pk} {programme} {year}", on)


def _printable(paper: Decision, version: str, day: dt.date) -> Printable:
    return Printable(
        html=decision_html(paper),
        title=f"{paper.frame.type_name} {paper.frame.summary.lower()}",
        author=paper.frame.authority,
        created=start_of(day),
        identifier=f"decision {version}",
        file_name=f"{'du-thao-' if paper.frame.draft else ''}quyet-dinh-{paper.year}.pdf",
    )


def decision_paper(list_act: ListAct, *, draft: bool = False) -> Decision:
    """What the decision shows: of an `approve` list the ledger, of a `propose` list what it proposes.

    Raises Refused for a list that is too long to print."""
    taken = list_act.action == "approve"
    rows = approved(list_act) if taken else listed(list_act, ("INCLUDE",))
    return _paper(
        (list_act.on_behalf_of or list_act.organisation) if taken else _decides(list_act.organisation),
        list_act.programme,
        list_act.year,
        rows,
        day=list_act.effective_on,
        paper=list_act.paper if taken else None,
        submissions=() if draft and not taken else _submissions(list_act, rows),
    )


def _decides(proposer: Organisation) -> Organisation:
    """Who decides on what ``proposer`` submits: the ministry over the agency, the committee over the department."""
    assert proposer.superior is not None
    return proposer.superior


def _paper(
    decider: Organisation,
    programme: str,
    year: int,
    rows: Sequence[Listed],
    *,
    day: dt.date,
    paper: Paper | None,
    submissions: Sequence[Paper],
) -> Decision:
    refuse_long(len(rows))
    build = _national if programme == Programme.NATIONAL else _local
    return build(decider, year, rows, day=day, paper=paper, submissions=submissions)


def _submissions(list_act: ListAct, rows: Sequence[Listed]) -> list[Paper]:
    """The submissions on which the decision rests, the oldest first: of the list itself, or the last of each file."""
    if list_act.action == "propose":
        return [list_act.paper] if list_act.paper else []
    lines = (
        ListLine.objects.filter(
            project_year__in=[row.year.pk for row in rows],
            list_act__action="propose",
            list_act__lt=list_act.pk,
        )
        .select_related("list_act__paper")
        .order_by("pk")
    )
    last = {line.project_year_id: line.list_act.paper for line in lines}
    papers = {paper.pk: paper for paper in last.values() if paper is not None}
    return sorted(papers.values(), key=lambda paper: (paper.dated, paper.pk))


def _request(office: str, submissions: Sequence[Paper]) -> str:
    """The last ground: who proposes, and on which papers."""
    papers = " và ".join(f"số {paper.number} {long_date(paper.dated)}" for paper in submissions)
    return f"Theo đề nghị của {office}{f' tại Tờ trình {papers}' if papers else ''}"


def _national(
    ministry: Organisation,
    year: int,
    rows: Sequence[Listed],
    *,
    day: dt.date,
    paper: Paper | None,
    submissions: Sequence[Paper],
) -> NationalDecision:
    agency = heading_of(Organisation.objects.get(kind=OrganisationKind.AGENCY, valid_to__isnull=True), day)
    ministry_name = heading_of(ministry, day).name
    request = _request(f"Cục trưởng {agency.name}", submissions)
    return NationalDecision(
        frame=frame_of(
            ministry,
            day,
            paper=paper,
            symbol="QĐ",
            type_name="Quyết định",
            summary=f"Phê duyệt kế hoạch {programme_in_text(Programme.NATIONAL)} năm {year}",
            authority=f"Bộ trưởng {ministry_name}",
            grounds=(*grounds(PaperType.DECISION, Programme.NATIONAL, on=day, year=year), request),
            signatures=(signature_of(ministry, day, kind=PaperKind.DECISION, paper=paper),),
            recipients=("Như Điều 3", "Bộ Tài chính", "Các Thứ trưởng", f"Lưu: VT, {agency.symbol}"),
            draft=paper is None,
            illustration=any(row.year.project.is_illustration for row in rows),
        ),
        programme=programme_in_text(Programme.NATIONAL),
        year=year,
        plan_round=plan_round(rows),
        groups=_groups(by_province(rows), rows, day),
        agency=agency.name,
        finance_unit=FINANCE_UNIT,
    )


def _local(
    committee: Organisation,
    year: int,
    rows: Sequence[Listed],
    *,
    day: dt.date,
    paper: Paper | None,
    submissions: Sequence[Paper],
) -> LocalDecision:
    assert committee.province is not None
    name = heading_of(committee, day).name
    collective = decides_collectively(committee, day)
    if paper is not None and paper.signer is not None and paper.signer.organisation_id != committee.pk:
        collective = False  # TUQ.: the chairman's authority, not the committee's
    implementers = {body.name: None for body in implementers_on(day, rows).values()}
    return LocalDecision(
        frame=frame_of(
            committee,
            day,
            paper=paper,
            symbol="QĐ",
            type_name="Quyết định",
            summary=f"Phê duyệt kế hoạch {programme_in_text(Programme.LOCAL)} năm {year}",
            authority=name if collective else f"Chủ tịch {name}",
            grounds=(
                *grounds(PaperType.DECISION, Programme.LOCAL, on=day, year=year),
                _request("Giám đốc Sở Công Thương", submissions),
            ),
            signatures=(signature_of(committee, day, kind=PaperKind.DECISION, paper=paper),),
            recipients=("Như Điều 3", "Bộ Công Thương (để báo cáo)", "Chủ tịch, các Phó Chủ tịch", "Lưu: VT"),
            draft=paper is None,
            illustration=any(row.year.project.is_illustration for row in rows),
        ),
        programme=programme_in_text(Programme.LOCAL),
        year=year,
        plan_round=plan_round(rows),
        groups=_groups(by_activity_group(rows), rows, day),
        area=area_of(committee.province, day),
        committee=name,
        implementers=tuple(f"Giám đốc {implementer}" for implementer in sorted(implementers)),
    )


def _groups(
    groups: dict[str, list[Listed]], rows: Sequence[Listed], day: dt.date
) -> tuple[ApprovedGroup, ...]:
    names = implementers_on(day, rows)
    return tuple(
        ApprovedGroup(
            name=heading,
            lines=tuple(
                ApprovedLine(
                    code=row.year.project.code,
                    title=row.content.line("title"),
                    implementer=names[row.year.project_id].name,
                    beneficiaries=row.content.beneficiaries,
                    place=row.content.sites or row.year.project.place_name,
                    funding=row.funding,
                    years=row.years,
                )
                for row in group
            ),
        )
        for heading, group in groups.items()
    )
