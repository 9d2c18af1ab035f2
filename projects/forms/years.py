"""The split of a project by budget years, and the other activities of a flagship project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from budgets.models import Activity
from khuyencong.lib.forms import MoneyField, lock
from projects.forms.rows import Row, RowForm, RowFormSet, table_of
from projects.models import Nature, ProjectYear
from projects.years import YEAR_FIELDS, year_plans


class YearRow(RowForm):
    """One budget year; which one says its place in the table."""

    needed = ("support", "stages", "results")
    defaults = {"support": 0, "counterpart": 0, "stages": "", "results": ""}

    year = forms.CharField(
        label="Năm",
        required=False,
        disabled=True,
        widget=forms.TextInput(attrs={"class": "kc-w-number"}),
    )
    support = MoneyField(label="Kinh phí hỗ trợ", required=False)
    counterpart = MoneyField(label="Vốn đối ứng", required=False)
    stages = forms.CharField(
        label="Nội dung, giai đoạn thực hiện", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    results = forms.CharField(
        label="Kết quả dự kiến", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    @property
    def is_blank(self) -> bool:
        """What nobody types makes no row."""
        return not any(
            (self[name].initial if field.disabled else self[name].data) not in (None, "")
            for name, field in self.fields.items()
            if name not in {"year", "DELETE"}
        )


class YearRows(RowFormSet):
    """The first row is the plan year: its money is that of the estimate, and it is never taken out."""

    key = "year"

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)
        if i == 0:
            lock(form, opened={"stages", "results"})
            form.fields.pop("DELETE", None)
        return form

    @property
    def kept(self) -> list[Any]:
        """Alone, the first row is no split: a project of one year."""
        rows = [form for at, form in enumerate(self.forms) if form.counts or at == 0]
        return rows if len(rows) > 1 else []

    def rows(self) -> list[Row]:
        return [{name: value for name, value in row.items() if name != "year"} for row in super().rows()]

    def theirs(self, saved: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """Rows are matched by their place: which year one is nobody types."""
        found: dict[str, dict[str, Any]] = {}
        for at in range(max(len(self.forms), len(saved))):
            form = self.forms[at] if at < len(self.forms) else self._construct_form(at)
            row = saved[at] if at < len(saved) else {}
            if row or form.counts:
                found |= self._differences(form, at + 1, row)
        return {name: each for name, each in found.items() if not name.endswith("-year")}

    def numbers(self, first: int) -> dict[str, str]:
        """Input name → the year that the row stands for, ``first`` being the first row's."""
        return {form["year"].html_name: str(first + order) for order, form in enumerate(self.kept)}


def year_rows(year: ProjectYear, data: Any = None) -> YearRows:
    """The years as a table; of a project of one year that year alone, and a row for the next."""
    stored = [{name: getattr(part, name) for name in YEAR_FIELDS} for part in year_plans(year.project)]
    first = {"year": year.project.year, "support": 0, "counterpart": 0, "stages": "", "results": ""}
    return table_of(
        YearRow, YearRows, data, prefix="years", extra=0 if stored else 1, stored=stored or [first]
    )


class ActivitiesForm(forms.Form):
    """The other activities of a flagship project, beside its main one."""

    activities = forms.ModelMultipleChoiceField(
        Activity.objects.order_by("pk"),
        label="Nội dung hoạt động khác",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Các nội dung phải liên kết để cùng thực hiện mục tiêu của đề án.",
    )

    def __init__(self, *args: Any, year: ProjectYear, **kwargs: Any) -> None:
        project = year.project
        chosen = list(project.other_activities.values_list("activity_id", flat=True))
        super().__init__(*args, **{**kwargs, "initial": {"activities": chosen}})
        field = self.fields["activities"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Activity.objects.exclude(pk=project.activity_id).order_by("pk")
        if project.nature != Nature.FLAGSHIP:
            del self.fields["activities"]

    def chosen(self) -> list[Activity] | None:
        """What was ticked; None where the project has no other activities."""
        if "activities" not in self.fields or not self.is_valid():
            return None
        return list(self.cleaned_data["activities"])
