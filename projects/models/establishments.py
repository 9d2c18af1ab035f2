"""Rural industrial establishments: who may be supported (Decree 45/2012 and 235/2025, article 1)."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models

from accounts.models import Position, Province, Walled, folded
from khuyencong.lib.vietnamese import nfc, sort_key

tax_code_validator = RegexValidator(
    r"^\d{10}(-\d{3})?$|^\d{12}$",
    "Mã số thuế gồm 10 chữ số, 10 chữ số kèm “-” và 3 chữ số của đơn vị phụ thuộc, hoặc 12 chữ số định danh "
    "của chủ hộ kinh doanh. Hãy kiểm tra lại giấy chứng nhận đăng ký.",
)


class LegalForm(models.TextChoices):
    ENTERPRISE = "ENTERPRISE", "Doanh nghiệp nhỏ và vừa"
    LARGE_ENTERPRISE = "LARGE_ENTERPRISE", "Doanh nghiệp lớn"
    COOPERATIVE = "COOPERATIVE", "Hợp tác xã"
    COOPERATIVE_UNION = "COOPERATIVE_UNION", "Liên hiệp hợp tác xã"
    COOPERATIVE_GROUP = "COOPERATIVE_GROUP", "Tổ hợp tác"
    HOUSEHOLD = "HOUSEHOLD", "Hộ kinh doanh"


class CommuneKind(models.TextChoices):
    COMMUNE = "COMMUNE", "xã"
    WARD = "WARD", "phường"
    SPECIAL_ZONE = "SPECIAL_ZONE", "đặc khu"


class Industry(models.TextChoices):
    """Industries of Decree 45/2012, article 5; the last two since Decree 235/2025 (known from a digest)."""

    FOOD = "FOOD", "Chế biến nông, lâm, thủy sản và thực phẩm"
    CONSUMER = "CONSUMER", "Hàng tiêu dùng, xuất khẩu, thay thế nhập khẩu"
    CHEMICAL = "CHEMICAL", "Hóa chất phục vụ nông nghiệp, vật liệu xây dựng"
    MECHANICAL = "MECHANICAL", "Cơ khí, điện, điện tử, công nghiệp hỗ trợ"
    HANDICRAFT = "HANDICRAFT", "Tiểu thủ công nghiệp"
    MINING = "MINING", "Khai thác, chế biến khoáng sản ở địa bàn khó khăn"
    CLEANER = "CLEANER", "Sản xuất sạch hơn, xử lý ô nhiễm môi trường"
    HIGH_TECH = "HIGH_TECH", "Công nghệ cao, tiết kiệm năng lượng, công nghiệp môi trường"
    TEXTILE = "TEXTILE", "Dệt may, da giày"
    NOT_LISTED = "NOT_LISTED", "Ngành nghề khác, ngoài danh mục"


_KINDS = re.compile(rf"(?:(?:{'|'.join([*CommuneKind.labels, 'thị trấn'])})\s+)+", re.IGNORECASE)


def bare_commune(typed: str) -> str:
    """The commune's name without its kind, which is chosen beside it: "Xã  Tiên Lãng" as "Tiên Lãng"."""
    name = " ".join(nfc(typed).split())
    return _KINDS.sub("", name, count=1) if _KINDS.match(name) else name


class CounterpartStatus(models.TextChoices):
    INVESTED = "INVESTED", "Đã đầu tư"
    COMMITTED = "COMMITTED", "Cam kết đầu tư đủ phần vốn còn lại"


class Establishment(Walled):
    """An establishment in the register of a province. The address stays as it was written."""

    name = models.CharField("tên cơ sở", max_length=200)
    legal_form = models.CharField("loại hình", max_length=20, choices=LegalForm.choices)
    tax_code = models.CharField("mã số thuế", max_length=14, validators=[tax_code_validator])
    registration = models.CharField("số giấy đăng ký kinh doanh", max_length=60, blank=True)
    representative = models.CharField("người đại diện", max_length=80)
    phone = models.CharField("điện thoại", max_length=30, blank=True)
    industry = models.CharField("ngành nghề", max_length=12, choices=Industry.choices)
    products = models.CharField("sản phẩm chính", max_length=300, blank=True)
    employees = models.PositiveIntegerField("số lao động", default=0)
    address = models.CharField("địa chỉ nơi sản xuất", max_length=240)
    commune = models.CharField("xã, phường, đặc khu", max_length=80)
    commune_kind = models.CharField("loại đơn vị cấp xã", max_length=12, choices=CommuneKind.choices)
    province = models.ForeignKey(Province, models.PROTECT, related_name="+", verbose_name="tỉnh, thành phố")
    craft_village = models.BooleanField("nằm trong làng nghề được UBND tỉnh công nhận", default=False)
    cleaner_production = models.BooleanField("áp dụng sản xuất sạch hơn, sản xuất bền vững", default=False)
    cluster_investor = models.BooleanField("chủ đầu tư hạ tầng cụm công nghiệp", default=False)
    women_owned = models.BooleanField("do phụ nữ làm chủ", default=False)
    ethnic_minority_owned = models.BooleanField("do người dân tộc thiểu số làm chủ", default=False)
    is_illustration = models.BooleanField("dữ liệu minh họa", default=False, editable=False)
    copied_on = models.DateField("lấy từ danh bạ của tỉnh ngày", null=True, editable=False)
    """Of a row that files of several provinces share: the day on which it was taken from a province's register."""
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    search = models.CharField(max_length=800, editable=False)
    name_sort = models.CharField(max_length=800, editable=False, db_index=True, db_collation="C")

    class Meta:
        verbose_name = "cơ sở công nghiệp nông thôn"
        verbose_name_plural = "cơ sở công nghiệp nông thôn"
        ordering = ("name_sort", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="projects_establishment_tax_code", fields=["tenant", "tax_code"])
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def commune_name(self) -> str:
        """The commune with its kind, as in "xã Tiên Lãng", whichever way it was typed."""
        return f"{self.get_commune_kind_display()} {bare_commune(self.commune)}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search = folded(self.name, self.tax_code, self.commune, self.province.name, self.products)
        self.name_sort = sort_key(self.name)
        super().save(*args, **kwargs)
