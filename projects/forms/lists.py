"""Lists decided line by line: a paper on top, a verdict, an amount and a reason for each file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms

from accounts.models import Organisation, OrganisationKind, Position
from budgets.models import Programme
from budgets.queries import Balance, balances
from khuyencong.lib.dates import today
from khuyencong.lib.forms import DateField, MoneyField
from khuyencong.lib.workflow import Action
from projects.chain import PaperData
from projects.models import Appraisal, PaperKind, ProjectKind, ProjectYear, RegistrationRound
from projects.services.lists import Line
from projects.services.registration import IntendedProject


@dataclass(frozen=True)
class Candidate:
    """A file on the list with what has been said of its money so far (đồng) and its bound fields."""

    year: ProjectYear
    recommended: int
    sums: Balance
    fields: dict[str, Any]

    @property
    def open_amount(self) -> int:
        """Approved and not yet allocated."""
        return self.sums.planned - self.sums.allocated


class ListForm(forms.Form):
    """Header and lines of one list act on ``years``."""

    number = forms.CharField(label="Số, ký hiệu", max_length=60)
    dated = DateField(label="Ngày văn bản")
    comment = forms.CharField(
        label="Ghi chú, lý do chung", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, row: Action, years: list[ProjectYear], **kwargs: Any) -> None:
        self.row, self.years = row, years
        super().__init__(*args, **kwargs)
        if row.paper is None:
            del self.fields["number"], self.fields["dated"]
            self.fields["comment"].required = True
        else:
            self.fields["number"].label = f"{PaperKind(row.paper).label}: số, ký hiệu"
            self.fields["dated"].initial = today()
        if row.name == "register":
            self.fields["registration_round"] = forms.ModelChoiceField(
                label="Đợt đăng ký", required=False, empty_label="Ngoài đợt (ghi lý do)",
                queryset=RegistrationRound.objects.filter(
                    tenant__isnull=True, programme=Programme.NATIONAL, year__in={year.year for year in years}
                ),
                initial=next((year.round_id for year in years), None),
            )  # fmt: skip
        for year in years:
            self._line_fields(year)

    def _line_fields(self, year: ProjectYear) -> None:
        code = year.project.code
        self.fields[f"take|{year.pk}"] = forms.BooleanField(
            label=f"Đưa {code} vào danh mục", required=False, initial=True
        )
        self.fields[f"state|{year.pk}"] = forms.CharField(widget=forms.HiddenInput, initial=year.state)
        if self.row.verdicts:
            self.fields[f"verdict|{year.pk}"] = forms.ChoiceField(
                label=f"Kết luận về {code}",
                choices=[(verdict.name, verdict.label) for verdict in self.row.verdicts],
            )
        if any(verdict.with_amount for verdict in self.row.verdicts):
            self.fields[f"amount|{year.pk}"] = MoneyField(label=f"Số tiền của {code}", required=False)
        self.fields[f"reason|{year.pk}"] = forms.CharField(
            label=f"Lý do về {code}", required=False, max_length=400
        )

    def candidates(self) -> list[Candidate]:
        """Lines for the page, three queries whatever their number."""
        keys = [year.pk for year in self.years]
        recommended: dict[int, int] = {}
        for appraisal in Appraisal.objects.filter(project_year__in=keys).order_by("pk"):
            recommended[appraisal.project_year_id] = appraisal.recommended
        sums = balances(keys)
        parts = ("take", "state", "verdict", "amount", "reason")
        return [
            Candidate(
                year=year,
                recommended=recommended.get(year.pk, year.support),
                sums=sums.get(year.pk, Balance()),
                fields={
                    part: self[f"{part}|{year.pk}"] for part in parts if f"{part}|{year.pk}" in self.fields
                },
            )
            for year in self.years
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not any(values.get(f"take|{year.pk}") for year in self.years):
            raise forms.ValidationError("Danh mục chưa có hồ sơ nào. Hãy chọn ít nhất một hồ sơ.")
        default = self.row.verdicts[0].name if self.row.verdicts else None
        for year in self.years:
            chosen = values.get(f"verdict|{year.pk}")
            if not values.get(f"take|{year.pk}") or chosen is None:
                continue
            if chosen != default and not values.get(f"reason|{year.pk}"):
                self.add_error(f"reason|{year.pk}", f"{year.project.code}: hãy ghi lý do.")
            if self.row.verdict(chosen).with_amount and not values.get(f"amount|{year.pk}"):
                self.add_error(f"amount|{year.pk}", f"{year.project.code}: hãy ghi số tiền.")
        return values

    def lines(self) -> list[Line]:
        """What was decided, for ``act_on_list``; amounts only where the verdict has one."""
        values = self.cleaned_data
        found = []
        for year in self.years:
            if not values.get(f"take|{year.pk}"):
                continue
            verdict = values.get(f"verdict|{year.pk}")
            with_amount = verdict is not None and self.row.verdict(verdict).with_amount
            found.append(
                Line(
                    year=year,
                    verdict=verdict,
                    amount=values.get(f"amount|{year.pk}") if with_amount else None,
                    reason=values.get(f"reason|{year.pk}", ""),
                    expected_state=values.get(f"state|{year.pk}"),
                )
            )
        return found

    def paper(self, by: Position) -> PaperData | None:
        if self.row.paper is None:
            return None
        return PaperData(self.cleaned_data["number"], self.cleaned_data["dated"], signer=by)


class RoundForm(forms.Form):
    """Opening a registration round."""

    name = forms.CharField(label="Tên đợt", max_length=120, initial="Đợt 1")
    year = forms.IntegerField(label="Năm kế hoạch", min_value=2026, max_value=2100)
    opens_on = DateField(label="Mở ngày")
    unit_deadline = DateField(label="Hạn đơn vị gửi Sở", required=False)
    closes_on = DateField(label="Hạn đăng ký (hết ngày)")
    supplementary = forms.BooleanField(label="Đợt bổ sung", required=False)
    note = forms.CharField(label="Hướng dẫn", required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        opens, closes = values.get("opens_on"), values.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", "Hạn đăng ký phải sau ngày mở.")
        return values


class ReportHeaderForm(forms.Form):
    """Paper of a report of registration."""

    number = forms.CharField(label="Báo cáo: số, ký hiệu", max_length=60)
    dated = DateField(label="Ngày báo cáo")
    note = forms.CharField(
        label="Ghi chú (lý do khi gửi muộn)", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dated"].initial = today()

    def paper(self, by: Position) -> PaperData:
        return PaperData(self.cleaned_data["number"], self.cleaned_data["dated"], signer=by)


class IntendedProjectForm(forms.Form):
    """One line of a report of registration; a blank title is no line."""

    title = forms.CharField(label="Tên đề án, nhiệm vụ", max_length=300, required=False)
    kind = forms.ChoiceField(label="Hình thức", choices=ProjectKind.choices, initial=ProjectKind.PROJECT)
    asked = MoneyField(label="Kinh phí đề nghị", required=False)
    year = forms.ModelChoiceField(
        label="Hồ sơ đã gửi", required=False, queryset=ProjectYear.objects.none(), empty_label="chưa có hồ sơ"
    )

    def __init__(self, *args: Any, files: Any, centre: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.centre = centre
        choice = self.fields["year"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = files
        choice.label_from_instance = lambda year: f"{year.project.code} {year.project.title}"[:90]  # type: ignore[method-assign,assignment]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("title") and not values.get("asked"):
            self.add_error("asked", "Hãy ghi kinh phí đề nghị.")
        return values

    def line(self) -> IntendedProject | None:
        values = self.cleaned_data
        if not values.get("title"):
            return None
        return IntendedProject(
            title=values["title"],
            kind=values["kind"],
            implementer=self.centre,
            asked=values["asked"],
            year=values["year"],
        )


IntendedFormSet = forms.formset_factory(IntendedProjectForm, extra=0)


class AssignmentForm(forms.Form):
    """Money that arrived on paper, or a cut (a negative amount)."""

    year = forms.IntegerField(label="Năm", min_value=2026, max_value=2100)
    amount = MoneyField(label="Số được giao", min_value=None, help_text="Ghi số âm khi bị cắt giảm.")
    paper_number = forms.CharField(label="Số văn bản", max_length=60)
    paper_date = DateField(label="Ngày văn bản")
    issuer = forms.CharField(label="Cơ quan ban hành", max_length=160)
    summary = forms.CharField(label="Trích yếu", max_length=300, required=False)


class CeilingForm(forms.Form):
    """Money expected for a year before it is assigned."""

    year = forms.IntegerField(label="Năm", min_value=2026, max_value=2100)
    amount = MoneyField(label="Số dự kiến")
    basis = forms.CharField(label="Căn cứ", max_length=300)


def centre_of(department: Organisation) -> Organisation:
    """The centre for which the department registers, by default."""
    assert department.province_id is not None
    return Organisation.objects.get(
        kind=OrganisationKind.CENTRE, province_id=department.province_id, valid_to__isnull=True
    )
