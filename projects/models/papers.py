"""Papers: decisions, letters, contracts with number and date; documents of a file; which are required."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from accounts.models import Dated, Organisation, Position, Province, Walled, WalledHeader
from budgets.models import Activity, Programme, Sourced
from khuyencong.lib.dates import today


def upload_path(instance: Any, _: str) -> str:
    """Place of an upload below MEDIA_ROOT: never the user's own name, so nothing in it can lead elsewhere."""
    day = today()
    return f"{instance._meta.model_name}/{day:%Y/%m}/{instance.sha256}"


class Upload(models.Model):
    """A stored upload: checked by content (khuyencong/lib/uploads.py), kept under its hash, served by a view."""

    file = models.FileField(upload_to=upload_path, max_length=200, blank=True)
    file_name = models.CharField("tên tệp", max_length=150, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField("dung lượng (byte)", default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        abstract = True


class PaperKind(models.TextChoices):
    LETTER = "LETTER", "Công văn"
    SUBMISSION = "SUBMISSION", "Tờ trình"
    DECISION = "DECISION", "Quyết định"
    NOTICE = "NOTICE", "Thông báo"
    REPORT = "REPORT", "Báo cáo"
    FORM = "FORM", "Phiếu thẩm định"
    MINUTES = "MINUTES", "Biên bản"
    CONTRACT = "CONTRACT", "Hợp đồng"
    ANNEX = "ANNEX", "Phụ lục hợp đồng"
    VOUCHER = "VOUCHER", "Chứng từ Kho bạc"


class Paper(WalledHeader, Upload):
    """A paper with its number, on which an act of the chain rests. National ones (no tenant) are read by all."""

    wall_body: ClassVar[str | None] = "issuer"
    nation_adds: ClassVar[bool] = True

    kind = models.CharField("loại", max_length=12, choices=PaperKind.choices)
    number = models.CharField("số, ký hiệu", max_length=60)
    dated = models.DateField("ngày")
    year = models.PositiveSmallIntegerField(editable=False)
    issuer = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="cơ quan ban hành"
    )
    summary = models.CharField("trích yếu", max_length=400, blank=True)
    signer = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+", verbose_name="người ký")
    signed_as = models.JSONField("các dòng trên chữ ký", default=list)
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "văn bản"
        verbose_name_plural = "văn bản"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Decree 30/2020 article 15: numbers restart each year, unique per body; kinds have their own series.
            # A letter about files of several tenants is a row in each of them, of one day (projects/chain.py).
            models.UniqueConstraint(
                "tenant",
                "issuer",
                "kind",
                "year",
                Upper("number"),
                name="projects_paper_number",
                nulls_distinct=False,
            ),
            # One paper is one text (khuyencong/lib/paper.py); the Treasury numbers its vouchers as it likes.
            models.CheckConstraint(
                name="projects_paper_number_form",
                condition=Q(kind="VOUCHER") | Q(number__regex=r"^[1-9][0-9]*[A-Za-zĐđ]?/\S+$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} số {self.number} ngày {self.dated:%d/%m/%Y}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.year = self.dated.year
        super().save(*args, **kwargs)


class Stage(models.TextChoices):
    SUBMIT = "submit", "Gửi hồ sơ"
    APPRAISE = "appraise", "Thẩm định"
    REGISTER = "register", "Đăng ký"
    APPROVE = "approve", "Phê duyệt"
    PLAN = "plan", "Kế hoạch triển khai"
    CONTRACT = "contract", "Ký hợp đồng"
    ADVANCE = "advance", "Tạm ứng"
    PROGRESS = "progress", "Thực hiện"
    ACCEPT = "accept", "Nghiệm thu"
    SETTLE = "settle", "Thanh toán, quyết toán"


class RequiredPaper(Dated, Sourced):
    """A paper that every file carries at a stage (papers.md §5.2). ``made_here``: the system prints it."""

    code = models.CharField("mã", max_length=4)
    name = models.CharField("tên", max_length=240)
    stage = models.CharField("bước", max_length=10, choices=Stage.choices)
    programme = models.CharField("chương trình", max_length=8, choices=Programme.choices, blank=True)
    province = models.ForeignKey(Province, models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.CharField("người lập", max_length=120, blank=True)
    copy = models.CharField("bản", max_length=60, blank=True)
    made_here = models.BooleanField("hệ thống lập", default=False)
    named_only = models.BooleanField("chỉ khi có cơ sở thụ hưởng", default=False)
    blocks = models.BooleanField("bắt buộc", default=True)

    class Meta(Dated.Meta):
        verbose_name = "giấy tờ bắt buộc"
        verbose_name_plural = "giấy tờ bắt buộc"
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ActivityPaper(Dated, Sourced):
    """What a type of activity adds (papers.md §5.3); with a province, what its department asks for beyond."""

    activity = models.ForeignKey(
        Activity, models.PROTECT, related_name="papers", verbose_name="loại hoạt động"
    )
    province = models.ForeignKey(
        Province,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="tỉnh",
        help_text="Để trống: chung cả nước. Giấy tờ Sở Công Thương yêu cầu thêm thì chọn tỉnh.",
    )
    code = models.CharField("mã", max_length=8)
    name = models.CharField("tên", max_length=240)
    stage = models.CharField("bước", max_length=10, choices=Stage.choices, default=Stage.SUBMIT)
    blocks = models.BooleanField("bắt buộc", default=False)

    class Meta(Dated.Meta):
        verbose_name = "giấy tờ theo loại hoạt động"
        verbose_name_plural = "giấy tờ theo loại hoạt động"
        ordering = ("activity_id", "code")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Document(Walled, Upload):
    """An uploaded paper of a file, under the code of what it is (D01…, T10.1 …)."""

    wall_parent: ClassVar[str | None] = "project_year"

    project_year = models.ForeignKey("projects.ProjectYear", models.PROTECT, related_name="documents")
    code = models.CharField("giấy tờ", max_length=8)
    title = models.CharField("tên", max_length=240)
    number = models.CharField("số, ký hiệu", max_length=60, blank=True)
    dated = models.DateField("ngày", null=True, blank=True)
    original_at = models.CharField("nơi giữ bản gốc", max_length=120, blank=True)
    uploaded_by = models.ForeignKey(Position, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "tài liệu"
        verbose_name_plural = "tài liệu"
        ordering = ("code", "pk")

    def __str__(self) -> str:
        return self.title
