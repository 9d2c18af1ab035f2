"""What must hold of the dossier, the payment and the settlement of a file, and the dates that warn (see
projects/guards.py)."""

from __future__ import annotations

from decimal import Decimal

from accounts.queries import working_calendar
from budgets.queries import Balance, balance
from khuyencong.lib.dates import short_date
from khuyencong.lib.money import dong
from khuyencong.lib.numbers import decimal_text
from khuyencong.lib.workflow import Step, must
from projects.deadlines import DOSSIER_DAYS, dossier_limit, settlement_limit
from projects.models import ProjectYear
from projects.norms import share_limits
from projects.queries import settlement_dossier, working_year
from projects.states import State


@must("Tổng thanh toán không quá số nghiệm thu; sau thanh lý, không quá số quyết toán")
def payment_within_acceptance(step: Step) -> str | None:
    sums = balance(step.subject.pk)
    limit, basis = payment_limit(step.subject, sums)
    cleared, paid = step.details["cleared"], step.details["paid"]
    if cleared < 0 or paid < 0 or cleared + paid == 0:
        return "Hãy ghi số thanh toán tạm ứng hoặc số chi mới, không âm."
    if paid and settlement_dossier(step.subject) is None:
        return (
            "Đơn vị thực hiện chưa nộp hồ sơ quyết toán: chỉ được thanh toán tạm ứng đã chuyển, chưa chi mới."
        )
    if sums.cleared + cleared > sums.advanced - sums.refunded:
        return f"Thanh toán tạm ứng vượt dư tạm ứng {dong(sums.advance_outstanding)}."
    if sums.cleared + sums.paid + cleared + paid > limit:
        return f"Tổng thanh toán vượt {basis} {dong(limit)}."
    if paid and sums.disbursed + paid > limit:
        return (
            f"Đã chuyển {dong(sums.disbursed)} trên {basis} {dong(limit)}: chi mới tối đa "
            f"{dong(max(limit - sums.disbursed, 0))}."
        )
    return None


def payment_limit(year: ProjectYear, sums: Balance) -> tuple[int, str]:
    """What may be paid altogether, in đồng, and what it is: what was accepted; once settled, what was settled."""
    if year.state == State.SETTLED:
        return min(sums.accepted, sums.settled), "số quyết toán"
    return sums.accepted, "kinh phí đã nghiệm thu"


@must("Không quá số nghiệm thu, không quá chi phí thực tế")
def dossier_within_acceptance(step: Step) -> str | None:
    amount, real_cost = step.details["amount"], step.details["real_cost"]
    accepted = balance(step.subject.pk).accepted
    if amount > accepted:
        return f"Kinh phí đề nghị quyết toán {dong(amount)} vượt kinh phí đã nghiệm thu {dong(accepted)}."
    if amount > real_cost:
        return f"Kinh phí đề nghị quyết toán {dong(amount)} vượt tổng chi phí thực tế {dong(real_cost)}."
    return None


@must("Tổng chi phí như đã nghiệm thu")
def cost_as_accepted(step: Step) -> str | None:
    sums = balance(step.subject.pk)
    accepted = sums.accepted + sums.counterpart_accepted
    if step.details["real_cost"] >= accepted:
        return None
    return (
        f"Tổng chi phí thực tế {dong(step.details['real_cost'])} thấp hơn số đã nghiệm thu {dong(accepted)}."
    )


@must("Không quá số nghiệm thu, tỷ lệ trên chi phí thực tế và mức tối đa")
def settled_within_limits(step: Step) -> str | None:
    """G7: at most what was accepted, and the share of the real cost where support is a percentage (T36 19.1d)."""
    settled, real_cost = step.details["settled"], step.details["real_cost"]
    if settled < 0 or real_cost < 0:
        return "Số quyết toán, chi phí thực tế không được âm."
    accepted = balance(step.subject.pk).accepted
    if settled > accepted:
        return f"Số quyết toán vượt kinh phí đã nghiệm thu {dong(accepted)}."
    if settled > real_cost:
        return f"Số quyết toán vượt tổng chi phí thực tế {dong(real_cost)}."
    asked = settlement_dossier(step.subject)
    if asked is not None and settled > asked.details["amount"]:
        return f"Số quyết toán vượt số đơn vị đề nghị {dong(asked.details['amount'])}."
    percent, ceiling = share_limits(step.subject, step.on)
    if percent is not None and settled * 100 > real_cost * percent:
        return f"Số quyết toán vượt {decimal_text(Decimal(str(percent)))}% chi phí hợp lệ thực tế."
    if ceiling is not None and settled > ceiling:
        return f"Số quyết toán vượt mức tối đa {dong(ceiling)}."
    return None


@must("Trong tỷ lệ, mức tối đa của định mức chưa xác nhận")
def settled_within_norms(step: Step) -> str | None:
    """Norms that nobody compared with their text yet do not refuse a settlement, they ask for a reason (G7)."""
    settled, real_cost = step.details["settled"], step.details["real_cost"]
    percent, ceiling = share_limits(step.subject, step.on, confirmed=False)
    found = []
    if percent is not None and settled * 100 > real_cost * percent:
        found.append(f"Số quyết toán vượt {decimal_text(Decimal(str(percent)))}% chi phí hợp lệ thực tế.")
    if ceiling is not None and settled > ceiling:
        found.append(f"Số quyết toán vượt mức tối đa {dong(ceiling)}.")
    return " ".join(found) or None


@must("Đã nộp hồ sơ quyết toán; quá 22/01 được thanh toán tạm ứng khi chưa có hồ sơ")
def dossier_or_late_clearing(step: Step) -> str | None:
    """After 22 January the advance is cleared at the Treasury without the dossier (T36 article 18.3)."""
    if settlement_dossier(step.subject) is not None or step.on > settlement_limit(working_year(step.subject)):
        return None
    return "Đơn vị thực hiện chưa nộp hồ sơ thanh toán, quyết toán."


def what_is_unbalanced(step: Step) -> str:
    """What stands against closing, in đồng: an advance outstanding, cash above the settlement (G8) or below it."""
    sums = balance(step.subject.pk)
    if sums.advance_outstanding > 0:
        return f"Còn dư tạm ứng {dong(sums.advance_outstanding)}: cần thanh toán tạm ứng hoặc hoàn trả trước."
    if sums.payment_due > 0:
        return f"Còn phải chi theo số quyết toán {dong(sums.payment_due)}: cần thanh toán trước."
    return f"Đã chi cao hơn số quyết toán {dong(sums.refund_due)}: cần hoàn trả trước."


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
    limit = settlement_limit(working_year(step.subject))
    return f"Quá hạn thanh lý, quyết toán {short_date(limit)}." if step.on > limit else None
