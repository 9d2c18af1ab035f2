"""Money: activity types, support norms, assignments, the ledger, figures published by the programme.

Amounts are whole đồng. The ledger is append-only; balances are its sums (budgets/queries.py); what the law forbids
the database refuses (budgets/sql/limits.sql). A project is known here only by its key.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Dated, Organisation, Position, Province, User, Walled, WalledHeader


class Programme(models.TextChoices):
    NATIONAL = "NATIONAL", "Khuyến công quốc gia"
    LOCAL = "LOCAL", "Khuyến công địa phương"


class Source(models.TextChoices):
    NATIONAL = "NATIONAL", "Kinh phí khuyến công quốc gia"
    LOCAL = "LOCAL", "Kinh phí khuyến công địa phương"
    COUNTERPART = "COUNTERPART", "Đơn vị thụ hưởng đóng góp"
    SPONSOR = "SPONSOR", "Tài trợ"
    OTHER = "OTHER", "Nguồn khác"


STATE_SOURCES = (Source.NATIONAL, Source.LOCAL)


class Level(models.TextChoices):
    """Budget level of local money."""

    PROVINCE = "PROVINCE", "Ngân sách cấp tỉnh"
    COMMUNE = "COMMUNE", "Ngân sách cấp xã"
    DISTRICT = "DISTRICT", "Ngân sách cấp huyện (đến 30/6/2025)"


class EntryKind(models.TextChoices):
    """Kinds of ledger entries in the order of the legal chain (chain.md §3.6)."""

    REGISTERED = "registered", "Đăng ký"
    APPRAISED_DEPARTMENT = "appraised_department", "Thẩm định cấp cơ sở"
    REQUESTED = "requested", "Đưa vào dự toán"
    APPRAISED_AGENCY = "appraised_agency", "Thẩm định cấp Bộ"
    APPROVED = "approved", "Phê duyệt"
    ADJUSTED = "adjusted", "Điều chỉnh"
    ASSIGNED = "assigned", "Dự toán được giao"
    ALLOCATED = "allocated", "Giao kinh phí"
    CONTRACTED = "contracted", "Ký hợp đồng, giao nhiệm vụ"
    ADVANCED = "advanced", "Tạm ứng"
    ACCEPTED = "accepted", "Nghiệm thu"
    CLEARED = "cleared", "Thanh toán tạm ứng"
    PAID = "paid", "Thanh toán"
    SETTLED = "settled", "Quyết toán"
    REFUNDED = "refunded", "Hoàn trả"
    CARRIED_OVER = "carried_over", "Chuyển nguồn"
    CANCELLED = "cancelled", "Hủy dự toán"


class Certainty(models.TextChoices):
    """How sure a fact of law is; everything but READ may be corrected by the operator."""

    READ = "R", "Đọc trong văn bản gốc"
    AMENDED = "A18", "Sửa đổi năm 2018, biết qua tóm tắt"
    DIGEST = "D", "Biết qua bản tóm tắt"
    SEED = "S", "Nêu trong bài báo"
    INFERRED = "INF", "Suy ra"
    UNVERIFIED = "MEM", "Chưa kiểm chứng"


class Sourced(models.Model):
    """A fact of law as data: where it stands and how sure it is."""

    article = models.CharField("căn cứ", max_length=200, blank=True)
    certainty = models.CharField(
        "độ chắc chắn", max_length=4, choices=Certainty.choices, default=Certainty.UNVERIFIED
    )

    class Meta:
        abstract = True


class Selection(models.TextChoices):
    TENDER = "TENDER", "Đấu thầu"
    SELECTION = "SELECTION", "Xét chọn"


class ActivityGroup(Dated, Sourced):
    """One of the nine groups of khuyến công activities (Decree 45/2012, article 4)."""

    number = models.PositiveSmallIntegerField("số", unique=True)
    name = models.CharField("tên", max_length=200)

    class Meta:
        verbose_name = "nhóm nội dung"
        verbose_name_plural = "nhóm nội dung"
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


class Activity(Sourced):
    """A type of activity T1–T32 (papers.md §5.3)."""

    code = models.CharField("mã", max_length=4, unique=True)
    name = models.CharField("tên", max_length=160)
    group = models.ForeignKey(ActivityGroup, models.PROTECT, related_name="activities", verbose_name="nhóm")
    selection = models.CharField("cách chọn đơn vị", max_length=10, choices=Selection.choices)
    first_advance_percent = models.PositiveSmallIntegerField(
        "tạm ứng lần một (%)", null=True, blank=True, help_text="Để trống: người có thẩm quyền quyết định."
    )
    first_advance_work_percent = models.PositiveSmallIntegerField(
        "đã thực hiện trước tạm ứng lần một (%)",
        null=True,
        blank=True,
        help_text="Giá trị đã thực hiện phải trên tỷ lệ này của tổng vốn; để trống: không yêu cầu.",
    )
    advance_after_form = models.CharField(
        "tạm ứng lần một sau nghiệm thu theo mẫu",
        max_length=2,
        blank=True,
        choices=[("5a", "Mẫu 5a"), ("5b", "Mẫu 5b")],
        help_text="Chỉ tạm ứng sau khi đã nghiệm thu theo mẫu này; để trống: tạm ứng trước nghiệm thu.",
    )
    first_advance_papers = models.TextField("giấy tờ tạm ứng lần một", blank=True)
    remainder_papers = models.TextField("giấy tờ phần còn lại", blank=True)

    class Meta:
        verbose_name = "loại hoạt động"
        verbose_name_plural = "loại hoạt động"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"


class SupportNorm(Dated, Sourced):
    """Ceiling and share of support for one activity, of the nation (no province) or of a province, in a time.

    ``share_percent`` of the eligible cost, at most ``ceiling`` đồng for each ``unit``. Only a confirmed norm blocks
    at approval (unless a priority ground is recorded, up to ``priority_percent``); the others warn.
    """

    activity = models.ForeignKey(
        Activity, models.PROTECT, related_name="norms", verbose_name="loại hoạt động"
    )
    programme = models.CharField("chương trình", max_length=8, choices=Programme.choices)
    province = models.ForeignKey(
        Province,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="norms",
        verbose_name="tỉnh",
        help_text="Để trống: định mức chung của cả nước.",
    )
    item = models.CharField("nội dung", max_length=200)
    share_percent = models.DecimalField("tỷ lệ (%)", max_digits=5, decimal_places=2, null=True, blank=True)
    ceiling = models.BigIntegerField("mức tối đa (đồng)", null=True, blank=True)
    unit = models.CharField("tính trên", max_length=60, default="cơ sở")
    priority_percent = models.PositiveSmallIntegerField("mức ưu tiên tối đa (% của định mức)", default=150)
    confirmed = models.BooleanField("đã xác nhận với văn bản", default=False)

    class Meta(Dated.Meta):
        verbose_name = "mức hỗ trợ"
        verbose_name_plural = "mức hỗ trợ"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                name="budgets_supportnorm_limits_something",
                condition=Q(share_percent__isnull=False) | Q(ceiling__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity.code} {self.item}"


class BudgetYear(models.Model):
    """A budget year. From the first year of use on the ledger is complete by itself; earlier years need a
    declaration of the province or the agency before their ledger outweighs published figures."""

    year = models.PositiveSmallIntegerField("năm", unique=True)
    ledger_complete = models.BooleanField("sổ kinh phí đầy đủ từ đầu", default=False)

    class Meta:
        verbose_name = "năm ngân sách"
        verbose_name_plural = "năm ngân sách"
        ordering = ("-year",)

    def __str__(self) -> str:
        return str(self.year)


class LedgerDeclaration(models.Model):
    """The head's word that the ledger of his province (agency: of the nation) holds all of a year."""

    wall_body: ClassVar[str | None] = "organisation"
    positions_write: ClassVar[tuple[str, ...]] = ("INSERT",)  # of one's own body (sql/limits.sql)

    year = models.PositiveSmallIntegerField("năm")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    declared_by = models.ForeignKey(Position, models.PROTECT, related_name="+")
    declared_on = models.DateField()
    declared_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="budgets_ledgerdeclaration_once", fields=["year", "organisation"])
        ]


