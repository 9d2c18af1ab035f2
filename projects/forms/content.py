"""The content of a file (T36 article 5): what is written once, and the schedule."""

from __future__ import annotations

from typing import Any

from django import forms

from budgets.models import Activity
from khuyencong.lib.forms import DateField, Earlier, lock
from projects.changes import file_texts
from projects.forms.rows import Row, RowForm, RowFormSet, as_input, table_of
from projects.models import PARTS, Event, Project, ProjectKind, ProjectYear, ScheduleItem
from projects.openings import Opening
from projects.services.files import CONTENT_FIELDS, SCHEDULE_FIELDS

HELP = {
    "title": "Nêu việc được hỗ trợ và sản phẩm, ví dụ: Hỗ trợ ứng dụng máy cắt CNC trong sản xuất đồ gỗ mỹ nghệ.",
    "activity": "Đổi nội dung thì giấy tờ phải có và định mức hỗ trợ đổi theo.",
    "place": "Thôn, xã nơi làm; nhiều nơi thì ghi từng nơi.",
    "need": "Vì sao cần hỗ trợ; căn cứ pháp lý, quy hoạch, nhu cầu của cơ sở.",
    "objectives": "Những mục tiêu cụ thể cần đạt: số máy, số lao động, năng suất, doanh thu …",
    "scale": "Quy mô và điểm vượt trội về công nghệ, máy móc, sản phẩm so với hiện có.",
    "content": "Từng công việc phải làm; tiến độ và người làm ghi ở bảng ngay dưới.",
    "organisation_of_work": "Phương án tổ chức: ai làm gì, giám sát, thanh toán.",
    "effects": "Hiệu quả kinh tế, xã hội, môi trường; tính bền vững, khả năng nhân rộng.",
}
TALL = frozenset(PARTS)

SECTIONS = (
    ("Tên và thời gian", ("title", "activity", "starts_on", "ends_on")),
    (
        "Nội dung đề án (Thông tư 36/2013/TT-BCT, điều 5)",
        ("place", "partner", "need", "objectives", "scale", "content", "organisation_of_work", "effects"),
    ),
    ("Vốn đối ứng và cam kết", ("counterpart_status", "no_double_support")),
)
"""Part 6 is the estimate, a page of its own."""


class ContentForm(forms.Form):
    """Fields of the project that are open to writing. Only title and activity are needed to save."""

    starts_on = DateField(label="Bắt đầu", required=False)
    ends_on = DateField(label="Kết thúc", required=False)

    def __init__(self, *args: Any, year: ProjectYear, **kwargs: Any) -> None:
        project = year.project
        self.project = project
        stored = {name: getattr(project, name) for name in CONTENT_FIELDS}
        super().__init__(*args, **{**kwargs, "initial": stored})
        self.warnings: dict[str, str] = {}
        self.reasons: dict[str, str] = {}
        for name in CONTENT_FIELDS:
            if name not in self.fields and _belongs(name, project):
                self.fields[name] = _field(name)
        if not _belongs("starts_on", project):
            del self.fields["starts_on"], self.fields["ends_on"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "Ngày kết thúc phải sau ngày bắt đầu; hai ngày chưa được lưu.")
            cleaned.pop("starts_on", None)
        return cleaned

    def open_only(self, opening: Opening) -> None:
        """Lock what was not returned for correction, mark what was, with its reasons."""
        opened = {name for name in self.fields if opening.has("file", "", name)}
        self.reasons = {
            name: " ".join(sentences)
            for name in opened
            if (sentences := opening.reasons_for("file", "", name))
        }
        lock(self, opened=opened)
        for name in self.fields.keys() - opened:
            self.fields[name].help_text = ""

    def show_sent(self, sent: Event) -> None:
        """Beside each field that is open, what it said when the file was sent."""
        texts = file_texts((sent.snapshot or {}).get("file", {}))
        self.earlier = {
            name: Earlier(f"Lần gửi {sent.submission}", texts[name])
            for name, field in self.fields.items()
            if texts.get(name) and not field.disabled
        }

    def values(self) -> dict[str, Any]:
        """What can be stored: fields that are open and could be read."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in self.errors and not self.fields[name].disabled
        }

    def problems(self) -> dict[str, str]:
        """Input name → sentence, for fields that are not stored."""
        return {
            name: " ".join(map(str, errors)) for name, errors in self.errors.items() if name in self.fields
        }

    def theirs(self, found: dict[str, tuple[str, Any]]) -> dict[str, dict[str, Any]]:
        """What is stored where it differs from this form, as the inputs show it."""
        return {
            name: {"label": label, "value": as_input(self.fields[name], value)}
            for name, (label, value) in found.items()
            if name in self.fields
        }

    def sections(self) -> list[tuple[str, list[Any]]]:
        """Legend and bound fields of each section that has any."""
        parts = [
            (legend, [self[name] for name in names if name in self.fields]) for legend, names in SECTIONS
        ]
        return [(legend, fields) for legend, fields in parts if fields]


def _belongs(name: str, project: Project) -> bool:
    """A stand-alone estimate has no eight parts; only a project commits a beneficiary's money."""
    if project.kind == ProjectKind.ESTIMATE:
        return name in {"title", "activity", "starts_on", "ends_on"}
    return project.kind == ProjectKind.PROJECT or name not in {"counterpart_status", "no_double_support"}


def _field(name: str) -> forms.Field:
    if name == "activity":
        return forms.ModelChoiceField(
            Activity.objects.order_by("pk"),
            label="Nội dung hoạt động",
            empty_label=None,
            help_text=HELP[name],
        )
    options: dict[str, Any] = {"help_text": HELP.get(name, "")}
    if name in TALL:
        options["widget"] = forms.Textarea(attrs={"rows": 4})
    if name == "title":
        options["widget"] = forms.Textarea(attrs={"rows": 2})
    if name == "counterpart_status":
        options["widget"] = forms.RadioSelect
    field = Project._meta.get_field(name).formfield(**options)  # type: ignore[union-attr]
    assert isinstance(field, forms.Field)
    if name == "counterpart_status":
        field.choices = [choice for choice in field.choices if choice[0]]  # type: ignore[attr-defined]
    return field


class ScheduleRow(RowForm):
    """One step of the work."""

    needed = ("work",)
    defaults = {"work": "", "responsible": ""}

    work = forms.CharField(label="Công việc", max_length=300, required=False)
    responsible = forms.CharField(label="Đơn vị, người chịu trách nhiệm", max_length=160, required=False)
    starts_on = DateField(label="Từ ngày", required=False)
    ends_on = DateField(label="Đến ngày", required=False)

    def clean(self) -> Row:
        cleaned = super().clean()
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.warnings["ends_on"] = "Kết thúc trước khi bắt đầu."
        return cleaned


class ScheduleRows(RowFormSet):
    key = "work"

    def rows(self) -> list[Row]:
        return [{**row, "position": order} for order, row in enumerate(super().rows(), start=1)]


def schedule_of(year: ProjectYear) -> list[Row]:
    """Stored steps of the work."""
    return list(ScheduleItem.objects.filter(project_year=year).values(*SCHEDULE_FIELDS))


def schedule_rows(year: ProjectYear, data: Any = None) -> ScheduleRows:
    """The schedule as a table; two empty rows when there is nothing yet."""
    stored = schedule_of(year)
    return table_of(
        ScheduleRow, ScheduleRows, data, prefix="schedule", extra=0 if stored else 2, stored=stored
    )
