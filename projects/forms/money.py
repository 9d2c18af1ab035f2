"""Money of a year: what arrived on paper, what is expected. Amounts in đồng."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Position
from budgets.holders import recorded_source
from budgets.queries import doubts_about_assignment
from khuyencong.lib.dates import today
from khuyencong.lib.forms import DateField, MoneyField

FIRST_YEAR = 2012
"""The programme runs under Decree 45/2012."""


class AssignmentForm(forms.Form):
    """Money that arrived on paper, or a cut (a negative amount)."""

    year = forms.IntegerField(label="Năm", min_value=FIRST_YEAR, max_value=2100)
    amount = MoneyField(label="Số được giao", min_value=None, help_text="Ghi số âm khi bị cắt giảm.")
    paper_number = forms.CharField(label="Số, ký hiệu văn bản", max_length=60)
    paper_date = DateField(label="Ngày văn bản")
    issuer = forms.CharField(label="Cơ quan ban hành", max_length=160)
    summary = forms.CharField(label="Trích yếu", max_length=300, required=False)
    sure = forms.BooleanField(
        label="Đã đối chiếu với văn bản: số tiền và năm đúng như trên",
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: Any, by: Position, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("amount") == 0:
            self.add_error("amount", "Số được giao phải khác 0.")
        if (dated := values.get("paper_date")) and dated > today():
            self.add_error("paper_date", "Ngày văn bản ở tương lai; chỉ ghi khi văn bản đã ban hành.")
        if not self.errors and not values.pop("sure", False):
            self._ask_when_unlikely(values["year"], values["amount"])
        return values

    def _ask_when_unlikely(self, year: int, amount: int) -> None:
        """What was booked cannot be changed, so a slip of the hand is asked about once, with a box to tick."""
        holder, source = self.by.organisation, recorded_source(self.by)
        doubts = doubts_about_assignment(holder, year, source, amount, now=today().year)
        if doubts:
            self.fields["sure"].widget = forms.CheckboxInput()
            self.add_error(
                "amount", [*doubts, "Nếu đúng như văn bản, hãy đánh dấu xác nhận ở cuối trang rồi ghi lại."]
            )


class CeilingForm(forms.Form):
    """Money expected for a year before it is assigned."""

    year = forms.IntegerField(label="Năm", min_value=FIRST_YEAR, max_value=2100)
    amount = MoneyField(label="Số dự kiến")
    basis = forms.CharField(label="Căn cứ", max_length=300)