class Ceiling(WalledHeader):
    """Money that a holder expects for a year and source before it is assigned; proposals are measured against it."""

    wall_body: ClassVar[str | None] = "holder"

    holder = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="đơn vị phân bổ")
    year = models.PositiveSmallIntegerField("năm")
    source = models.CharField("nguồn", max_length=12, choices=Source.choices)
    amount = models.BigIntegerField("số dự kiến (đồng)")
    basis = models.CharField("căn cứ", max_length=300)
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", editable=False)
    recorded_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="budgets_ceiling_once", fields=["holder", "year", "source"]),
            models.CheckConstraint(name="budgets_ceiling_not_negative", condition=Q(amount__gte=0)),
        ]


class BudgetAssignment(WalledHeader):
    """The estimate of a year and source that a holder was really given, on paper. Each books ``assigned``."""

    wall_body: ClassVar[str | None] = "holder"

    holder = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="đơn vị phân bổ")
    year = models.PositiveSmallIntegerField("năm")
    source = models.CharField("nguồn", max_length=12, choices=Source.choices)
    level = models.CharField("cấp ngân sách", max_length=10, choices=Level.choices, blank=True)
    amount = models.BigIntegerField("số được giao (đồng)", help_text="Số âm khi cắt giảm.")
    paper_number = models.CharField("số văn bản", max_length=60)
    paper_date = models.DateField("ngày văn bản")
    issuer = models.CharField("cơ quan ban hành", max_length=160)
    summary = models.CharField("trích yếu", max_length=300, blank=True)
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", editable=False)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "dự toán được giao"
        verbose_name_plural = "dự toán được giao"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="budgets_budgetassignment_not_zero", condition=~Q(amount=0)),
            models.CheckConstraint(
                name="budgets_budgetassignment_state_source", condition=Q(source__in=["NATIONAL", "LOCAL"])
            ),
            models.UniqueConstraint(
                name="budgets_budgetassignment_once",
                fields=["holder", "year", "source", "paper_number", "paper_date"],
            ),
        ]


