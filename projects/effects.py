"""What follows from an act, as functions of the step: rows written, ledger booked, the file opened to the nation.

Each says in Vietnamese what the user will see happen. All run inside the act's transaction (khuyencong/lib/workflow).
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from budgets.models import EntryKind, LedgerEntry, Level, Programme, Source
from budgets.queries import balance
from budgets.services import book
from khuyencong.lib.numbers import split_proportionally
from khuyencong.lib.workflow import Step, effect
from projects.guards import allocation_amount, asked_support, proposed_amount, verdict_amount
from projects.models import (
    Acceptance,
    Appraisal,
    AppraisalLevel,
    BeneficiaryShare,
    Contract,
    ContractItem,
    ContractKind,
    Indicator,
    Inspection,
    LocalProcedure,
    Output,
    ProgressReport,
    ProjectYear,
    ReturnReason,
    Settlement,
    ShareState,
)
from projects.norms import share_limits
from projects.rounds import open_round


def source_of(year: ProjectYear) -> Source:
    """The State source of a file's own programme."""
    return Source.NATIONAL if year.project.programme == Programme.NATIONAL else Source.LOCAL


def _book(
    step: Step,
    kind: EntryKind,
    amount: int,
    *,
    source: Source | None = None,
    share: BeneficiaryShare | None = None,
    instalment: str = "",
    corrects: LedgerEntry | None = None,
) -> None:
    """Append one entry for this step; an amount of 0 đồng books nothing."""
    if amount == 0:
        return
    year: ProjectYear = step.subject
    source = source or source_of(year)
    paper = step.event.paper or (step.list_act.paper if step.list_act else None)
    book(
        LedgerEntry(
            tenant_id=year.tenant_id,
            project_year=year,
            share=share,
            event=step.event,
            holder=step.by.organisation if kind == EntryKind.ALLOCATED else None,
            programme=year.project.programme,
            province_id=year.project.province_id,
            year=year.year,
            kind=kind,
            source=source,
            level=Level.PROVINCE if source == Source.LOCAL else "",
            amount=amount,
            instalment=instalment,
            paper=str(paper or ""),
            effective_on=step.on,
            position=step.by,
            person=step.by.person,
            corrects=corrects,
        )
    )


def _set(year: ProjectYear, **values: Any) -> None:
    for name, value in values.items():
        setattr(year, name, value)
    year.save(update_fields=list(values))


@effect("Số liệu của hồ sơ được chốt cho bước này; Sở Công Thương nhận được hồ sơ.")
def freeze_file(step: Step) -> None:
    year: ProjectYear = step.subject
    lines = list(year.estimate.all())
    _set(
        year,
        support=asked_support(year),
        counterpart=sum(line.counterpart for line in lines),
        round=open_round(year.project, step.on),
        answer_by=None,
        procedure=(
            LocalProcedure.objects.filter(province_id=year.project.province_id, valid_from__lte=step.on)
            .order_by("-valid_from")
            .first()
            if year.project.programme == Programme.LOCAL
            else None
        ),
    )


@effect("Hồ sơ về lại đơn vị soạn; chỉ những mục nêu trong lý do được mở để sửa.")
def pin_reasons(step: Step) -> None:
    year: ProjectYear = step.subject
    ReturnReason.objects.bulk_create(
        ReturnReason(
            tenant_id=year.tenant_id,
            sent_to_nation=year.sent_to_nation,
            nation_writes=year.nation_writes,
            project_year=year,
            event=step.event,
            submission=year.submission,
            section=reason["section"],
            row=str(reason.get("row") or ""),
            field=reason.get("field") or "",
            comment=reason["comment"],
        )
        for reason in step.details["reasons"]
    )
    _set(year, answer_by=step.details["answer_by"])


