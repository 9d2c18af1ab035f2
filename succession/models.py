"""Changes of organisations: provinces that merge, split, are renamed or move to another region, bodies renamed.

A change is prepared by the operator, carried out once on its day, and then never touched: an undo is a new change.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Position


class Kind(models.TextChoices):
    MERGE = "MERGE", "Nhập tỉnh, thành phố"
    SPLIT = "SPLIT", "Chia, tách tỉnh, thành phố"
    RENAME = "RENAME", "Đổi tên, đổi loại đơn vị"
    REGION = "REGION", "Chuyển vùng khuyến công"


class Status(models.TextChoices):
    """``RUNNING`` is never committed: the functions that move rows ask for it (succession/sql/moves.sql)."""

    DRAFT = "DRAFT", "Đang lập"
    READY = "READY", "Đã duyệt, chờ đến ngày"
    RUNNING = "RUNNING", "Đang thực hiện"
    DONE = "DONE", "Đã thực hiện"
    CANCELLED = "CANCELLED", "Đã hủy"


class Change(models.Model):
    """One change of organisations with the paper it rests on.

    ``plan`` is what shall be (succession/plans.py), ``tried`` what a trial run found, ``outcome`` what was moved with
    the sums and prints before and after, ``outcome_hash`` its SHA-256. ``failure``: why beat could not carry it out."""

    kind = models.CharField("hình thức", max_length=8, choices=Kind.choices)
    status = models.CharField("tình trạng", max_length=10, choices=Status.choices, default=Status.DRAFT)
    day = models.DateField("ngày có hiệu lực")
    paper_number = models.CharField("số văn bản", max_length=60)
    paper_date = models.DateField("ngày văn bản")
    paper_title = models.CharField("tên văn bản", max_length=300)
    paper_issuer = models.CharField("cơ quan ban hành", max_length=160)
    plan = models.JSONField(default=dict)
    tried = models.JSONField(null=True)
    outcome = models.JSONField(null=True)
    outcome_hash = models.CharField(max_length=64, blank=True)
    failure = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    prepared_by = models.ForeignKey(Position, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "thay đổi tổ chức"
        verbose_name_plural = "thay đổi tổ chức"
        ordering = ("-day", "-pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="succession_change_done_says_what",
                condition=(
                    Q(status="DONE", outcome__isnull=False, done_by__isnull=False, done_at__isnull=False)
                    & ~Q(outcome_hash="")
                )
                | (~Q(status="DONE") & Q(outcome__isnull=True, done_at__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} từ {self.day:%d/%m/%Y}"

    @property
    def paper(self) -> str:
        """As in "Nghị quyết số 202/2025/QH15 ngày 12/06/2025"."""
        return f"{self.paper_title} số {self.paper_number} ngày {self.paper_date:%d/%m/%Y}"
