"""What follows from an act, as functions of the step: rows written, ledger booked, the file opened to the nation.

Each says in Vietnamese what the user will see happen. All run inside the act's transaction (khuyencong/lib/workflow).
"""

from __future__ import annotations

from typing import Any

from budgets.models import EntryKind, Programme, Source
from khuyencong.lib.numbers import split_proportionally
from khuyencong.lib.workflow import Step, effect
from projects.booking import book_for, source_of, take_back
from projects.guards import (
    allocation_amount,
    asked_counterpart,
    asked_support,
    proposed_amount,
    verdict_amount,
)
from projects.models import (
    Appraisal,
    AppraisalLevel,
    BeneficiaryShare,
    LocalProcedure,
    Opinion,
    ProjectYear,
    ReturnReason,
    ShareState,
)
from projects.rounds import open_round
from projects.services import opening
from projects.years import coming_years, first_of_several, recommended_of, year_plans


def _set(year: ProjectYear, **values: Any) -> None:
    for name, value in values.items():
        setattr(year, name, value)
    year.save(update_fields=list(values))


@effect("Số liệu của hồ sơ được chốt cho bước này; Sở Công Thương nhận được hồ sơ.")
def freeze_file(step: Step) -> None:
    year: ProjectYear = step.subject
    _set(
        year,
        support=asked_support(year),
        counterpart=asked_counterpart(year),
        round=open_round(year, step.on),
        answer_by=None,
        procedure=(
            LocalProcedure.objects.filter(province__tenant=year.tenant_id, valid_from__lte=step.on)
            .order_by("-valid_from")
            .first()
            if year.project.programme == Programme.LOCAL
            else None
        ),
    )


@effect("Số liệu của hồ sơ được chốt cho bước này; Cục nhận được hồ sơ.")
def freeze_for_agency(step: Step) -> None:
    freeze_file(step)


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
        coming=recommended_coming(step),
        paper=step.event.paper,
        **{name: contents[name] for name in CONTENTS},
    )
    if appraisal.opinion == "RECOMMENDED":
        book_for(step, kind, appraisal.recommended)


def recommended_coming(step: Step) -> dict[str, int]:
    """Year → đồng recommended for each coming year of a project over several, what is asked where nothing was said."""
    year: ProjectYear = step.subject
    if not first_of_several(year) or step.details["opinion"] != Opinion.RECOMMENDED:
        return {}
    said = {str(name): amount for name, amount in (step.details.get("coming") or {}).items()}
    return {str(part.year): said.get(str(part.year), part.support) for part in coming_years(year)}


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
    for kind in (EntryKind.REQUESTED, EntryKind.REGISTERED, EntryKind.APPRAISED_DEPARTMENT):
        entries = year.entries.filter(kind=kind, source=source_of(year)).order_by("pk")
        booked = sum(entry.amount for entry in entries)
        if last := entries.last():
            take_back(step, kind, -booked, last)


@effect("Ghi sổ kinh phí đăng ký.")
def book_registered(step: Step) -> None:
    book_for(step, EntryKind.REGISTERED, proposed_amount(step.subject))


@effect("Ghi sổ kinh phí đưa vào dự toán của năm.")
def book_requested(step: Step) -> None:
    book_for(step, EntryKind.REQUESTED, proposed_amount(step.subject))


@effect("Hồ sơ mở cho cơ quan trung ương.")
def open_to_nation(step: Step) -> None:
    opening.open_to_nation(step.subject, writes=True)


@effect("Cơ quan trung ương đọc được hồ sơ (không sửa).")
def show_to_nation(step: Step) -> None:
    opening.open_to_nation(step.subject, writes=False)


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
    if first_of_several(year):
        _approve_years(year, amount)
    book_for(step, EntryKind.APPROVED, amount)
    book_for(step, EntryKind.APPROVED, year.counterpart, source=Source.COUNTERPART)


def _approve_years(year: ProjectYear, amount: int) -> None:
    """The whole is approved with its first year: ``amount`` đồng for that one, for the others what the last appraisal
    recommends. Each later year has its own decision, within its part."""
    appraisal = year.appraisals.filter(submission=year.submission).order_by("-pk").first()
    approved = recommended_of(year, appraisal) | {year.year: amount}
    project = year.project
    project.approved_total = sum(approved.values())
    project.save(update_fields=["approved_total"])
    for part in year_plans(project):
        part.approved = approved[part.year]
        part.save(update_fields=["approved"])


@effect("Ghi sổ kinh phí được giao.")
def book_allocated(step: Step) -> None:
    book_for(step, EntryKind.ALLOCATED, allocation_amount(step))


@effect("Giá trị hợp đồng tăng theo phụ lục.")
def book_annex(step: Step) -> None:
    """The contract grows by what this act has just allocated."""
    amount = sum(entry.amount for entry in step.event.entries.filter(kind=EntryKind.ALLOCATED))
    item = step.subject.contract_items.latest("pk")
    item.amount += amount
    item.save(update_fields=["amount"])
    book_for(step, EntryKind.CONTRACTED, amount)