def _appraise(step: Step, level: AppraisalLevel, kind: EntryKind) -> None:
    year: ProjectYear = step.subject
    contents = step.details["contents"]
    appraisal = Appraisal.objects.create(
        tenant_id=year.tenant_id,
        project_year=year,
        event=step.event,
        submission=year.submission,
        level=level,
        form="4b" if year.shares.exists() else "4a",
        recommended=step.details["recommended"],
        opinion=step.details["opinion"],
        council=step.details.get("council", ""),
        paper=step.event.paper,
        **{name: contents[name] for name in CONTENTS},
    )
    if appraisal.opinion == "RECOMMENDED":
        _book(step, kind, appraisal.recommended)


CONTENTS = ("principles", "need_and_cost", "capacity", "combination", "completeness")
"""The five contents of an appraisal (T36 article 9)."""


@effect("Lập phiếu thẩm định cấp cơ sở; ghi sổ mức Sở đề nghị.")
def write_department_appraisal(step: Step) -> None:
    _appraise(step, AppraisalLevel.DEPARTMENT, EntryKind.APPRAISED_DEPARTMENT)


@effect("Lập phiếu thẩm định cấp Bộ; ghi sổ mức Cục đề nghị.")
def write_agency_appraisal(step: Step) -> None:
    _appraise(step, AppraisalLevel.AGENCY, EntryKind.APPRAISED_AGENCY)
    if rank := step.details.get("priority_rank"):
        _set(step.subject, priority_rank=rank)


@effect("Phiếu thẩm định, đăng ký trước đó hết hiệu lực, vẫn giữ trong nhật ký; sổ ghi bút toán trả lại.")
def void_appraisal(step: Step) -> None:
    """What is appraised and registered anew must not count twice: counter-entries, the old ones stay."""
    year: ProjectYear = step.subject
    for kind in (EntryKind.REGISTERED, EntryKind.APPRAISED_DEPARTMENT):
        entries = year.entries.filter(kind=kind, source=source_of(year)).order_by("pk")
        booked = sum(entry.amount for entry in entries)
        if last := entries.last():
            _release(step, kind, -booked, last)


@effect("Ghi sổ kinh phí đăng ký.")
def book_registered(step: Step) -> None:
    _book(step, EntryKind.REGISTERED, proposed_amount(step.subject))


@effect("Hồ sơ mở cho cơ quan trung ương.")
def open_to_nation(step: Step) -> None:
    _open(step, writes=True)


@effect("Cơ quan trung ương đọc được hồ sơ (không sửa).")
def show_to_nation(step: Step) -> None:
    _open(step, writes=False)


def _open(step: Step, *, writes: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kc_send_file(%s, %s)", [step.subject.project_id, writes])


@effect("Ghi sổ kế hoạch được duyệt: kinh phí hỗ trợ và vốn đối ứng.")
def book_approved(step: Step) -> None:
    """The approved support replaces the asked one; shares of several beneficiaries shrink in proportion (G9)."""
    year: ProjectYear = step.subject
    amount = verdict_amount(step)
    shares = list(year.shares.order_by("pk"))
    if shares:
        for share, support in zip(
            shares, split_proportionally(amount, [s.support for s in shares]), strict=True
        ):
            share.support = support
            share.state = ShareState.CONFIRMED
        BeneficiaryShare.objects.bulk_update(shares, ["support", "state"])
    _set(year, support=amount)
    _book(step, EntryKind.APPROVED, amount)
    _book(step, EntryKind.APPROVED, year.counterpart, source=Source.COUNTERPART)


@effect("Ghi sổ kinh phí được giao.")
def book_allocated(step: Step) -> None:
    _book(step, EntryKind.ALLOCATED, allocation_amount(step))


@effect("Giá trị hợp đồng tăng theo phụ lục.")
def book_annex(step: Step) -> None:
    """The contract grows by what this act has just allocated."""
    amount = sum(entry.amount for entry in step.event.entries.filter(kind=EntryKind.ALLOCATED))
    item = step.subject.contract_items.latest("pk")
    item.amount += amount
    item.save(update_fields=["amount"])
    _book(step, EntryKind.CONTRACTED, amount)


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
            "party_a": step.by.organisation,
            "signed_a": step.by,
            "signed_b": details["signed_b"],
            "starts_on": details["starts_on"],
            "ends_on": details["ends_on"],
            "stages": details.get("stages", ""),
            "accepting_body": details["accepting_body"],
            "invoices_agency": details.get("invoices_agency", False),
            "sites": details.get("sites", ""),
        },
    )
    ContractItem.objects.create(
        tenant_id=year.tenant_id,
        contract=contract,
        project_year=year,
        amount=details["amount"],
        counterpart=year.counterpart,
    )
    _book(step, EntryKind.CONTRACTED, details["amount"])
    _book(step, EntryKind.CONTRACTED, year.counterpart, source=Source.COUNTERPART)


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
        late=step.on > month.replace(day=24),  # "trước ngày 25" (T36 article 23.3a)
    )


