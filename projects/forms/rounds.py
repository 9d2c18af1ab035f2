"""Opening a registration round, and a department's report of what it registers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.models import Organisation, Position
from accounts.queries import signer_of
from khuyencong.lib.dates import today
from khuyencong.lib.forms import DateField, MoneyField, PaperNumberField
from projects.chain import PaperData
from projects.forms.base import long_text, number_help
from projects.models import ProjectKind, ProjectYear
from projects.rows.plan import PREREGISTER
from projects.services.registration import IntendedProject

REGISTERED_BY = (6, 20)
"""Day of the year before by which provinces register (T36 article 6.1, amended 2018 as a digest says)."""
SENT_BY = (5, 20)
"""Day by which units send to the department (T36 article 6.1)."""


class RoundForm(forms.Form):
    name = forms.CharField(label="Tên đợt", max_length=120)
    year = forms.IntegerField(label="Năm kế hoạch", min_value=2026, max_value=2100)
    opens_on = DateField(label="Mở ngày")
    unit_deadline = DateField(label="Hạn đơn vị gửi Sở", required=False)
    closes_on = DateField(label="Hạn đăng ký (hết ngày)")
    supplementary = forms.BooleanField(label="Đợt bổ sung", required=False)
    note = forms.CharField(label="Hướng dẫn", required=False, widget=long_text())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year, day = today().year + 1, today()
        self.initial = {
            "name": "Đợt 1",
            "year": year,
            "opens_on": day,
            "unit_deadline": _if_ahead(dt.date(year - 1, *SENT_BY), day),
            "closes_on": _if_ahead(dt.date(year - 1, *REGISTERED_BY), day),
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        opens, closes, unit = (values.get(name) for name in ("opens_on", "closes_on", "unit_deadline"))
        if opens and closes and closes < opens:
            self.add_error("closes_on", "Hạn đăng ký phải từ ngày mở trở đi.")
        if closes and unit and unit > closes:
            self.add_error("unit_deadline", "Hạn đơn vị gửi Sở không sau hạn đăng ký.")
        return values


def _if_ahead(day: dt.date, now: dt.date) -> dt.date | None:
    return day if day > now else None


class ReportHeaderForm(forms.Form):
    """Paper of a report of registration, and saying plainly that there is nothing to register."""

    number = PaperNumberField(label="Báo cáo: số, ký hiệu")
    dated = DateField(label="Ngày báo cáo")
    nothing = forms.BooleanField(label="Không đăng ký đề án, nhiệm vụ nào trong đợt này", required=False)
    note = forms.CharField(label="Ghi chú (lý do khi gửi muộn)", required=False, widget=long_text(2))

    def __init__(self, *args: Any, by: Position, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["number"].help_text = number_help(PREREGISTER.paper or "", by.organisation)
        self.initial = {"dated": today()}

    def paper(self) -> PaperData:
        data = self.cleaned_data
        return PaperData(data["number"], data["dated"], signer=signer_of(self.by, data["dated"]))


class IntendedProjectForm(forms.Form):
    """One line of a report of registration; a blank title is no line. ``files`` may be named as already sent."""

    title = forms.CharField(label="Tên đề án, nhiệm vụ", max_length=300, required=False, widget=long_text(2))
    kind = forms.ChoiceField(label="Hình thức", choices=ProjectKind.choices, initial=ProjectKind.PROJECT)
    asked = MoneyField(label="Kinh phí đề nghị", required=False, min_value=1)
    file = forms.ChoiceField(label="Hồ sơ đã gửi", required=False)

    def __init__(self, *args: Any, files: Sequence[ProjectYear], centre: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sent = {str(year.pk): year for year in files}
        self.centre = centre
        choice = self.fields["file"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [
            ("", "chưa có hồ sơ"),
            *((key, f"{year.shown_code} {year.project.title}"[:90]) for key, year in self.sent.items()),
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("title") and not values.get("asked") and "asked" not in self.errors:
            self.add_error("asked", "Hãy ghi kinh phí đề nghị.")
        if not values.get("title") and (values.get("asked") or values.get("file")):
            self.add_error("title", "Hãy ghi tên đề án, nhiệm vụ.")
        return values

    def line(self) -> IntendedProject | None:
        """The line in đồng, None for a blank or deleted one."""
        values = self.cleaned_data
        if not values.get("title") or values.get("DELETE"):
            return None
        return IntendedProject(
            title=values["title"],
            kind=values["kind"],
            implementer=self.centre,
            asked=values["asked"],
            year=self.sent.get(values["file"]),
        )


IntendedFormSet = forms.formset_factory(IntendedProjectForm, extra=0, can_delete=True, max_num=200)
