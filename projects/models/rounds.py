"""Registration: rounds with their deadlines, reports of registration, and the province's own procedure."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import Dated, Organisation, Position, Province, Walled, WalledHeader
from budgets.models import Programme, Sourced


class RegistrationRound(WalledHeader, Sourced):
    """Time in which files of a year are registered: the agency's for the nation, a department's for its province."""

    programme = models.CharField("chương trình", max_length=8, choices=Programme.choices)
    year = models.PositiveSmallIntegerField("năm kế hoạch")
    name = models.CharField("tên đợt", max_length=120)
    supplementary = models.BooleanField("đợt bổ sung", default=False)
    opens_on = models.DateField("mở ngày")
    unit_deadline = models.DateField("hạn đơn vị gửi Sở", null=True, blank=True)
    closes_on = models.DateField("hạn đăng ký (hết ngày)")
    note = models.TextField("hướng dẫn", blank=True)
    opened_by = models.ForeignKey(Position, models.PROTECT, related_name="+", editable=False)

    class Meta:
        verbose_name = "đợt đăng ký"
        verbose_name_plural = "đợt đăng ký"
        ordering = ("-year", "closes_on", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="projects_round_closes_after_it_opens", condition=Q(closes_on__gte=F("opens_on"))
            ),
            models.UniqueConstraint(
                name="projects_round_name",
                fields=["tenant", "programme", "year", "name"],
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} năm {self.year}"


class LocalProcedure(Dated, Sourced):
    """What the people's committee of a province has set for the local programme (⚙ in chain.md §3.4), dated.

    A file keeps the version in force on the day it was submitted."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="procedures", verbose_name="tỉnh")
    opinion_required = models.BooleanField("Sở Tài chính cho ý kiến trước khi trình", default=True)
    allocation_appraisal_required = models.BooleanField(
        "Sở Tài chính thẩm định phân bổ dự toán", default=True
    )
    first_advance_percent = models.PositiveSmallIntegerField("tạm ứng tối đa (% hỗ trợ)", default=70)
    department_decides = models.CharField(
        "loại điều chỉnh do Sở Công Thương quyết định",
        max_length=240,
        default="PLACE PARTNER TIME_WITHIN_YEAR",
        blank=True,
        help_text="Mã các loại, cách nhau bằng dấu cách; các loại khác do cấp đã phê duyệt quyết định.",
    )
    decision_line = models.CharField(
        "dòng trên chức danh người ký quyết định",
        max_length=12,
        choices=[("COLLECTIVE", "TM. ỦY BAN NHÂN DÂN"), ("CHAIR", "CHỦ TỊCH")],
        default="CHAIR",
    )

    class Meta(Dated.Meta):
        verbose_name = "quy định thực hiện của tỉnh"
        verbose_name_plural = "quy định thực hiện của tỉnh"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(name="projects_localprocedure_from", fields=["province", "valid_from"]),
        ]

    def __str__(self) -> str:
        return f"{self.province} từ {self.valid_from:%d/%m/%Y}"


class RegistrationReport(Walled):
    """A department's report of registration (T36 article 6.1): the lines it intends, or an answer of nothing."""

    wall_body: ClassVar[str | None] = "organisation"

    round = models.ForeignKey(RegistrationRound, models.PROTECT, related_name="reports")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    province = models.ForeignKey(Province, models.PROTECT, related_name="+")
    nothing = models.BooleanField("không đăng ký", default=False)
    note = models.TextField("ghi chú", blank=True)
    paper = models.ForeignKey("projects.Paper", models.PROTECT, related_name="+")
    reported_by = models.ForeignKey(Position, models.PROTECT, related_name="+")
    effective_on = models.DateField("ngày báo cáo")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "báo cáo đăng ký"
        verbose_name_plural = "báo cáo đăng ký"


class RegistrationReportLine(Walled):
    """One intended project. It names a file only once that file was submitted."""

    wall_parent: ClassVar[str | None] = "report"
    wall_stays: ClassVar[frozenset[str]] = frozenset(
        {"project_year"}
    )  # the report is the department's of its day

    report = models.ForeignKey(RegistrationReport, models.CASCADE, related_name="lines")
    project_year = models.ForeignKey(
        "projects.ProjectYear", models.PROTECT, null=True, blank=True, related_name="+"
    )
    title = models.CharField("tên đề án", max_length=300)
    kind = models.CharField("hình thức", max_length=10)
    nature = models.CharField("tính chất", max_length=10)
    implementer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    asked = models.BigIntegerField("kinh phí đề nghị (đồng)")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="projects_registrationline_asks_something", condition=Q(asked__gt=0))
        ]