@effect("Báo cáo tiến độ được xác nhận, làm căn cứ đề nghị tạm ứng.")
def confirm_reports(step: Step) -> None:
    step.subject.progress_reports.filter(confirmed_on__isnull=True).update(
        confirmed_by=step.by, confirmed_on=step.on
    )


@effect("Ghi sổ số tạm ứng.")
def book_advance(step: Step) -> None:
    asked = step.subject.events.filter(action="request_advance").order_by("-pk").first()
    _book(step, EntryKind.ADVANCED, step.details["amount"], instalment=asked.details["instalment"])


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
        _book(step, EntryKind.ACCEPTED, item["support"], share=share)
        _book(step, EntryKind.ACCEPTED, item["counterpart"], source=Source.COUNTERPART, share=share)
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


@effect("Ghi sổ thanh toán tạm ứng và chi mới.")
def book_payment(step: Step) -> None:
    _book(step, EntryKind.CLEARED, step.details["cleared"])
    _book(step, EntryKind.PAID, step.details["paid"])


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
    _book(step, EntryKind.SETTLED, details["settled"])


@effect("Ghi sổ số hoàn trả ngân sách.")
def book_refund(step: Step) -> None:
    _book(step, EntryKind.REFUNDED, step.details["amount"])


@effect("Kinh phí chưa chi trở về nguồn; phần đã chi chờ quyết toán hoặc hoàn trả.")
def release_money(step: Step) -> None:
    """Counter-entries in the order that the limits allow: contracted, allocated, plan. What was paid out stays."""
    year: ProjectYear = step.subject
    sums = balance(year.pk)
    kept = sums.advanced + sums.paid
    for kind, booked in (
        (EntryKind.CONTRACTED, sums.contracted),
        (EntryKind.ALLOCATED, sums.allocated),
    ):
        last = year.entries.filter(kind=kind, source=source_of(year)).order_by("-pk").first()
        if last is not None and booked > kept:
            _release(step, kind, kept - booked, last)
    _book(step, EntryKind.ADJUSTED, kept - sums.planned)
    shares = list(year.shares.order_by("pk"))
    if shares:
        for share, support in zip(
            shares, split_proportionally(kept, [s.support for s in shares]), strict=True
        ):
            share.support = support
        BeneficiaryShare.objects.bulk_update(shares, ["support"])
    _set(year, support=kept)


def _release(step: Step, kind: EntryKind, amount: int, corrected: LedgerEntry) -> None:
    """A negative entry that names the entry it takes back, out of the same holder's assignment."""
    if amount == 0:
        return
    book(
        LedgerEntry(
            tenant_id=corrected.tenant_id,
            project_year=step.subject,
            event=step.event,
            holder=corrected.holder,
            programme=corrected.programme,
            province_id=corrected.province_id,
            year=corrected.year,
            kind=kind,
            source=corrected.source,
            level=corrected.level,
            amount=amount,
            paper=str(step.event.paper or ""),
            effective_on=step.on,
            position=step.by,
            person=step.by.person,
            corrects=corrected,
        )
    )
