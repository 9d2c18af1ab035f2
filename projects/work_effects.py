"""What follows from an act once the money came: contract, progress, advance, acceptance, settlement (see
projects/effects.py)."""

from __future__ import annotations

import datetime as dt

from budgets.models import EntryKind, Source
from khuyencong.lib.workflow import Step, effect
from projects.booking import book_for
from projects.deadlines import progress_limit
from projects.models import (
    Acceptance,
    Contract,
    ContractItem,
    ContractKind,
    Indicator,
    Inspection,
    Output,
    ProgressReport,
    ProjectYear,
    Settlement,
    ShareState,
)
from projects.norms import share_limits
from projects.queries import earlier_contract, owes_no_report_yet, standing_reports


@effect("Lập hợp đồng và lịch thực hiện; ghi sổ giá trị hợp đồng.")
def sign_contract(step: Step) -> None:
    _contract(step, ContractKind.CONTRACT)


@effect("Lập quyết định giao nhiệm vụ và lịch thực hiện; ghi sổ giá trị được giao.")
def assign_task(step: Step) -> None:
    _contract(step, ContractKind.TASK)


def _contract(step: Step, kind: ContractKind) -> None:
    """One contract may hold several files: the same paper of the same parties is the same contract."""
    year: ProjectYear = step.subject
    details = step.details
    contract, _ = Contract.objects.get_or_create(
        tenant_id=year.tenant_id,
        paper=step.event.paper,
        party_b=year.project.implementer,
        defaults={
            "sent_to_nation": year.sent_to_nation,
            "nation_writes": year.nation_writes,
            "kind": kind,
            "annex_of": earlier_contract(year) if details.get("by_annex") else None,
            "party_a": step.by.organisation,
            "signed_a": step.by,
            "signed_b": details["signed_b"],
            "starts_on": details["starts_on"],
            "ends_on": details["ends_on"],
            "stages": details.get("stages", ""),
            "accepting_body": details["accepting_body"],
            "invoices_agency": details.get("invoices_agency", False),
            "sites": details.get("sites", ""),
            "part_payments": details.get("part_payments", ""),
        },
    )
    ContractItem.objects.create(
        tenant_id=year.tenant_id,
        contract=contract,
        project_year=year,
        amount=details["amount"],
        counterpart=year.counterpart,
    )
    book_for(step, EntryKind.CONTRACTED, details["amount"])
    book_for(step, EntryKind.CONTRACTED, year.counterpart, source=Source.COUNTERPART)


@effect("Báo cáo tháng được gửi đến Sở Công Thương và bên A.")
def write_progress(step: Step) -> None:
    year, details = step.subject, step.details
    month = details["month"].replace(day=1)
    ProgressReport.objects.create(
        tenant_id=year.tenant_id,
        project_year=year,
        month=month,
        percent=details["percent"],
        value_done=details["value_done"],
        done=details["done"],
        difficulties=details.get("difficulties", ""),
        reported_by=step.by,
        reported_on=step.on,
        late=_is_late(year, month, step.on),
    )


def _is_late(year: ProjectYear, month: dt.date, day: dt.date) -> bool:
    """Whether a report of ``month`` comes late on ``day``: not one that was not due yet, nor one written again after
    the last day because a report that had come in time was given back then."""
    limit = progress_limit(month)
    if day <= limit or ProjectYear.objects.filter(owes_no_report_yet(limit), pk=year.pk).exists():
        return False
    came_in_time = year.progress_reports.filter(month=month, late=False, returned__effective_on__gte=limit)
    return not came_in_time.exists()


@effect("Báo cáo tiến độ được xác nhận, làm căn cứ đề nghị tạm ứng.")
def confirm_reports(step: Step) -> None:
    standing_reports(step.subject).filter(confirmed_on__isnull=True).update(
        confirmed_by=step.by, confirmed_on=step.on
    )


@effect("Báo cáo của tháng không còn giá trị; đơn vị thực hiện báo cáo lại tháng đó.")
def return_report(step: Step) -> None:
    standing_reports(step.subject).filter(month=step.details["month"].replace(day=1)).update(
        returned=step.event
    )


@effect("Ghi sổ số tạm ứng.")
def book_advance(step: Step) -> None:
    asked = step.subject.events.filter(action="request_advance").order_by("-pk").first()
    book_for(step, EntryKind.ADVANCED, step.details["amount"], instalment=asked.details["instalment"])


@effect("Ghi kết quả kiểm tra; kiến nghị (nếu có) giữ nghiệm thu và thanh toán đến khi khắc phục.")
def write_inspection(step: Step) -> None:
    year, details = step.subject, step.details
    Inspection.objects.create(
        tenant_id=year.tenant_id,
        project_year=year,
        event=step.event,
        planned=details["planned"],
        on=step.on,
        summary=details["summary"],
        finding=details.get("finding", ""),
        fix_by=details.get("fix_by"),
    )


@effect("Lập biên bản nghiệm thu; ghi sổ kinh phí và vốn đối ứng được nghiệm thu; ghi nhận kết quả.")
def write_acceptance(step: Step) -> None:
    year, details = step.subject, step.details
    shares = {share.pk: share for share in year.shares.all()}
    outputs = details.get("outputs") or {}
    for item in details["shares"]:
        share = shares.get(item["share"])
        acceptance = Acceptance.objects.create(
            tenant_id=year.tenant_id,
            project_year=year,
            event=step.event,
            share=share,
            paper=step.event.paper,
            form=details["form"],
            accepted_on=step.on,
            support=item["support"],
            counterpart=item["counterpart"],
            works=details["works"],
            commune_representative=details.get("commune_representative", ""),
            beneficiary_representative=details.get("beneficiary_representative", ""),
            conclusion=details.get("conclusion", ""),
        )
        if share is not None:
            share.state = ShareState.ACCEPTED
            share.save(update_fields=["state"])
        book_for(step, EntryKind.ACCEPTED, item["support"], share=share)
        book_for(step, EntryKind.ACCEPTED, item["counterpart"], source=Source.COUNTERPART, share=share)
        # The minutes count their outputs once, with the first share they accept.
        for code, value in outputs.items():
            indicator = Indicator.objects.filter(code=code, valid_from__lte=step.on).latest("valid_from")
            Output.objects.create(
                tenant_id=year.tenant_id,
                project_year=year,
                acceptance=acceptance,
                indicator=indicator,
                value=value,
            )
        outputs = {}


@effect("Ghi sổ số đơn vị đã rút dự toán tại Kho bạc là đã chi.")
def book_drawn(step: Step) -> None:
    book_for(step, EntryKind.PAID, step.details["amount"])


@effect("Ghi sổ thanh toán tạm ứng và chi mới.")
def book_payment(step: Step) -> None:
    book_for(step, EntryKind.CLEARED, step.details["cleared"])
    book_for(step, EntryKind.PAID, step.details["paid"])


@effect("Lập biên bản thanh lý; ghi sổ số quyết toán; số chi thừa phải hoàn trả.")
def write_settlement(step: Step) -> None:
    year, details = step.subject, step.details
    percent, ceiling = share_limits(year, step.on)
    Settlement.objects.create(
        tenant_id=year.tenant_id,
        project_year=year,
        event=step.event,
        paper=step.event.paper,
        settled=details["settled"],
        real_cost=details["real_cost"],
        share_percent=percent,
        ceiling=ceiling,
        on=step.on,
    )
    book_for(step, EntryKind.SETTLED, details["settled"])


@effect("Ghi sổ số hoàn trả ngân sách.")
def book_refund(step: Step) -> None:
    book_for(step, EntryKind.REFUNDED, step.details["amount"])
