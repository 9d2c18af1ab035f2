"""Reports of registration: a department says which projects it intends, or that it has none (T36 article 6.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Organisation, OrganisationKind, Position
from budgets.models import Programme
from khuyencong.lib.dates import short_date, today
from khuyencong.lib.workflow import Forbidden, NeedsReason, Refused, Stale
from projects.chain import PaperData, record_paper
from projects.holding import holds_without_file
from projects.models import Paper, ProjectYear, RegistrationReport, RegistrationReportLine, RegistrationRound
from projects.queries import files_visible_to
from projects.rows.plan import PREREGISTER
from projects.states import FINAL, State


@dataclass(frozen=True)
class IntendedProject:
    """One line of the report; ``asked`` in đồng. ``year`` names a file once it was submitted."""

    title: str
    kind: str
    implementer: Organisation
    asked: int
    year: ProjectYear | None = None
    nature: str = "ORDINARY"


def may_preregister(by: Position) -> bool:
    """Whether ``by`` signs his department's reports of registration today."""
    return holds_without_file(PREREGISTER, Programme.NATIONAL, by) is not None


def centre_of(department: Organisation) -> Organisation:
    """The centre for which the department registers."""
    assert department.province_id is not None
    return Organisation.objects.get(
        kind=OrganisationKind.CENTRE, province_id=department.province_id, valid_to__isnull=True
    )


def files_to_name(registration_round: RegistrationRound, by: Position) -> QuerySet[ProjectYear]:
    """Files that a line of the department's report may name: of its province and the round's year, not at an end."""
    return (
        files_visible_to(by)
        .filter(
            year=registration_round.year,
            project__programme=Programme.NATIONAL,
            tenant=by.organisation.tenant,
        )
        .exclude(state__in=FINAL)
        .order_by("pk")
    )


def preregister(
    registration_round: RegistrationRound,
    lines: Sequence[IntendedProject],
    *,
    by: Position,
    paper: PaperData,
    note: str = "",
) -> RegistrationReport:
    """Record the department's report for the round; no line means "nothing to register".

    After the deadline of the round a note says why it is late (NeedsReason). A province may add reports, each under
    its own number; the same number again is Stale. Raises Forbidden or Refused.
    """
    capacity = holds_without_file(PREREGISTER, Programme.NATIONAL, by, min(paper.dated, today()))
    if capacity is None or not may_preregister(by):
        raise Forbidden("Danh mục đăng ký do Giám đốc Sở Công Thương ký gửi.")
    if registration_round.programme != Programme.NATIONAL:
        raise Refused("Danh mục đăng ký chỉ gửi Cục, cho đợt của chương trình quốc gia.")
    if paper.dated > today():
        raise Refused(
            f"Ngày {short_date(paper.dated)} ở tương lai. Hãy ghi ngày của văn bản, không sau hôm nay."
        )
    for line in lines:
        if line.asked <= 0:
            raise Refused(f"“{line.title}”: kinh phí đề nghị phải lớn hơn 0.")
        if line.year is not None and line.year.state == State.DRAFT:
            raise Refused(f"{line.year.project.code} chưa được gửi Sở nên chưa ghi mã hồ sơ vào danh mục.")
    if paper.dated > registration_round.closes_on and not note.strip():
        raise NeedsReason(
            f"Đã quá hạn đăng ký {registration_round.closes_on:%d/%m/%Y}.", "Hãy ghi lý do gửi muộn."
        )
    assert by.organisation.province is not None
    with transaction.atomic():
        record = record_paper(
            paper, kind=PREREGISTER.paper or "", by=by, issuer=by.organisation, sent=True, capacity=capacity
        )
        Paper.objects.select_for_update(of=("self",)).get(pk=record.pk)
        if RegistrationReport.objects.filter(paper=record).exists():
            raise Stale(f"Báo cáo số {record.number} đã được gửi trước đó.")
        report = RegistrationReport.objects.create(
            tenant=by.organisation.tenant,
            sent_to_nation=True,
            nation_writes=False,
            round=registration_round,
            organisation=by.organisation,
            province=by.organisation.province,
            nothing=not lines,
            note=note,
            paper=record,
            reported_by=by,
            effective_on=paper.dated,
        )
        RegistrationReportLine.objects.bulk_create(
            RegistrationReportLine(
                tenant=by.organisation.tenant,
                sent_to_nation=True,
                report=report,
                project_year=line.year,
                title=line.title,
                kind=line.kind,
                nature=line.nature,
                implementer=line.implementer,
                asked=line.asked,
            )
            for line in lines
        )
    return report