class LedgerEntry(Walled):
    """One booked amount along the legal chain. Never changed; a correction is a new entry that names it.

    ``effective_on`` is the day of the paper, ``recorded_at`` when it was entered. ``assigned`` has a holder and no
    project; ``allocated`` names the holder out of whose assignment it comes (G1).
    """

    wall_append_only: ClassVar[bool] = True
    wall_parent: ClassVar[str | None] = "project_year"

    project_year = models.ForeignKey(
        "projects.ProjectYear", models.PROTECT, null=True, related_name="entries"
    )
    share = models.ForeignKey("projects.BeneficiaryShare", models.PROTECT, null=True, related_name="entries")
    event = models.ForeignKey("projects.Event", models.PROTECT, null=True, related_name="entries")
    assignment = models.ForeignKey(BudgetAssignment, models.PROTECT, null=True, related_name="entries")
    holder = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    programme = models.CharField(max_length=8, choices=Programme.choices)
    province = models.ForeignKey(Province, models.PROTECT, null=True, related_name="+")
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=24, choices=EntryKind.choices)
    source = models.CharField(max_length=12, choices=Source.choices)
    level = models.CharField(max_length=10, choices=Level.choices, blank=True)
    amount = models.BigIntegerField()
    instalment = models.CharField(max_length=10, blank=True)
    paper = models.CharField(max_length=200)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    position = models.ForeignKey(Position, models.PROTECT, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="budgets_ledgerentry_not_zero", condition=~Q(amount=0)),
            models.CheckConstraint(
                name="budgets_ledgerentry_negative_only_where_allowed",
                condition=Q(amount__gt=0)
                | Q(kind__in=["adjusted", "assigned", "carried_over", "cancelled"])
                | Q(corrects__isnull=False),
            ),
            models.CheckConstraint(
                name="budgets_ledgerentry_project_or_holder",
                condition=Q(project_year__isnull=False)
                | Q(holder__isnull=False, kind__in=["assigned", "cancelled"]),
            ),
            models.CheckConstraint(  # or G1 would not count it
                name="budgets_ledgerentry_allocation_has_holder",
                condition=~Q(kind="allocated") | Q(holder__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["project_year", "kind", "source"], name="budgets_ledger_of_file"),
            models.Index(fields=["holder", "year", "source", "kind"], name="budgets_ledger_of_holder"),
            models.Index(fields=["year", "province", "programme", "kind"], name="budgets_ledger_roll_up"),
        ]


class PublishedFigure(models.Model):
    """A figure that the programme itself published (published-figures.csv); never changed by the ledger.

    ``value`` in the unit said (đồng, percent, products …). ``scope`` and ``programme`` are the words of the import
    file; ``published`` is kept as written ("2022", "2021-12-10"), ``published_on`` is its last possible day."""

    slug = models.CharField("mã", max_length=80, unique=True)
    published = models.CharField("công bố", max_length=10)
    published_on = models.DateField("ngày công bố")
    year = models.PositiveSmallIntegerField("năm")
    period = models.CharField("kỳ", max_length=8)
    scope = models.CharField("phạm vi", max_length=40)
    programme = models.CharField("chương trình", max_length=10)
    indicator = models.CharField("chỉ tiêu", max_length=60)
    value = models.DecimalField("giá trị", max_digits=20, decimal_places=2)
    unit = models.CharField("đơn vị tính", max_length=20)
    note = models.TextField("ghi chú", blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "số liệu đã công bố"
        verbose_name_plural = "số liệu đã công bố"
        ordering = ("pk",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["year", "scope", "indicator"], name="budgets_published_lookup")
        ]

    def __str__(self) -> str:
        return self.slug
