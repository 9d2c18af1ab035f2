"""What follows from changing or ending an approved file: rows written anew, money booked or set free.

The figures and texts that were approved stay in the request (``ChangeRequest.before``) and in the ledger, where a
change is an entry of its own (see projects/effects.py)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Sum

from budgets.models import EntryKind, LedgerEntry, Source
from budgets.queries import balance
from budgets.services import book
from khuyencong.lib.numbers import split_proportionally
from khuyencong.lib.workflow import Step, effect
from projects.booking import book_for, give_back, source_of
from projects.change_conditions import annexes_due
from projects.change_requests import (
    OPENED,
    asked_file,
    authority_of,
    ends_before_project,
    standing_file,
    waiting_change,
)
from projects.models import (
    BeneficiaryShare,
    ChangeOutcome,
    ChangeRequest,
    ChangeType,
    Decider,
    Establishment,
    EstimateLine,
    Event,
    Nature,
    Project,
    ProjectYear,
    ShareState,
)
from projects.queries import contract_item
from projects.services.opening import open_to_nation
from projects.services.shares import drop_share, replace_share
from projects.years import over_years

# -- the request and its way -------------------------------------------------------------------------


@effect("Lập đề nghị điều chỉnh với nội dung trước và sau; cơ quan xác nhận, quyết định nhận được.")
def write_request(step: Step) -> None:
    change_type, changes = step.details["type"], step.details.get("changes") or {}
    before = standing_file(step.subject)
    _write(
        step,
        change_type,
        before,
        asked_file(step.subject, change_type, changes, before),
        beneficiary=changes.get("beneficiary"),
        force_majeure=bool(step.details.get("force_majeure")),
    )


@effect(
    "Lập hồ sơ ngừng do vi phạm, chuyển cấp quyết định; đề nghị điều chỉnh đang chờ (nếu có) được trả lại."
)
def write_termination(step: Step) -> None:
    year: ProjectYear = step.subject
    if waiting_change(year) is not None:
        _answer(step, ChangeOutcome.RETURNED)
    before = standing_file(year)
    change = _write(step, ChangeType.TERMINATE, before, before)
    if change.decides == Decider.MINISTRY:
        change.proposed = step.event
        change.save(update_fields=["proposed"])


def _write(
    step: Step,
    change_type: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    beneficiary: int | None = None,
    force_majeure: bool = False,
) -> ChangeRequest:
    year: ProjectYear = step.subject
    authority = authority_of(year, change_type)
    change = ChangeRequest.objects.create(
        tenant_id=year.tenant_id,
        project_year=year,
        type=change_type,
        decides=authority.decides,
        confirms=authority.confirms,
        before=before,
        after=after,
        requested=step.event,
        beneficiary_id=beneficiary,
        force_majeure=force_majeure,
    )
    if beneficiary and year.sent_to_nation:  # who decides reads whom the file would support
        open_to_nation(year, writes=year.nation_writes)
    return change


def _mark(step: Step, name: str) -> None:
    change = waiting_change(step.subject)
    assert change is not None
    setattr(change, name, step.event)
    change.save(update_fields=[name])


@effect("Đề nghị có xác nhận của Sở Công Thương, chuyển cấp quyết định.")
def confirm_change(step: Step) -> None:
    _mark(step, "confirmed")


@effect("Đề nghị được trình lãnh đạo Bộ.")
def propose_change(step: Step) -> None:
    _mark(step, "proposed")


@effect("Đề nghị kết thúc, hồ sơ giữ nguyên như đã duyệt; đơn vị được đề nghị lại.")
def return_change(step: Step) -> None:
    _answer(step, ChangeOutcome.RETURNED)


@effect("Đề nghị kết thúc, hồ sơ giữ nguyên như đã duyệt.")
def withdraw_change(step: Step) -> None:
    _answer(step, ChangeOutcome.WITHDRAWN)


def _answer(step: Step, outcome: ChangeOutcome) -> ChangeRequest:
    change = waiting_change(step.subject)
    assert change is not None
    change.outcome, change.decided = outcome, step.event
    fields = ["outcome", "decided"]
    if outcome == ChangeOutcome.APPROVED and step.details.get("by_annex"):
        change.annexed = step.event
        fields.append("annexed")
    change.save(update_fields=fields)
    return change


# -- what was decided --------------------------------------------------------------------------------


@effect(
    "Hồ sơ theo nội dung mới, nội dung đã duyệt vẫn đọc được; chênh lệch kinh phí ghi thành bút toán điều chỉnh."
)
def apply_change(step: Step) -> None:
    year: ProjectYear = step.subject
    if over_years(year.project):  # another year of it may be changed at the same time
        year.project = Project.objects.select_for_update(of=("self",)).get(pk=year.project_id)
    change = _answer(step, ChangeOutcome.APPROVED)
    _write_texts(year, change)
    if change.after["estimate"] != change.before["estimate"]:
        _write_estimate(step, change.after["estimate"])
    _write_shares(year, change, step.event)
    falls = change.after["support"] < change.before["support"]
    if not falls:
        move_parts(year.project, change)
    _book_difference(step, change)
    if falls:  # a plan is never above its part
        move_parts(year.project, change)
    year.support, year.counterpart = change.after["support"], change.after["counterpart"]
    year.save(update_fields=["support", "counterpart"])
    if step.details.get("by_annex"):
        _follow(change)


def move_parts(project: Project, change: ChangeRequest) -> None:
    """Move the parts of the years, and their total, by what was decided: parts that the change leaves alone stay as
    they are now, whatever another change made of them since it was asked. What falls goes first and what rises makes
    room first, so that the parts are never above the total (projects/sql/years.sql)."""
    rows = [
        (now, now["support"] - was["support"])
        for was, now in zip(change.before.get("years", ()), change.after.get("years", ()), strict=True)
        if was != now
    ]
    moved = sum(by for _, by in rows)
    parts = {part.year: part for part in project.year_plans.all()}
    if moved > 0:
        _move_total(project, moved)
    for row, by in sorted(rows, key=lambda row: row[1]):
        part = parts[row["year"]]
        part.approved = (part.approved or 0) + by
        part.counterpart, part.stages, part.results = row["counterpart"], row["stages"], row["results"]
        part.save(update_fields=["approved", "counterpart", "stages", "results"])
    if moved < 0:
        _move_total(project, moved)


def _move_total(project: Project, by: int) -> None:
    project.approved_total = (project.approved_total or 0) + by
    project.save(update_fields=["approved_total"])


def _write_texts(year: ProjectYear, change: ChangeRequest) -> None:
    project, file = year.project, change.after["file"]
    for name in OPENED[change.type].fields:
        if name == "ends_on" and ends_before_project(year):
            continue  # the year ends, not the project: its contract follows (``_follow``)
        value = file[name]
        is_day = name in {"starts_on", "ends_on"} and value
        setattr(project, name, dt.date.fromisoformat(value) if is_day else value)
    project.version += 1
    project.save()


def _write_estimate(step: Step, lines: list[dict[str, Any]]) -> None:
    """New lines; the old ones stay, named as replaced."""
    year: ProjectYear = step.subject
    EstimateLine.objects.filter(project_year=year).update(replaced=step.event)
    EstimateLine.objects.bulk_create(
        EstimateLine(
            tenant_id=year.tenant_id,
            sent_to_nation=year.sent_to_nation,
            nation_writes=year.nation_writes,
            project_year=year,
            order=order,
            **line,
        )
        for order, line in enumerate(lines)
    )


def _write_shares(year: ProjectYear, change: ChangeRequest, act: Event) -> None:
    """Rows stand in one order before and after; what was accepted is never among those that differ. An approved share
    ends and another takes its place, or none where nothing is left to it; what a plan of implementation only proposes
    is written anew."""
    shares = {share.establishment_id: share for share in year.shares.all()}
    for old, new in zip(change.before["beneficiaries"], change.after["beneficiaries"], strict=True):
        if old == new:
            continue
        share = shares[old["establishment"]]
        if share.state == ShareState.CONFIRMED and not (new["support"] or new["counterpart"]):
            drop_share(share, act=act)
            continue
        if share.state == ShareState.CONFIRMED:
            replace_share(
                share,
                act=act,
                establishment=Establishment.objects.get(pk=new["establishment"]),
                **{name: new[name] for name in ("place", "support", "counterpart")},
            )
            continue
        share.establishment_id, share.place = new["establishment"], new["place"]
        share.support, share.counterpart = new["support"], new["counterpart"]
        share.save(update_fields=["establishment", "place", "support", "counterpart"])


def _book_difference(step: Step, change: ChangeRequest) -> None:
    """± beside what was approved. Less money first leaves contract and allocation (G3, G2), back to the envelope."""
    year: ProjectYear = step.subject
    support, counterpart = change.after["support"], change.after["counterpart"]
    less = give_back(step, EntryKind.CONTRACTED, support)
    give_back(step, EntryKind.ALLOCATED, support)
    book_for(step, EntryKind.ADJUSTED, support - change.before["support"])
    book_for(step, EntryKind.ADJUSTED, counterpart - change.before["counterpart"], source=Source.COUNTERPART)
    item = contract_item(year)
    if item is None:
        return
    committed = sum(
        e.amount for e in year.entries.filter(kind=EntryKind.CONTRACTED, source=Source.COUNTERPART)
    )
    give_back(step, EntryKind.CONTRACTED, counterpart, source=Source.COUNTERPART)
    book_for(step, EntryKind.CONTRACTED, max(counterpart - committed, 0), source=Source.COUNTERPART)
    item.amount, item.counterpart = item.amount - less, counterpart
    item.save(update_fields=["amount", "counterpart"])


@effect("Hợp đồng theo nội dung điều chỉnh.")
def sign_annex(step: Step) -> None:
    """One annex takes up all changes decided since the contract or the last annex."""
    for change in annexes_due(step.subject).select_related("project_year"):
        change.annexed = step.event
        change.save(update_fields=["annexed"])
        _follow(change)


def _follow(change: ChangeRequest) -> None:
    """The contract ends, for this file, when the change says."""
    if change.after["file"]["ends_on"] == change.before["file"]["ends_on"]:
        return
    item = contract_item(change.project_year)
    if item is not None:
        item.ends_on = dt.date.fromisoformat(change.after["file"]["ends_on"])
        item.save(update_fields=["ends_on"])


# -- ends --------------------------------------------------------------------------------------------


@effect("Đề nghị được quyết định; ngừng vì bất khả kháng thì khối lượng đã làm được nghiệm thu, quyết toán.")
def end_file(step: Step) -> None:
    _answer(step, ChangeOutcome.APPROVED)


@effect("Kinh phí chưa chi trở về nguồn để giao cho đề án khác; phần đã chi chờ quyết toán hoặc hoàn trả.")
def release_money(step: Step) -> None:
    """Counter-entries in the order that the limits allow: contracted, allocated, plan. What was paid out or accepted
    stays. Where work is still to be accepted (force majeure) all stays until the settlement."""
    if step.details.get("force_majeure"):
        return
    year: ProjectYear = step.subject
    sums = balance(year.pk)
    kept = max(sums.advanced + sums.paid, sums.accepted)
    give_back(step, EntryKind.CONTRACTED, kept)
    give_back(step, EntryKind.ALLOCATED, kept)
    book_for(step, EntryKind.ADJUSTED, kept - sums.planned)
    _share_out(year, kept)
    year.support = kept
    year.save(update_fields=["support"])


def _share_out(year: ProjectYear, kept: int) -> None:
    """Each beneficiary keeps what was accepted of it; what was paid out above that lies with the others (G9)."""
    shares = list(year.shares.order_by("pk"))
    if not shares:
        return
    done = year.entries.filter(kind=EntryKind.ACCEPTED, source=source_of(year)).order_by()
    accepted = dict(done.values_list("share").annotate(Sum("amount")))
    open_shares = [share for share in shares if share.pk not in accepted] or shares
    supports = [share.support for share in open_shares]
    left = kept - sum(accepted.values())
    if year.project.nature == Nature.GROUP:  # its plan may have named less than was allocated
        left = min(left, sum(supports))
    parts = split_proportionally(left, supports)
    rest = {share.pk: part for share, part in zip(open_shares, parts, strict=True)}
    for share in shares:
        share.support = accepted.get(share.pk, 0) + rest.get(share.pk, 0)
    BeneficiaryShare.objects.bulk_update(shares, ["support"])


@effect("Việc ngừng do vi phạm được ghi cho đơn vị thực hiện, nêu khi thẩm định hồ sơ sau của đơn vị.")
def mark_implementer(_: Step) -> None:
    """The event is the record (projects/change_guards.py reads it): nothing else is written."""


# -- money of the year -------------------------------------------------------------------------------


@effect("Ghi sổ một cặp bút toán: ra khỏi năm này, vào năm sau.")
def book_carry_over(step: Step) -> None:
    year: ProjectYear = step.subject
    amount: int = step.details["amount"]
    _book_of_holder(step, EntryKind.CARRIED_OVER, -amount, year.year)
    _book_of_holder(step, EntryKind.CARRIED_OVER, amount, year.year + 1)


@effect("Kinh phí chưa chi ra khỏi hợp đồng, kinh phí được giao và dự toán của năm; không giao lại được.")
def cancel_budget(step: Step) -> None:
    year: ProjectYear = step.subject
    amount: int = step.details["amount"]
    left = balance(year.pk).allocated - amount
    give_back(step, EntryKind.CONTRACTED, left)
    give_back(step, EntryKind.ALLOCATED, left)
    _book_of_holder(step, EntryKind.CANCELLED, -amount, year.year)


def _book_of_holder(step: Step, kind: EntryKind, amount: int, budget_year: int) -> None:
    """An entry beside the last allocation of the file, of the same holder and level."""
    year: ProjectYear = step.subject
    last = year.entries.filter(kind=EntryKind.ALLOCATED, source=source_of(year)).latest("pk")
    book(
        LedgerEntry(
            tenant_id=last.tenant_id,
            project_year=year,
            event=step.event,
            holder=last.holder,
            programme=last.programme,
            province_id=last.province_id,
            year=budget_year,
            kind=kind,
            source=last.source,
            level=last.level,
            amount=amount,
            paper=str(step.event.paper or ""),
            effective_on=step.on,
            position=step.by,
            person=step.by.person,
        )
    )
