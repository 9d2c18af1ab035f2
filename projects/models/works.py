"""The work after the money came: contract, monthly progress, inspection, acceptance with outputs, settlement."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import Dated, Organisation, Position, Walled
from budgets.models import ActivityGroup, Sourced
from projects.models.files import BeneficiaryShare, ProjectYear
from projects.models.papers import Paper
from projects.models.route import Event


class ContractKind(models.TextChoices):
    CONTRACT = "CONTRACT", "Hợp đồng"
    TASK = "TASK", "Quyết định giao nhiệm vụ"


class Contract(Walled):
    """A contract (or local task assignment) between party A and the implementer for one or more files (T36 12)."""

    wall_body: ClassVar[str | None] = "party_a"
    nation_adds: ClassVar[bool] = True

    kind = models.CharField("loại", max_length=8, choices=ContractKind.choices)
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="+")
    party_a = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="bên A")
    party_b = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="bên B")
    annex_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="annexes")
    """The contract of an earlier budget year of the project, of which this one is an annex for its own year."""
    signed_a = models.ForeignKey(Position, models.PROTECT, related_name="+")
    signed_b = models.CharField("đại diện bên B", max_length=160)
    starts_on = models.DateField("từ ngày")
    ends_on = models.DateField("đến ngày")
    stages = models.TextField("các giai đoạn thực hiện", blank=True)
    accepting_body = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", verbose_name="đơn vị nghiệm thu cơ sở"
    )
    """Null: each site is accepted by the department of its province (a file of several provinces)."""
    invoices_agency = models.BooleanField("bên B xuất hóa đơn cho bên A", default=False)
    part_payments = models.CharField(
        "căn cứ chuyển tiền theo từng phần đã nghiệm thu", max_length=240, blank=True
    )
    """The clause, or decision (T36 article 16.1), by which the rest of an accepted part is paid before the whole is."""
    sites = models.CharField("địa điểm", max_length=300, blank=True)

    class Meta:
        verbose_name = "hợp đồng"
        verbose_name_plural = "hợp đồng"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="projects_contract_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            )
        ]


class ContractItem(Walled):
    """What a contract says about one file. Amount in đồng of State money; the counterpart beside it.

    ``ends_on`` is the day that an annex set for this file; None: the contract's."""

    wall_parent: ClassVar[str | None] = "project_year"

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="items")
    project_year = models.ForeignKey(ProjectYear, models.PROTECT, related_name="contract_items")
    amount = models.BigIntegerField("kinh phí hợp đồng (đồng)")
    counterpart = models.BigIntegerField("vốn đối ứng (đồng)", default=0)
    ends_on = models.DateField("đến ngày theo phụ lục", null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="projects_contractitem_once", fields=["contract", "project_year"]),
            models.CheckConstraint(name="projects_contractitem_positive", condition=Q(amount__gt=0)),
        ]


class ProgressReport(Walled):
    """Form 3a of a month, due before the 25th (T36 article 23.3a). Value in đồng, progress in percent."""

    wall_parent: ClassVar[str | None] = "project_year"

    project_year = models.ForeignKey(ProjectYear, models.PROTECT, related_name="progress_reports")
    month = models.DateField("tháng", help_text="Ngày đầu tháng")
    percent = models.PositiveSmallIntegerField("khối lượng hoàn thành (%)")
    value_done = models.BigIntegerField("giá trị đã thực hiện (đồng)", default=0)
    done = models.TextField("công việc đã làm")
    difficulties = models.TextField("khó khăn, đề xuất", blank=True)
    reported_by = models.ForeignKey(Position, models.PROTECT, related_name="+")
    reported_on = models.DateField()
    late = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    confirmed_on = models.DateField(null=True)
    returned = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")
    """The act, with its reason, by which the department gave the report back; another one may take its place."""

    class Meta:
        verbose_name = "báo cáo tiến độ"
        verbose_name_plural = "báo cáo tiến độ"
        ordering = ("month", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="projects_progressreport_once",
                fields=["project_year", "month"],
                condition=Q(returned__isnull=True),
            ),
            models.CheckConstraint(name="projects_progressreport_percent", condition=Q(percent__lte=100)),
        ]


class Inspection(Walled):
    """An inspection and its finding; an open finding holds acceptance and payment unless waived with a reason."""

    wall_parent: ClassVar[str | None] = "project_year"

    project_year = models.ForeignKey(ProjectYear, models.PROTECT, related_name="inspections")
    event = models.ForeignKey(Event, models.PROTECT, related_name="inspections")
    planned = models.BooleanField("theo kế hoạch", default=True)
    on = models.DateField("ngày")
    summary = models.TextField("kết quả kiểm tra")
    finding = models.TextField("kiến nghị", blank=True)
    fix_by = models.DateField("hạn khắc phục", null=True)
    resolved_on = models.DateField("đã khắc phục", null=True)
    waiver = models.CharField("lý do cho tiếp tục", max_length=300, blank=True)
    resolved_by = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "kiểm tra, giám sát"
        verbose_name_plural = "kiểm tra, giám sát"
        ordering = ("pk",)


