"""Provinces over time, and the tenants that own rows behind the wall."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from accounts.models.dated import Dated
from khuyencong.lib.vietnamese import sort_key


class Tenant(models.Model):
    """Owner of rows behind the wall (accounts/tenancy.py): one province as a dated unit, the national bodies, a unit
    that works in many provinces, or those who share the files of several (``Consortium``)."""

    guard_writes: ClassVar[bool] = True

    class Kind(models.TextChoices):
        PROVINCE = "PROVINCE", "Tỉnh, thành phố"
        NATIONAL = "NATIONAL", "Cơ quan trung ương"
        UNIT = "UNIT", "Đơn vị thực hiện ngoài tỉnh"
        CONSORTIUM = "CONSORTIUM", "Hồ sơ chung của nhiều đơn vị"

    kind = models.CharField("loại", max_length=12, choices=Kind.choices)
    name = models.CharField("tên", max_length=120, unique=True)
    ended_on = models.DateField("không nhận dòng mới từ ngày", null=True, editable=False)
    """Set by the change that led its unit into another: from then on positions add nothing here."""

    class Meta:
        verbose_name = "đơn vị dữ liệu"
        verbose_name_plural = "đơn vị dữ liệu"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="accounts_tenant_one_nation", fields=["kind"], condition=Q(kind="NATIONAL")
            )
        ]

    def __str__(self) -> str:
        return self.name


class Region(models.TextChoices):
    NORTH = "north", "Phía Bắc"
    CENTRAL = "central", "Miền Trung - Tây Nguyên"
    SOUTH = "south", "Phía Nam"


class UnitType(models.TextChoices):
    PROVINCE = "PROVINCE", "tỉnh"
    CITY = "CITY", "thành phố trực thuộc trung ương"


class Province(Dated):
    """A provincial unit during its existence. Codes and slugs come back with another meaning after a merger,
    so neither is a key alone: a slug names one unit on any one day."""

    slug = models.SlugField("định danh", max_length=40)
    code = models.CharField("mã", max_length=2)
    name = models.CharField("tên", max_length=60)
    name_sort = models.CharField(max_length=240, editable=False, db_index=True, db_collation="C")
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name="đơn vị kế thừa",
    )
    tenant = models.OneToOneField(
        Tenant, models.PROTECT, related_name="province", verbose_name="đơn vị dữ liệu"
    )

    class Meta(Dated.Meta):
        verbose_name = "tỉnh, thành phố"
        verbose_name_plural = "tỉnh, thành phố"
        ordering = ("name_sort", "valid_from")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(name="accounts_province_slug_from", fields=["slug", "valid_from"]),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_sort = sort_key(self.name)
        super().save(*args, **kwargs)


class ProvinceName(Dated):
    """How a province was called and what type of unit it was, during a time."""

    province = models.ForeignKey(Province, models.CASCADE, related_name="names")
    full_name = models.CharField("tên đầy đủ", max_length=80)
    unit_type = models.CharField("loại đơn vị", max_length=10, choices=UnitType.choices)
    source = models.CharField("căn cứ", max_length=200, blank=True)

    class Meta(Dated.Meta):
        verbose_name = "tên gọi của tỉnh"
        verbose_name_plural = "tên gọi của tỉnh"

    def __str__(self) -> str:
        return self.full_name


class ProvinceRegion(Dated):
    """The khuyến công region of a province during a time; not one of the socio-economic regions."""

    province = models.ForeignKey(Province, models.CASCADE, related_name="regions")
    region = models.CharField("vùng khuyến công", max_length=10, choices=Region.choices)
    source = models.CharField("căn cứ", max_length=200, blank=True)

    class Meta(Dated.Meta):
        verbose_name = "vùng khuyến công"
        verbose_name_plural = "vùng khuyến công"

    def __str__(self) -> str:
        return self.get_region_display()
