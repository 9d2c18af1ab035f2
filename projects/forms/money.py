"""Money of a year: what arrived on paper, what is expected. Amounts in đồng."""

from __future__ import annotations

from typing import Any

from django import forms

from khuyencong.lib.dates import today
from khuyencong.lib.forms import DateField, MoneyField


class AssignmentForm(forms.Form):
    """Money that arrived on paper, or a cut (a negative amount)."""

    year = forms.IntegerField(label="Năm", min_value=2026, max_value=2100)
    amount = MoneyField(label="Số được giao", min_value=None, help_text="Ghi số âm khi bị cắt giảm.")
    paper_number = forms.CharField(label="Số, ký hiệu văn bản", max_length=60)
    paper_date = DateField(label="Ngày văn bản")
    issuer = forms.CharField(label="Cơ quan ban hành", max_length=160)
    summary = forms.CharField(label="Trích yếu", max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("amount") == 0:
            self.add_error("amount", "Số được giao phải khác 0.")
        if (dated := values.get("paper_date")) and dated > today():
            self.add_error("paper_date", "Ngày văn bản ở tương lai; chỉ ghi khi văn bản đã ban hành.")
        return values


class CeilingForm(forms.Form):
    """Money expected for a year before it is assigned."""

    year = forms.IntegerField(label="Năm", min_value=2026, max_value=2100)
    amount = MoneyField(label="Số dự kiến")
    basis = forms.CharField(label="Căn cứ", max_length=300)