class Acceptance(Walled):
    """Acceptance of one beneficiary's share, or of a file without shares. Amounts in đồng (T36 article 14, 21.1)."""

    wall_append_only: ClassVar[bool] = True
    wall_parent: ClassVar[str | None] = "project_year"

    project_year = models.ForeignKey(ProjectYear, models.PROTECT, related_name="acceptances")
    event = models.ForeignKey(Event, models.PROTECT, related_name="acceptances")
    share = models.OneToOneField(BeneficiaryShare, models.PROTECT, null=True, related_name="acceptance")
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="+")
    form = models.CharField(
        "mẫu", max_length=2, choices=[("5a", "Mẫu 5a"), ("5b", "Mẫu 5b"), ("5c", "Mẫu 5c")]
    )
    accepted_on = models.DateField("ngày nghiệm thu")
    support = models.BigIntegerField("kinh phí hỗ trợ được nghiệm thu (đồng)")
    counterpart = models.BigIntegerField("vốn đối ứng đã thực hiện (đồng)")
    works = models.TextField("khối lượng, chất lượng công việc")
    commune_representative = models.CharField("đại diện UBND cấp xã", max_length=160, blank=True)
    beneficiary_representative = models.CharField("đại diện cơ sở thụ hưởng", max_length=160, blank=True)
    conclusion = models.TextField("kết luận", blank=True)

    class Meta:
        verbose_name = "nghiệm thu"
        verbose_name_plural = "nghiệm thu"
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="projects_acceptance_not_negative", condition=Q(support__gte=0, counterpart__gte=0)
            )
        ]


class Indicator(Dated, Sourced):
    """A counted result of the period report (indicators.md §4.3); a dated table, not an enumeration."""

    code = models.SlugField("mã", max_length=60)
    name = models.CharField("tên", max_length=200)
    unit = models.CharField("đơn vị tính", max_length=30)
    group = models.ForeignKey(ActivityGroup, models.PROTECT, related_name="indicators", verbose_name="nhóm")
    activities = models.ManyToManyField("budgets.Activity", blank=True, related_name="indicators")
    of_which = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta(Dated.Meta):
        verbose_name = "chỉ tiêu"
        verbose_name_plural = "chỉ tiêu"
        ordering = ("group__number", "order", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(name="projects_indicator_from", fields=["code", "valid_from"]),
        ]

    def __str__(self) -> str:
        return self.name


class Output(Walled):
    """How much of an indicator an acceptance confirmed, in the indicator's unit."""

    wall_append_only: ClassVar[bool] = True
    wall_parent: ClassVar[str | None] = "project_year"

    project_year = models.ForeignKey(ProjectYear, models.PROTECT, related_name="outputs")
    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="outputs")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    value = models.PositiveIntegerField("số lượng")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="projects_output_once", fields=["acceptance", "indicator"])
        ]


class Settlement(Walled):
    """Liquidation and settlement (Mẫu 6). Where support is a share, at most that share of the real cost (G7)."""

    wall_append_only: ClassVar[bool] = True
    wall_parent: ClassVar[str | None] = "project_year"

    project_year = models.OneToOneField(ProjectYear, models.PROTECT, related_name="settlement")
    event = models.ForeignKey(Event, models.PROTECT, related_name="settlements")
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="+")
    settled = models.BigIntegerField("số quyết toán (đồng)")
    real_cost = models.BigIntegerField("tổng chi phí hợp lệ thực tế (đồng)")
    share_percent = models.DecimalField("tỷ lệ hỗ trợ (%)", max_digits=5, decimal_places=2, null=True)
    ceiling = models.BigIntegerField("mức tối đa (đồng)", null=True)
    on = models.DateField("ngày")

    class Meta:
        verbose_name = "thanh lý, quyết toán"
        verbose_name_plural = "thanh lý, quyết toán"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="projects_settlement_not_negative", condition=Q(settled__gte=0, real_cost__gte=0)
            ),
            models.CheckConstraint(
                name="projects_settlement_within_share",
                condition=Q(share_percent__isnull=True)
                | Q(settled__lte=F("real_cost") * F("share_percent") / 100),
            ),
            models.CheckConstraint(
                name="projects_settlement_within_ceiling",
                condition=Q(ceiling__isnull=True) | Q(settled__lte=F("ceiling")),
            ),
        ]
