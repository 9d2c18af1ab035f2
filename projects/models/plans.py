"""Between money and contract: types of group projects, plans of implementation (Mẫu 11), results of tenders."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Dated, Walled
from budgets.models import Sourced
from projects.models.files import ProjectYear
from projects.models.papers import Paper
from projects.models.route import Event


class GroupType(Dated, Sourced):
    """A type of activity whose projects may be written for a group (đề án nhóm).

    ``named`` by the appraisal already: place, beneficiaries and machines are fixed before approval, not by the plan of
    implementation, and the contract waits for that plan."""

    activity = models.ForeignKey(
        "budgets.Activity", models.PROTECT, related_name="group_types", verbose_name="loại hoạt động"
    )
    name = models.CharField("dạng đề án nhóm", max_length=120)
    named = models.BooleanField("nêu địa điểm, cơ sở, máy móc khi thẩm định", default=False)

    class Meta(Dated.Meta):
        verbose_name = "dạng đề án nhóm"
        verbose_name_plural = "dạng đề án nhóm"
        ordering = ("activity_id", "valid_from")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(name="projects_grouptype_from", fields=["activity", "valid_from"]),
        ]

    def __str__(self) -> str:
        return f"{self.activity.code} {self.name}"


class ImplementationPlan(Walled):
    """Plan of implementation of a group project (Mẫu 11; T36 article 10.1a, 21.2a, 23.3) as it was submitted.

    ``beneficiaries`` are rows of a snapshot (projects/snapshots.py), amounts in đồng. Whether it was approved, or given
    back, say the events that came after it (projects/queries.py)."""

    wall_append_only: ClassVar[bool] = True
    wall_parent: ClassVar[str | None] = "project_year"

    project_year = models.ForeignKey(ProjectYear, models.PROTECT, related_name="plans")
    event = models.OneToOneField(Event, models.PROTECT, related_name="plan")
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="+")
    starts_on = models.DateField("bắt đầu")
    ends_on = models.DateField("kết thúc")
    partner = models.CharField("đơn vị phối hợp", max_length=300, blank=True)
    content = models.TextField("nội dung, quy mô")
    organisation_of_work = models.TextField("tổ chức thực hiện")
    specifications = models.TextField("đặc tính kỹ thuật của máy móc, thiết bị", blank=True)
    beneficiaries = models.JSONField("cơ sở thụ hưởng", default=list)

    class Meta:
        verbose_name = "kế hoạch triển khai"
        verbose_name_plural = "kế hoạch triển khai"
        ordering = ("pk",)


class TenderResult(Walled):
    """The decision on the result of a tender, made by the competent body outside (T36 article 3, 20.2, 21.2c).

    ``price`` of the winning bid in đồng. A later one takes the place of the earlier."""

    wall_append_only: ClassVar[bool] = True
    wall_parent: ClassVar[str | None] = "project_year"

    project_year = models.ForeignKey(ProjectYear, models.PROTECT, related_name="tender_results")
    event = models.OneToOneField(Event, models.PROTECT, related_name="tender_result")
    decision_number = models.CharField("số quyết định", max_length=60)
    decided_on = models.DateField("ngày quyết định")
    decided_by = models.CharField("cấp phê duyệt kết quả", max_length=160)
    bidder = models.CharField("đơn vị trúng thầu", max_length=240)
    price = models.BigIntegerField("giá trúng thầu (đồng)")

    class Meta:
        verbose_name = "kết quả lựa chọn nhà thầu"
        verbose_name_plural = "kết quả lựa chọn nhà thầu"
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="projects_tenderresult_positive", condition=Q(price__gt=0))
        ]
