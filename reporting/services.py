"""Writes of reporting: the text people add, the order to make or issue a file, the word that a ledger is complete."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import OrganisationKind, Position
from budgets.models import BudgetYear, LedgerDeclaration, LedgerEntry
from khuyencong.lib.dates import today
from khuyencong.lib.paper import paper_number
from khuyencong.lib.workflow import Forbidden, Refused
from projects.conflicts import Conflict
from projects.models import Paper, PaperKind
from reporting.access import SIGNERS, may_issue, may_write, signs
from reporting.leases import start_job
from reporting.models import IssuedReport, Job, JobKind, Report
from reporting.parameters import Parameters
from reporting.rounds import period_of
from reporting.scopes import Provinces

TEXTS = ("difficulties", "proposals", "estimated_national", "estimated_local")


def save_report(report: Report, *, by: Position, version: int, values: Mapping[str, Any]) -> int:
    """Save what people add (TEXTS; estimates in đồng) from ``version``; answers the new version.

    Raises Forbidden for who does not write it, Conflict with both values when somebody saved since ``version``."""
    if not may_write(by, report):
        raise Forbidden("Chỉ chuyên viên, lãnh đạo của cơ quan lập báo cáo sửa được dự thảo này.")
    with transaction.atomic():
        stored = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
        differing = {name: getattr(stored, name) for name in TEXTS if name in values}
        differing = {name: value for name, value in differing.items() if value != values[name]}
        if not differing:
            return stored.version
        if version != stored.version:
            label = {field.name: str(field.verbose_name) for field in Report._meta.concrete_fields}
            raise Conflict(stored.version, {name: (label[name], value) for name, value in differing.items()})
        for name in differing:
            setattr(stored, name, values[name])
        stored.version += 1
        stored.saved_by = by
        stored.save()
    return stored.version


def order_file(parameters: Parameters, *, by: Position) -> Job:
    """Order a PDF of a report as a draft, without number; a worker makes it acting as ``by``."""
    return start_job(JobKind.FILE, parameters.as_words(), by=by)


def issue_report(
    report: Report,
    *,
    by: Position,
    number: str,
    dated: dt.date,
    reason: str = "",
    blank_means_none: bool = False,
) -> Job:
    """Issue the report under ``number`` and day: a worker makes the file with both and stores it for good.

    Figures and text are those of this moment; later entries and edits don't touch them. A further issue is a new
    version and needs ``reason``. ``blank_means_none``: the head has said that where the draft has no difficulties or
    proposals, the report says "Không có". Raises Forbidden for anybody but the head (positions.md §6.2), Refused with a
    sentence for a number that is taken, a day that cannot be, an issue that is under way."""
    if not may_issue(by, report):
        raise Forbidden(
            "Chỉ người đứng đầu cơ quan báo cáo ban hành được báo cáo; chuyên viên chuẩn bị nội dung."
        )
    with transaction.atomic():
        report = (
            Report.objects.select_for_update(of=("self",))
            .select_related("round", "organisation")
            .get(pk=report.pk)
        )
        last = report.issued.order_by("-version").first()
        number = paper_number(number)
        _check_issue(report, last, number=number, dated=dated, reason=reason)
        if not signs(by, dated):
            raise Forbidden(f"Vào ngày {dated:%d/%m/%Y} ông, bà chưa được phân công ký thay báo cáo.")
        if has_blanks(report) and not blank_means_none:
            raise Refused(
                "Khó khăn, vướng mắc hoặc kiến nghị, đề xuất còn trống. Hãy soạn nội dung, hoặc đánh dấu để báo cáo "
                "ghi “Không có.”"
            )
        words = {
            "scope": report.scope,
            "year": str(report.round.year),
            "period": report.round.period,
            "code": report.round.code,
            "as_of": dated.isoformat(),
        }
        texts = {name: getattr(report, name) for name in TEXTS}
        issue = {
            "number": number,
            "dated": dated.isoformat(),
            "reason": reason.strip(),
            "version": last.version + 1 if last else 1,
            "recorded_at": timezone.now().isoformat(),
        }
        try:
            with transaction.atomic():
                return start_job(
                    JobKind.ISSUE, {"report": words, "texts": texts, "issue": issue}, by=by, report=report
                )
        except IntegrityError as error:
            raise Refused("Báo cáo này đang được ban hành. Hãy đợi việc đó xong rồi xem lại.") from error


def has_blanks(report: Report) -> bool:
    """Whether people have not yet written what the report asks of them."""
    return not (report.difficulties.strip() and report.proposals.strip())


def _check_issue(
    report: Report, last: IssuedReport | None, *, number: str, dated: dt.date, reason: str
) -> None:
    reasons = []
    if dated > today():
        reasons.append("Ngày ban hành không được sau hôm nay.")
    if dated <= period_of(report.round).last_day:
        reasons.append("Ngày ban hành phải sau ngày cuối của kỳ báo cáo.")
    if last is not None and not reason.strip():
        reasons.append("Báo cáo đã ban hành; ban hành lại phải ghi lý do.")
    if last is not None and dated < last.as_of:
        reasons.append("Ngày ban hành lại không được trước lần ban hành trước.")
    if number_is_taken(report, number, dated.year):
        reasons.append(
            f"Số {number} đã được ghi cho báo cáo khác của cơ quan trong năm {dated.year}. Hãy kiểm tra lại số."
        )
    if reasons:
        raise Refused(*reasons)


def number_is_taken(report: Report, number: str, year: int) -> bool:
    """Numbers are unique per body and year (Decree 30/2020, article 15)."""
    return Paper.objects.filter(
        issuer=report.organisation, kind=PaperKind.REPORT, year=year, number__iexact=number
    ).exists()


def may_declare(position: Position, year: int) -> bool:
    """Whether the position may declare the ledger of its province (agency: of the nation) complete for ``year``:
    the head, for a year that is over, is not complete from the start and was not declared."""
    return (
        position.kind == SIGNERS.get(OrganisationKind(position.organisation.kind))
        and year < today().year
        and not BudgetYear.objects.filter(year=year, ledger_complete=True).exists()
        and not LedgerDeclaration.objects.filter(year=year, organisation=position.organisation).exists()
    )


def ledger_is_empty(position: Position, year: int) -> bool:
    """Whether nothing at all is booked for ``year`` in the position's province (agency: in the nation)."""
    entries = LedgerEntry.objects.filter(year=year, project_year__isnull=False)
    province = position.organisation.province_id
    if province is not None:
        entries = entries.filter(province_id__in={province, *Provinces.load().predecessors(province)})
    return not entries.exists()


def declare_ledger(year: int, *, by: Position, although_empty: bool = False) -> LedgerDeclaration:
    """Declare that the ledger holds all of ``year``: from now on it outweighs what was published (figures.md).

    Raises Forbidden for anybody but the head, and for a year that cannot be declared; Refused for a ledger without
    any entry, unless the head means just that (``although_empty``)."""
    if not may_declare(by, year):
        raise Forbidden(
            "Chỉ Giám đốc Sở Công Thương (cả nước: Cục trưởng) xác nhận được sổ kinh phí đầy đủ, một lần cho mỗi năm "
            "đã qua."
        )
    if not although_empty and ledger_is_empty(by, year):
        raise Refused(
            f"Sổ kinh phí năm {year} chưa có bút toán nào. Xác nhận đầy đủ nghĩa là năm đó không có kinh phí, và mọi "
            "số đã công bố của năm đó thôi được dùng; nếu đúng như vậy, hãy đánh dấu vào ô xác nhận sổ trống."
        )
    return LedgerDeclaration.objects.create(
        year=year, organisation=by.organisation, declared_by=by, declared_on=today()
    )
