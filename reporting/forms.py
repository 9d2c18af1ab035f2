"""Forms of a report: what people add to it, and the act of issuing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst

from khuyencong.lib.dates import today
from khuyencong.lib.forms import DateField, Earlier, MoneyField, PaperNumberField
from khuyencong.lib.money import dong
from reporting.models import Report

LONG = forms.Textarea(attrs={"rows": 7})


class ReportForm(forms.Form):
    """Difficulties, proposals and the expected execution of the year."""

    difficulties = forms.CharField(
        label="Khó khăn, vướng mắc", required=False, max_length=20_000, widget=LONG,
        help_text="Mục II của báo cáo. Mỗi dòng là một đoạn.",
    )  # fmt: skip
    proposals = forms.CharField(
        label="Kiến nghị, đề xuất", required=False, max_length=20_000, widget=LONG,
        help_text="Mục III của báo cáo.",
    )  # fmt: skip
    estimated_national = MoneyField(
        label="Ước thực hiện cả năm, KCQG", required=False,
        help_text="Số ước, được đánh dấu trong báo cáo và không cộng vào số thực hiện.",
    )  # fmt: skip
    estimated_local = MoneyField(label="Ước thực hiện cả năm, KCĐP", required=False)

    @classmethod
    def of(cls, report: Report, data: Any = None) -> ReportForm:
        """The form filled with the stored text, or with what was posted."""
        return cls(data, initial={name: getattr(report, name) for name in cls.base_fields}, label_suffix="")

    def show_last(self, last: Report) -> None:
        """Beside each field, what the report before this one says."""
        when = capfirst(last.round.label)
        values = {name: getattr(last, name) for name in self.fields}
        self.earlier = {
            name: Earlier(when, dong(value) if isinstance(value, int) else value)
            for name, value in values.items()
            if value not in (None, "")
        }


class IssueForm(forms.Form):
    """Number and day of the report, typed in the act of issuing (positions.md §6.4); a reissue says why, and a report
    with parts that nobody wrote is issued only when the head says that there is nothing to say."""

    number = PaperNumberField(label="Số, ký hiệu")
    dated = DateField(label="Ngày ban hành", initial=today)
    reason = forms.CharField(
        label="Lý do ban hành lại", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    blank_means_none = forms.BooleanField(
        label="Phần chưa soạn ghi “Không có.”",
        error_messages={"required": "Hãy soạn nội dung còn thiếu, hoặc đánh dấu để báo cáo ghi “Không có.”"},
    )

    def __init__(self, *args: Any, symbol: str, is_reissue: bool, has_blanks: bool, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["number"].help_text = f"Ví dụ: 125/BC-{symbol}"
        if not is_reissue:
            del self.fields["reason"]
        if not has_blanks:
            del self.fields["blank_means_none"]
