"""The accountant's signature beside the head's (positions.md §6.2, §6.3).

Before every act of money he checks and signs the amounts, and the head decides just these. Two persons, each time.
"""

from __future__ import annotations

from khuyencong.lib.money import dong
from khuyencong.lib.workflow import Guard, Step, must
from projects.conditions import of_file
from projects.models import Event, ProjectYear
from projects.queries import standing
from projects.questions import Condition

CHECKED = {
    "check_advance": ("advance", ("amount",), ("advance", "request_advance", "return_advance")),
    "check_payment": ("pay", ("cleared", "paid"), ("pay", "settle", "return_settlement")),
    "check_settlement": ("settle", ("settled", "real_cost"), ("settle", "return_settlement")),
    "check_payment_request": (
        "request_payment",
        ("amount", "real_cost"),
        ("request_payment", "return_settlement"),
    ),
}
"""For each check: the act it goes before, the amounts (đồng) that are checked, and the acts after which it is void."""

AMOUNTS = {
    "amount": "số tiền",
    "cleared": "thanh toán tạm ứng",
    "paid": "chi mới",
    "settled": "số quyết toán",
    "real_cost": "chi phí thực tế",
}


def last_check(year: ProjectYear, check: str) -> Event | None:
    """The check that stands: the last one, unless what it was for has been done or given back."""
    events = standing(check, *CHECKED[check][2]).filter(project_year=year)
    return events.select_related("person", "position").order_by("-pk").first()


def _standing_check(step: Step, check: str) -> Event | None:
    """``last_check``, asked once in an act."""
    asked = ("last check", check)
    if asked not in step.facts:
        step.facts[asked] = last_check(step.subject, check)
    found: Event | None = step.facts[asked]
    return found


def check_before(action: str) -> str | None:
    """The check that goes before ``action``; None where there is none."""
    return next((check for check, (act, *_) in CHECKED.items() if act == action), None)


def _is_checked(check: str) -> Condition:
    return Condition(
        "Kế toán trưởng đã kiểm tra",
        lambda rows: rows.filter(of_file(standing(check, *CHECKED[check][2]))),
        "Kế toán trưởng chưa kiểm tra, ký số tiền này; người đứng đầu quyết định sau chữ ký của kế toán trưởng.",
    )


def not_checked(check: str) -> Condition:
    """A warning of the check itself: once signed it is expected no more, and done again only with a reason."""
    return Condition(
        "Kế toán trưởng chưa kiểm tra",
        lambda rows: rows.exclude(of_file(standing(check, *CHECKED[check][2]))),
        "Kế toán trưởng đã kiểm tra, ký việc này; kiểm tra lại sẽ thay số đã ký.",
    )


def second_signature(check: str) -> tuple[Guard, ...]:
    """Guards of the head's act: it was checked, and not by himself."""
    return (_is_checked(check), _by_another(check))


def _by_another(check: str) -> Guard:
    @must("Kế toán trưởng và người quyết định là hai người")
    def guard(step: Step) -> str | None:
        last = _standing_check(step, check)
        if last is not None and last.person_id == step.by.person_id:
            return (
                "Ông, bà đã kiểm tra khoản này với tư cách kế toán nên không đồng thời quyết định; "
                "người khác phải làm."
            )
        return None

    return guard


def as_checked(check: str) -> Guard:
    """The amounts are those that the accountant signed."""

    @must("Đúng số kế toán trưởng đã kiểm tra")
    def guard(step: Step) -> str | None:
        last = _standing_check(step, check)
        if last is None:
            return None
        wrong = [
            f"{AMOUNTS[name]} {dong(step.details[name])}, kế toán trưởng đã ký {dong(last.details[name])}"
            for name in CHECKED[check][1]
            if step.details[name] != last.details[name]
        ]
        if not wrong:
            return None
        return (
            f"Khác số kế toán trưởng đã kiểm tra: {'; '.join(wrong)}. "
            "Hãy ghi đúng số đó, hoặc để kế toán kiểm tra lại."
        )

    return guard


REFUND_CONFIRMED = Condition(
    "Cơ quan chi đã xác nhận nhận đủ số hoàn trả",
    lambda rows: rows.exclude(of_file(standing("refund", "confirm_refund"))),
    "Kế toán cơ quan chi chưa xác nhận đã nhận số hoàn trả.",
)
REFUND_NOT_CONFIRMED = Condition(
    "Có khoản hoàn trả chờ xác nhận",
    lambda rows: rows.filter(of_file(standing("refund", "confirm_refund"))),
    "Không có khoản hoàn trả nào chờ xác nhận.",
)
