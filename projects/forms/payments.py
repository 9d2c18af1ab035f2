"""Forms of the money of one file: advance, payment, settlement, refund. Amounts in đồng."""

from __future__ import annotations

from typing import cast

from django import forms

from budgets.queries import balance
from khuyencong.lib.dates import today
from khuyencong.lib.forms import MoneyField
from khuyencong.lib.money import dong
from projects.change_guards import refund_due
from projects.forms.base import ActForm
from projects.norms import share_limits
from projects.queries import contract_of, settlement_dossier
from projects.second_signature import CHECKED, check_before, last_check
from projects.settlement_guards import payment_limit
from projects.states import State
from projects.work_guards import drawable, first_advance_percent, next_room, part_room
from projects.years import over_years

INSTALMENTS = [("FIRST", "Lần một"), ("REMAINDER", "Phần còn lại, sau nghiệm thu")]
NEXT = ("NEXT", "Lần tiếp theo, theo tiến độ đã xác nhận")
"""Offered for projects over several years (T36 article 15.2b)."""
PART = ("PART", "Theo các phần đã nghiệm thu")
"""Offered where the contract pays part by part (T36 article 16.1)."""


class RequestAdvanceForm(ActForm):
    instalment = forms.ChoiceField(
        label="Lần tạm ứng", choices=INSTALMENTS,
        widget=forms.RadioSelect,
    )  # fmt: skip
    amount = MoneyField(label="Số tiền đề nghị", min_value=1)

    def prepare(self) -> None:
        sums, percent = balance(self.year.pk), first_advance_percent(self.year)
        contract = contract_of(self.year)
        choices = [*INSTALMENTS]
        if over_years(self.year.project) and self.year.state != State.ACCEPTED:
            choices.insert(1, NEXT)
            room = next_room(self.year, sums)
            if sums.advanced and room:
                self.suggest(instalment="NEXT", amount=room)
        if (
            contract is not None
            and contract.part_payments
            and self.year.state == State.IN_PROGRESS
            and sums.accepted
        ):
            choices.append(PART)
            self.suggest(instalment="PART", amount=part_room(self.year, sums))
        cast("forms.ChoiceField", self.fields["instalment"]).choices = choices
        if "instalment" not in self.initial:
            self.suggest(instalment="FIRST")
        if self.year.state == State.ACCEPTED:
            left = min(sums.contracted, sums.accepted) - sums.advanced - sums.paid
            self.suggest(instalment="REMAINDER", amount=max(left, 0))
        elif percent is not None and self.initial["instalment"] == "FIRST":
            self.suggest(amount=max(sums.contracted * percent // 100 - sums.advanced, 0))
            self.fields["amount"].help_text = f"Lần một tối đa {percent}% giá trị hợp đồng."
        if papers := self.year.project.activity.first_advance_papers:
            self.fields["instalment"].help_text = f"Giấy tờ lần một: {papers}"


class MoneyForm(ActForm):
    """What the accountant has signed goes before what the State would suggest."""

    def prepare(self) -> None:
        self.prepare_amounts()
        check = check_before(self.row.name)
        signed = last_check(self.year, check) if check else None
        if signed is None or check is None:
            return
        for name in CHECKED[check][1]:
            self.suggest(**{name: signed.details[name]})
            self.fields[name].help_text = f"Kế toán {signed.person} đã ký {dong(signed.details[name])}."

    def prepare_amounts(self) -> None:
        """What is already known; default: nothing."""


class AdvanceForm(MoneyForm):
    amount = MoneyField(label="Số tiền chuyển", min_value=1)

    def prepare_amounts(self) -> None:
        asked = self.year.events.filter(action="request_advance").order_by("-pk").first()
        self.suggest(amount=asked.details["amount"] if asked else None)


class RequestPaymentForm(MoneyForm):
    amount = MoneyField(label="Kinh phí đề nghị quyết toán", min_value=1)
    real_cost = MoneyField(label="Tổng chi phí hợp lệ thực tế (kể cả đối ứng)", min_value=1)

    def prepare_amounts(self) -> None:
        sums = balance(self.year.pk)
        self.suggest(amount=sums.accepted, real_cost=sums.accepted + sums.counterpart_accepted)


class PayForm(MoneyForm):
    cleared = MoneyField(label="Thanh toán tạm ứng", help_text="Chuyển tạm ứng đã chi thành thực chi.")
    paid = MoneyField(label="Chi mới lần này")

    def prepare_amounts(self) -> None:
        sums = balance(self.year.pk)
        limit, _ = payment_limit(self.year, sums)
        unpaid = limit - sums.cleared - sums.paid
        cleared = max(min(sums.advance_outstanding, unpaid), 0)
        # Without the dossier only the advance is cleared (T36 article 18.3).
        requested = settlement_dossier(self.year) is not None
        self.suggest(cleared=cleared, paid=max(limit - sums.disbursed, 0) if requested else 0)


class SettleForm(MoneyForm):
    settled = MoneyField(label="Số quyết toán")
    real_cost = MoneyField(label="Tổng chi phí hợp lệ thực tế", min_value=1)

    def prepare_amounts(self) -> None:
        asked = settlement_dossier(self.year)
        details = asked.details if asked else {}
        real_cost: int | None = details.get("real_cost")
        percent, ceiling = share_limits(self.year, today())
        limits = [balance(self.year.pk).accepted, details.get("amount"), ceiling]
        if percent is not None and real_cost is not None:
            limits.append(int(real_cost * percent) // 100)
        self.suggest(settled=min(limit for limit in limits if limit is not None), real_cost=real_cost)


class DrawForm(ActForm):
    amount = MoneyField(
        label="Số đã rút", min_value=1, help_text="Theo giấy rút dự toán đã được Kho bạc thanh toán."
    )

    def prepare(self) -> None:
        self.suggest(amount=drawable(self.year, balance(self.year.pk))[0] or None)


class RefundForm(ActForm):
    amount = MoneyField(label="Số hoàn trả", min_value=1)

    def prepare(self) -> None:
        self.suggest(amount=refund_due(self.year, balance(self.year.pk)) or None)
