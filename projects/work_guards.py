"""What must hold once the money came: contract, progress, advance, acceptance, settlement (see projects/guards.py)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from accounts.models import Organisation, OrganisationKind
from accounts.queries import working_calendar
from budgets.models import Programme
from budgets.queries import balance
from khuyencong.lib.dates import short_date
from khuyencong.lib.money import dong
from khuyencong.lib.numbers import decimal_text
from khuyencong.lib.workflow import Step, must
from projects.deadlines import DOSSIER_DAYS, dossier_limit, settlement_limit
from projects.models import BeneficiaryShare, Event, ProjectYear
from projects.norms import share_limits
from projects.states import State


@must("Không quá kinh phí được giao")
def within_allocation(step: Step) -> str | None:
    sums = balance(step.subject.pk)
    if sums.contracted + step.details["amount"] > sums.allocated:
        return f"Giá trị hợp đồng vượt kinh phí được giao ({dong(sums.allocated)})."
    return None


@must("Ngày kết thúc sau ngày bắt đầu")
def contract_days(step: Step) -> str | None:
    if step.details["ends_on"] < step.details["starts_on"]:
        return "Ngày kết thúc hợp đồng phải sau ngày bắt đầu."
    return None


@must("Đơn vị nghiệm thu là Sở nơi thực hiện; chương trình quốc gia: Sở hoặc Cục")
def accepting_body_fits(step: Step) -> str | None:
    """Acceptance by the department of the place, of a national file also by the agency (T36 article 21.1)."""
    body: Organisation = step.details["accepting_body"]
    own_department = body.kind == OrganisationKind.DEPARTMENT and body.tenant_id == step.subject.tenant_id
    national = step.subject.project.programme == Programme.NATIONAL
    if own_department or (national and body.kind == OrganisationKind.AGENCY):
        return None
    return f"Đơn vị nghiệm thu phải là Sở Công Thương nơi thực hiện{' hoặc Cục' if national else ''}."


@must("Hợp đồng đã có hiệu lực")
def contract_begun(step: Step) -> str | None:
    item = step.subject.contract_items.select_related("contract").order_by("-pk").first()
    if item is not None and step.on < item.contract.starts_on:
        return f"Hợp đồng có hiệu lực từ {short_date(item.contract.starts_on)}."
    return None


@must("Tháng chưa có báo cáo")
def month_not_reported(step: Step) -> str | None:
    month: dt.date = step.details["month"].replace(day=1)
    if month > step.on:
        return "Tháng báo cáo ở tương lai."
    if step.subject.progress_reports.filter(month=month).exists():
        return f"Tháng {month:%m/%Y} đã có báo cáo tiến độ."
    return None


@must("Khối lượng từ 0 đến 100%")
def progress_is_a_share(step: Step) -> str | None:
    percent, value = step.details["percent"], step.details["value_done"]
    if not 0 <= percent <= 100:
        return "Khối lượng hoàn thành tính bằng phần trăm, từ 0 đến 100."
    return None if value >= 0 else "Giá trị đã thực hiện không được âm."


@must("Kiến nghị có hạn khắc phục")
def finding_has_deadline(step: Step) -> str | None:
    if step.details.get("finding") and not step.details.get("fix_by"):
        return "Kiến nghị kiểm tra cần hạn khắc phục."
    return None


@must("Không quá tỷ lệ tạm ứng của loại hoạt động; phần còn lại sau nghiệm thu")
def advance_within_limits(step: Step) -> str | None:
    """First advance by the ratio of the type (T36 article 13), the rest only after acceptance (article 14)."""
    year, amount = step.subject, step.details["amount"]
    sums = balance(year.pk)
    if step.details["instalment"] == "REMAINDER":
        if year.state != State.ACCEPTED:
            return "Phần còn lại chỉ tạm ứng sau khi nghiệm thu."
        room = min(sums.contracted, sums.accepted) - sums.advanced - sums.paid
        return None if amount <= room else f"Phần còn lại tối đa là {dong(max(room, 0))}."
    percent = first_advance_percent(year)
    if percent is None:
        return None
    limit = sums.contracted * percent // 100
    if sums.advanced + amount > limit:
        return f"Tạm ứng lần một tối đa {percent}% giá trị hợp đồng: {dong(limit)}, đã tạm ứng {dong(sums.advanced)}."
    return None


def first_advance_percent(year: ProjectYear) -> int | None:
    """Ratio of the first advance: the type's, for local files at most the province's; None: decided by authority."""
    percent: int | None = year.project.activity.first_advance_percent
    if year.project.programme == Programme.LOCAL and year.procedure is not None:
        own: int = year.procedure.first_advance_percent
        return own if percent is None else min(percent, own)
    return percent


@must("Không quá số đơn vị đề nghị")
def advance_as_requested(step: Step) -> str | None:
    asked = Event.objects.filter(project_year=step.subject, action="request_advance").order_by("-pk").first()
    if asked is not None and step.details["amount"] > asked.details["amount"]:
        return f"Số tạm ứng lớn hơn số đơn vị đề nghị ({dong(asked.details['amount'])})."
    return None


@must("Phần chưa nghiệm thu, không quá mức được duyệt và giá trị hợp đồng")
def shares_to_accept(step: Step) -> str | None:
    open_shares = {
        share.pk
        for share in BeneficiaryShare.objects.filter(project_year=step.subject).exclude(state="accepted")
    }
    named = [item["share"] for item in step.details["shares"]]
    if not named:
        return "Chưa chọn phần hỗ trợ nào để nghiệm thu."
    if open_shares and not set(named) <= open_shares:
        return "Có phần hỗ trợ đã nghiệm thu hoặc không thuộc hồ sơ này."
    if not open_shares and named != [None]:
        return "Hồ sơ không có cơ sở thụ hưởng nên chỉ nghiệm thu chung một lần."
    if any(item["support"] < 0 or item["counterpart"] < 0 for item in step.details["shares"]):
        return "Kinh phí, vốn đối ứng được nghiệm thu không được âm."
    for share in step.subject.shares.select_related("establishment"):
        accepted = sum(item["support"] for item in step.details["shares"] if item["share"] == share.pk)
        if accepted > share.support:
            return (
                f"{share.establishment.name}: kinh phí nghiệm thu {dong(accepted)} vượt mức hỗ trợ được duyệt "
                f"{dong(share.support)}."
            )
    sums = balance(step.subject.pk)
    total = sum(item["support"] for item in step.details["shares"])
    if sums.accepted + total > sums.contracted:
        return (
            f"Kinh phí nghiệm thu {dong(sums.accepted + total)} vượt giá trị hợp đồng {dong(sums.contracted)}. "
            "Hãy xem lại từng phần."
        )
    return None


def all_shares_accepted(step: Step) -> bool:
    """True when this acceptance is the last one of the file."""
    named = {item["share"] for item in step.details["shares"]}
    left = BeneficiaryShare.objects.filter(project_year=step.subject).exclude(state="accepted")
    return not left.exclude(pk__in=[pk for pk in named if pk is not None]).exists()


@must("Tổng thanh toán không quá số nghiệm thu")
def payment_within_acceptance(step: Step) -> str | None:
    sums = balance(step.subject.pk)
    cleared, paid = step.details["cleared"], step.details["paid"]
    if cleared < 0 or paid < 0 or cleared + paid == 0:
        return "Hãy ghi số thanh toán tạm ứng hoặc số chi mới, không âm."
    if paid and not _payment_requested(step.subject):
        return (
            "Đơn vị thực hiện chưa nộp hồ sơ quyết toán: chỉ được thanh toán tạm ứng đã chuyển, chưa chi mới."
        )
    if sums.cleared + cleared > sums.advanced - sums.refunded:
        return f"Thanh toán tạm ứng vượt dư tạm ứng {dong(sums.advance_outstanding)}."
    if sums.cleared + sums.paid + cleared + paid > sums.accepted:
        return f"Tổng thanh toán vượt kinh phí đã nghiệm thu {dong(sums.accepted)}."
    return None


@must("Không quá số nghiệm thu, tỷ lệ trên chi phí thực tế và mức tối đa")
def settled_within_limits(step: Step) -> str | None:
    """G7: at most what was accepted, and the share of the real cost where support is a percentage (T36 19.1d)."""
    settled, real_cost = step.details["settled"], step.details["real_cost"]
    if settled < 0 or real_cost < 0:
        return "Số quyết toán, chi phí thực tế không được âm."
    accepted = balance(step.subject.pk).accepted
    if settled > accepted:
        return f"Số quyết toán vượt kinh phí đã nghiệm thu {dong(accepted)}."
    percent, ceiling = share_limits(step.subject, step.on)
    if percent is not None and settled * 100 > real_cost * percent:
        return f"Số quyết toán vượt {decimal_text(Decimal(str(percent)))}% chi phí hợp lệ thực tế."
    if ceiling is not None and settled > ceiling:
        return f"Số quyết toán vượt mức tối đa {dong(ceiling)}."
    return None


@must("Đã nộp hồ sơ quyết toán; quá 22/01 được thanh toán tạm ứng khi chưa có hồ sơ")
def dossier_or_late_clearing(step: Step) -> str | None:
    """After 22 January the advance is cleared at the Treasury without the dossier (T36 article 18.3)."""
    if _payment_requested(step.subject) or step.on > settlement_limit(step.subject.year):
        return None
    return "Đơn vị thực hiện chưa nộp hồ sơ thanh toán, quyết toán."


def _payment_requested(year: ProjectYear) -> bool:
    return Event.objects.filter(project_year=year, action="request_payment").exists()


@must("Không quá số phải hoàn trả")
def refund_within_due(step: Step) -> str | None:
    due = balance(step.subject.pk).refund_due
    return None if 0 < step.details["amount"] <= due else f"Số phải hoàn trả còn {dong(due)}."


def what_is_unbalanced(step: Step) -> str:
    """What stands against closing, in đồng: an advance outstanding, or cash above the settlement (G8)."""
    sums = balance(step.subject.pk)
    if sums.advance_outstanding > 0:
        return f"Còn dư tạm ứng {dong(sums.advance_outstanding)}: cần thanh toán tạm ứng hoặc hoàn trả trước."
    return f"Đã chi cao hơn số quyết toán {dong(sums.refund_due)}: cần hoàn trả trước."


# -- dates that warn ---------------------------------------------------------------------------------


@must("Trong 15 ngày từ ngày nghiệm thu cuối")
def dossier_in_time(step: Step) -> str | None:
    last = step.subject.acceptances.order_by("-accepted_on").first()
    if last is None:
        return None
    limit = dossier_limit(last.accepted_on, working_calendar())
    if step.on <= limit:
        return None
    return (
        f"Quá hạn nộp hồ sơ {short_date(limit)}: {DOSSIER_DAYS} ngày kể từ ngày nghiệm thu cuối "
        f"({short_date(last.accepted_on)})."
    )


@must("Không muộn hơn ngày 22/01 năm sau")
def settled_in_time(step: Step) -> str | None:
    limit = settlement_limit(step.subject.year)
    return f"Quá hạn thanh lý, quyết toán {short_date(limit)}." if step.on > limit else None
