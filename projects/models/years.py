"""Projects over several budget years and flagship projects (đề án nhiều năm, đề án điểm): the split by year."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import Dated, Walled
from budgets.models import Activity, Sourced
from projects.models.files import Project


class YearPlan(Walled):
    """What a project over several years does in one of them, and what it needs. Amounts in đồng.

    ``support`` and ``counterpart`` are asked (of the first year the sums of its estimate), ``approved`` is the State
    support of the year once the project was approved as a whole, ± decided changes. A budget year of the project
    (``ProjectYear``) plans no more than that, and all years no more than ``Project.approved_total``: the database
    refuses more (projects/sql/years.sql)."""

    wall_parent: ClassVar[str | None] = "project"

    project = models.ForeignKey(Project, models.CASCADE, related_name="year_plans")
    year = models.PositiveSmallIntegerField("năm ngân sách")
    support = models.BigIntegerField("kinh phí hỗ trợ (đồng)", default=0)
    counterpart = models.BigIntegerField("vốn đối ứng (đồng)", default=0)
    stages = models.TextField("nội dung, giai đoạn thực hiện", blank=True)
    results = models.TextField("kết quả dự kiến", blank=True)
    approved = models.BigIntegerField("kinh phí hỗ trợ được duyệt (đồng)", null=True, editable=False)

    class Meta:
        verbose_name = "phần của một năm"
        verbose_name_plural = "phân kỳ theo năm ngân sách"
        ordering = ("year",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="projects_yearplan_once", fields=["project", "year"]),
            models.CheckConstraint(
                name="projects_yearplan_not_negative",
                condition=Q(support__gte=0, counterpart__gte=0) & (Q(approved=None) | Q(approved__gte=0)),
            ),
        ]


class OtherActivity(Walled):
    """An activity of a flagship project beside its main one; papers, advances and reports go by the main one."""

    wall_parent: ClassVar[str | None] = "project"

    project = models.ForeignKey(Project, models.CASCADE, related_name="other_activities")
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "nội dung hoạt động khác của đề án điểm"
        verbose_name_plural = "nội dung hoạt động khác của đề án điểm"
        ordering = ("activity_id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="projects_otheractivity_once", fields=["project", "activity"])
        ]


class FlagshipRule(Dated, Sourced):
    """What a flagship project (đề án điểm) must have on a day: least activities and beneficiaries, how many years."""

    least_activities = models.PositiveSmallIntegerField(
        "số nội dung ít nhất", default=2, validators=[MinValueValidator(1)]
    )
    least_beneficiaries = models.PositiveSmallIntegerField("số cơ sở thụ hưởng ít nhất", default=0)
    least_years = models.PositiveSmallIntegerField(
        "số năm ít nhất", default=2, validators=[MinValueValidator(1)]
    )
    most_years = models.PositiveSmallIntegerField(
        "số năm nhiều nhất", null=True, blank=True, help_text="Để trống: không giới hạn."
    )
    text = models.CharField("nội dung quy định", max_length=300)

    class Meta(Dated.Meta):
        verbose_name = "quy định về đề án điểm"
        verbose_name_plural = "quy định về đề án điểm"
        ordering = ("valid_from",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(name="projects_flagshiprule_from", fields=["valid_from"]),
            models.CheckConstraint(
                name="projects_flagshiprule_years",
                condition=Q(most_years=None) | Q(most_years__gte=F("least_years")),
            ),
        ]

    def __str__(self) -> str:
        return self.text
