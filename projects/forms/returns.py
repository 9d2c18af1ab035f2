"""Returning a file: a sentence beside each thing that must be put right."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms

from khuyencong.lib.dates import short_date, today
from khuyencong.lib.forms import DateField
from khuyencong.lib.money import dong
from khuyencong.lib.numbers import decimal_text
from projects.forms.base import ActForm
from projects.guards import label_of
from projects.models import EstimateLine, Project, ProjectKind, ProjectYear
from projects.requirements import requirements
from projects.services.files import CONTENT_FIELDS

DAYS = 10
"""Days for the answer that the form suggests."""


@dataclass(frozen=True)
class Target:
    """A place that a reason can be pinned to, by the words on the wire (interface.md), and what stands there."""

    section: str
    row: str
    field: str
    label: str
    shown: str


class ReturnForm(ActForm):
    """One field for each target; what is written there becomes a pinned reason."""

    fields_template = "projects/acts/return_fields.html"

    answer_by = DateField(label="Hạn bổ sung, gửi lại")

    def prepare(self) -> None:
        self.suggest(answer_by=today() + dt.timedelta(days=DAYS))
        self.parts = [
            (title, {f"pin-{title_number}-{number}": target for number, target in enumerate(targets)})
            for title_number, (title, targets) in enumerate(pin_targets(self.year))
        ]
        for _, targets in self.parts:
            for name, target in targets.items():
                self.fields[name] = forms.CharField(
                    label=f"Cần sửa ở “{target.label}”",
                    required=False,
                    max_length=600,
                    # The blank placeholder lets the stylesheet see which ones are filled in.
                    widget=forms.Textarea(attrs={"rows": 1, "placeholder": " "}),
                )

    def groups(self) -> list[tuple[str, list[tuple[Target, Any]]]]:
        """Each part of the file with its targets and their bound fields, for the page."""
        return [
            (title, [(target, self[name]) for name, target in targets.items()])
            for title, targets in self.parts
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not any(values.get(name) for _, targets in self.parts for name in targets):
            raise forms.ValidationError(
                "Chưa ghi lý do nào. Hãy ghi điều cần sửa ngay cạnh mục của hồ sơ, ít nhất một mục."
            )
        return values

    def details(self) -> dict[str, Any]:
        reasons = [
            {
                "section": target.section,
                "row": target.row or None,
                "field": target.field or None,
                "comment": self.cleaned_data[name],
            }
            for _, targets in self.parts
            for name, target in targets.items()
            if self.cleaned_data.get(name)
        ]
        return {"reasons": reasons, "answer_by": self.cleaned_data["answer_by"]}


def pin_targets(year: ProjectYear) -> list[tuple[str, list[Target]]]:
    """All that a reason can be pinned to, part by part; four queries at any length."""
    project = year.project
    content = [
        Target("file", "", name, _capital(label_of(name)), _content(project, name))
        for name in CONTENT_FIELDS
        if name != "activity"
        # What was approved as one is not opened with a later year; the steps, which are the year's, follow part 5.
        and (not year.is_later_year or name == "content")
        and (project.kind == ProjectKind.PROJECT or name not in {"counterpart_status", "no_double_support"})
    ]
    lines = [
        Target("estimate", line.position, "", f"Dòng {line.position}. {line.item}", _line(line))
        for line in year.estimate.all()
        if line.position
    ]
    shares = [
        Target(
            "beneficiaries",
            str(share.establishment_id),
            "",
            share.establishment.name,
            f"{share.place or share.establishment.address}. Hỗ trợ {dong(share.support)}, đối ứng "
            f"{dong(share.counterpart)}.",
        )
        for share in year.shares.select_related("establishment")
    ]
    papers = [
        Target(
            "documents",
            paper.code,
            "",
            f"{paper.code}. {paper.name}",
            ", ".join(document.file_name or document.title for document in paper.documents) or "Chưa có",
        )
        for paper in requirements(year, today())
        if paper.stage == "submit" and not paper.made_here
    ]
    named = project.kind == ProjectKind.PROJECT
    return [
        ("Nội dung", content),
        ("Dự toán", [*lines, Target("estimate", "", "", "Cả bảng dự toán", "Thêm, bớt, sửa mọi dòng")]),
        *(
            [
                (
                    "Cơ sở thụ hưởng",
                    [
                        *shares,
                        Target("beneficiaries", "", "", "Cả danh sách cơ sở", "Thêm, bớt, sửa mọi cơ sở"),
                    ],
                )
            ]
            if named
            else []
        ),
        ("Tài liệu", papers),
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _content(project: Project, name: str) -> str:
    value = getattr(project, name)
    if name == "counterpart_status":
        return project.get_counterpart_status_display() or "–"
    if isinstance(value, bool):
        return "Có" if value else "Chưa"
    if isinstance(value, dt.date):
        return short_date(value)
    return str(value or "–")


def _line(line: EstimateLine) -> str:
    """The line in one sentence: quantity × price = amount, State support, ground."""
    state = line.national or line.local
    parts = [f"{decimal_text(line.quantity)} {line.unit} × {dong(line.unit_price)} = {dong(line.amount)}"]
    parts += [f"hỗ trợ {dong(state)}"] if state else []
    parts += [f"căn cứ: {line.basis}"] if line.basis else []
    return "; ".join(parts)
