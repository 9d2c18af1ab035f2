"""What the person who acts should have before his eyes: earlier papers, money so far, other support, findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Position
from budgets.queries import Balance, balance
from khuyencong.lib.dates import short_date, today
from khuyencong.lib.money import dong
from khuyencong.lib.workflow import Action
from projects.change_guards import refund_due, terminations_of
from projects.groups import sent_plan
from projects.models import BeneficiaryShare, Event, Inspection, ProgressReport, ProjectYear, Stage
from projects.queries import (
    appraisals_of,
    files_visible_to,
    returned_reports,
    settlement_dossier,
    standing_reports,
    years_seen,
)
from projects.requirements import requirements
from projects.second_signature import AMOUNTS, CHECKED, check_before, last_check
from projects.states import IN_PLAN, State
from projects.years import once_lost, years_shown

Facts = list[tuple[str, str]]
"""Label and text, as the page shows them."""


@dataclass(frozen=True)
class Ground:
    """One card: what it is, its facts, and a sentence where there are none. ``decides``: the act is an answer to it,
    so it stands above the form, not beside it."""

    title: str
    facts: Facts
    otherwise: str = ""
    decides: bool = False


def grounds_of(year: ProjectYear, row: Action, by: Position) -> list[Ground]:
    """Cards for ``row`` on ``year``, the most telling first; a constant number of queries."""
    name = row.name
    found: list[Ground] = []
    if name in {"appraise_agency", "decline", "return", "appraise_department"}:
        found += _appraisals(year)
    if name in {"appraise_department", "appraise_agency"}:
        found += _other_years(year, by)
        found.append(_other_support(year, by))
        found += _record(year, by)
    if name in ENDS_WITHOUT_MONEY and year.is_later_year:
        found.append(Ground("Đề án nhiều năm", [(f"Phần năm {year.year}", once_lost(year))], decides=True))
    if name in {"confirm_progress", "return_progress"}:
        waiting = standing_reports(year).filter(confirmed_on__isnull=True)
        found += [_report(report) for report in waiting]
    if name == "report_progress":
        found += [_returned(report) for report in returned_reports(year)]
    if name == "submit_implementation_plan":
        found.append(_named(year))
    if name in {"approve_implementation_plan", "return_implementation_plan"}:
        found += _plan(year)
    if name in {"contract", "assign_task"}:
        found += _other_years(year, by)
        found += _tender(year)
    if name in RETURNED_BY:
        found += _given_back(year, name)
    if name in {"check_advance", "advance", "return_advance"}:
        found += _asked(_last_request(year), "Đơn vị đề nghị tạm ứng")
    if name in {
        "confirm_settlement",
        "return_settlement",
        "check_payment",
        "pay",
        "check_settlement",
        "settle",
    }:
        found += _asked(settlement_dossier(year), "Hồ sơ thanh toán, quyết toán")
    if check := check_before(name):
        found += _checked(last_check(year, check), CHECKED[check][1])
    if name in STAGE_OF:
        found += _papers(year, STAGE_OF[name])
    if year.state in IN_PLAN:
        sums = balance(year.pk)
        due = refund_due(year, sums) if sums.settled or year.state == State.STOPPED else 0
        found.append(Ground("Kinh phí của hồ sơ", _money(sums, due)))
    return found


ENDS_WITHOUT_MONEY = frozenset({"withdraw", "decline"})

RETURNED_BY = {
    "request_advance": "return_advance",
    "request_payment": "return_settlement",
    "submit_implementation_plan": "return_implementation_plan",
}
"""The act by which what was asked comes back to the unit, with its reason."""

STAGE_OF = {
    "submit_implementation_plan": Stage.PLAN,
    "approve_implementation_plan": Stage.PLAN,
    "request_advance": Stage.ADVANCE,
    "check_advance": Stage.ADVANCE,
    "advance": Stage.ADVANCE,
    "accept": Stage.ACCEPT,
    "request_payment": Stage.SETTLE,
    "confirm_settlement": Stage.SETTLE,
    "check_payment_request": Stage.SETTLE,
    "check_settlement": Stage.SETTLE,
    "settle": Stage.SETTLE,
}
"""Acts before which one looks whether the papers of a stage are there."""


def open_findings(year: ProjectYear) -> Sequence[Inspection]:
    """Findings that hold acceptance and payment."""
    return list(year.inspections.filter(resolved_on__isnull=True).exclude(finding=""))


def _appraisals(year: ProjectYear) -> list[Ground]:
    """What the latest forms concluded, also one that a return made void."""
    return [
        Ground(
            f"{row.get_level_display()} ({row.get_form_display()})",
            [
                ("Kết luận", f"{row.get_opinion_display()}, {dong(row.recommended)}"),
                ("Phiếu", f"số {row.paper.number} ngày {short_date(row.paper.dated)}"),
                *([] if holds else [("Hiệu lực", "không còn, do hồ sơ bị trả lại")]),
            ],
        )
        for row, holds in appraisals_of(year)[:2]
    ]


def _other_years(year: ProjectYear, by: Position) -> list[Ground]:
    """Of a project over several years what the others came to, with the progress last confirmed: the next year is
    proposed with the progress of the last (chain.md §3.5)."""
    shown = years_shown(year, years_seen(year, by))
    if shown is None:
        return []
    facts: Facts = []
    for each in shown.years:
        if each.here:
            continue
        told = [f"hỗ trợ {dong(each.support)}"]
        if each.file is None:
            told.append("chưa có hồ sơ")
        else:
            told.append(each.file.get_state_display())
            report = standing_reports(each.file).filter(confirmed_on__isnull=False).order_by("-month").first()
            if report is not None:
                told.append(f"khối lượng {report.percent}% (tháng {report.month:%m/%Y})")
            told += [
                f"{label} {dong(amount)}"
                for label, amount in (
                    ("giải ngân", each.sums.disbursed),
                    ("nghiệm thu", each.sums.accepted),
                    ("quyết toán", each.sums.settled),
                )
                if amount
            ]
        facts.append((f"Năm {each.year}", "; ".join(told)))
    if shown.approved_total is not None:
        facts.append(("Tổng được duyệt", dong(shown.approved_total)))
    return [Ground("Các năm khác của đề án", facts)]


def _other_support(year: ProjectYear, by: Position) -> Ground:
    """State support that the same establishments got or ask for elsewhere, as far as ``by`` may see (G10)."""
    taxes = year.shares.values("establishment__tax_code")
    rows = (
        BeneficiaryShare.objects.filter(
            establishment__tax_code__in=taxes,
            project_year__in=files_visible_to(by),
        )
        .exclude(project_year=year)
        .exclude(project_year__state__in=["draft", "withdrawn", "not_selected"])
        .select_related("establishment", "project_year__project")
        .order_by("-project_year__year", "pk")[:8]
    )
    return Ground(
        "Hỗ trợ khác cho cùng cơ sở",
        [(share.establishment.name, _elsewhere(share)) for share in rows],
        "Không thấy đề án nào khác của các cơ sở này (đối chiếu theo mã số thuế).",
    )


def _record(year: ProjectYear, by: Position) -> list[Ground]:
    """Files of the same unit that were ended for a violation (T36 article 11.3): a warning to the appraiser."""
    ended = terminations_of(year, by)
    facts = [
        (event.project_year.shown_code, f"{event.project_year.project.title}: {event.paper}")
        for event in ended
    ]
    return [Ground("Đơn vị thực hiện từng bị ngừng đề án do vi phạm", facts, decides=True)] if facts else []


def _elsewhere(share: BeneficiaryShare) -> str:
    year = share.project_year
    return f"{year.shown_code}: {year.project.title}, năm {year.year}, {dong(share.support)}"


def _report(report: ProgressReport) -> Ground:
    facts = [
        ("Khối lượng", f"{report.percent}%"),
        ("Giá trị đã thực hiện", dong(report.value_done)),
        ("Công việc", report.done),
    ]
    if report.difficulties:
        facts.append(("Khó khăn, đề xuất", report.difficulties))
    facts.append(("Báo cáo ngày", f"{short_date(report.reported_on)}{', muộn' if report.late else ''}"))
    return Ground(f"Báo cáo tháng {report.month:%m/%Y}", facts, decides=True)


def _returned(report: ProgressReport) -> Ground:
    assert report.returned is not None
    return Ground(
        f"Báo cáo tháng {report.month:%m/%Y} bị trả lại",
        [("Lý do", report.returned.comment), ("Ngày trả lại", short_date(report.returned.effective_on))],
        decides=True,
    )


def _given_back(year: ProjectYear, action: str) -> list[Ground]:
    """Why the last request came back, until it is made again."""
    acts = Event.objects.filter(project_year=year, action__in=[action, RETURNED_BY[action]])
    last = acts.select_related("person").order_by("-pk").first()
    if last is None or last.action == action:
        return []
    facts = [("Lý do", last.comment), ("Ngày trả lại", short_date(last.effective_on))]
    return [Ground("Lần đề nghị trước bị trả lại", facts, decides=True)]


def _papers(year: ProjectYear, stage: Stage) -> list[Ground]:
    """Papers of the stage, whether they are in the file."""
    asked = [each for each in requirements(year, today()) if each.stage == stage and not each.made_here]
    facts = [(each.name, "đã có" if each.met else "chưa có trong hồ sơ") for each in asked]
    return [Ground(f"Giấy tờ {stage.label.lower()}", facts)] if facts else []


def _named(year: ProjectYear) -> Ground:
    """Whom the plan of a group project names, with the sum."""
    shares = list(year.shares.select_related("establishment"))
    facts = [
        (share.establishment.name, f"{share.place or share.establishment.address}: {dong(share.support)}")
        for share in shares
    ]
    if len(shares) > 1:
        facts.append(("Cộng", dong(sum(share.support for share in shares))))
    return Ground("Cơ sở thụ hưởng trong kế hoạch", facts, "Chưa nêu cơ sở nào.", decides=True)


def _plan(year: ProjectYear) -> list[Ground]:
    """The plan that waits for the department."""
    plan = sent_plan(year)
    if plan is None:
        return []
    facts = [
        ("Tờ trình", f"số {plan.paper.number} ngày {short_date(plan.paper.dated)}"),
        ("Thời gian", f"{short_date(plan.starts_on)} – {short_date(plan.ends_on)}"),
        ("Đơn vị phối hợp", plan.partner or "không có"),
        ("Nội dung, quy mô", plan.content),
        ("Tổ chức thực hiện", plan.organisation_of_work),
    ]
    if plan.specifications:
        facts.append(("Đặc tính kỹ thuật", plan.specifications))
    return [Ground("Kế hoạch triển khai", facts, decides=True), _named(year)]


def _tender(year: ProjectYear) -> list[Ground]:
    result = year.tender_results.last()
    if result is None:
        return []
    facts = [
        (
            "Quyết định",
            f"số {result.decision_number} ngày {short_date(result.decided_on)} của {result.decided_by}",
        ),
        ("Đơn vị trúng thầu", result.bidder),
        ("Giá trúng thầu", dong(result.price)),
    ]
    return [Ground("Kết quả lựa chọn nhà thầu", facts)]


def _last_request(year: ProjectYear) -> Event | None:
    acts = year.events.filter(action="request_advance").select_related("paper", "person")
    return acts.order_by("-pk").first()


def _checked(event: Event | None, names: Sequence[str]) -> list[Ground]:
    """What the accountant signed."""
    if event is None:
        return []
    facts = [(AMOUNTS[name].capitalize(), dong(event.details[name])) for name in names]
    facts.append(("Kế toán", f"{event.person}, {event.position.title}, {short_date(event.effective_on)}"))
    if event.comment:
        facts.append(("Ghi chú", event.comment))
    return [Ground("Kế toán trưởng đã kiểm tra", facts, decides=True)]


def _asked(event: Event | None, title: str) -> list[Ground]:
    if event is None:
        return []
    labels = (("amount", "Số tiền đề nghị"), ("real_cost", "Tổng chi phí thực tế"))
    facts = [(label, dong(event.details[name])) for name, label in labels if name in event.details]
    facts.append(("Văn bản", str(event.paper)))
    if event.comment:
        facts.append(("Ghi chú", event.comment))
    return [Ground(title, facts, decides=True)]


def _money(sums: Balance, due: int) -> Facts:
    every = (
        ("Kế hoạch được duyệt", sums.planned),
        ("Được giao", sums.allocated),
        ("Giá trị hợp đồng", sums.contracted),
        ("Đã tạm ứng", sums.advanced),
        ("Đã nghiệm thu", sums.accepted),
        ("Đã thanh toán tạm ứng", sums.cleared),
        ("Đã chi mới", sums.paid),
        ("Đã quyết toán", sums.settled),
        ("Đã hoàn trả", sums.refunded),
        ("Còn phải hoàn trả", due),
        ("Còn phải chi", sums.payment_due),
    )
    return [(label, dong(amount)) for label, amount in every if amount]
