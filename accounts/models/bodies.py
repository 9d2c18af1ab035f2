"""Organisations, their names over time, and who shares files over several provinces."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models.dated import Dated
from accounts.models.places import Province, Tenant


class OrganisationKind(models.TextChoices):
    CENTRE = "CENTRE", "Trung tâm Khuyến công"
    DEPARTMENT = "DEPARTMENT", "Sở Công Thương"
    FINANCE_DEPARTMENT = "FINANCE_DEPARTMENT", "Sở Tài chính"
    PEOPLES_COMMITTEE = "PEOPLES_COMMITTEE", "Ủy ban nhân dân tỉnh, thành phố"
    REGIONAL_CENTRE = "REGIONAL_CENTRE", "Trung tâm Khuyến công quốc gia ở vùng"
    SERVICE_ORGANISATION = "SERVICE_ORGANISATION", "Tổ chức dịch vụ khuyến công khác"
    AGENCY = "AGENCY", "Cục"
    MINISTRY = "MINISTRY", "Bộ Công Thương"
    MINISTRY_FINANCE = "MINISTRY_FINANCE", "Vụ Kế hoạch, Tài chính"
    AUDIT = "AUDIT", "Thanh tra, kiểm toán"
    OPERATOR = "OPERATOR", "Quản trị hệ thống"


PROVINCIAL_KINDS = frozenset(
    {
        OrganisationKind.CENTRE,
        OrganisationKind.DEPARTMENT,
        OrganisationKind.FINANCE_DEPARTMENT,
        OrganisationKind.PEOPLES_COMMITTEE,
    }
)


UNIT_KINDS = frozenset({OrganisationKind.REGIONAL_CENTRE, OrganisationKind.SERVICE_ORGANISATION})
"""Units that belong to no province and work in one or several (Decree 45/2012, articles 7.2 and 9)."""


IMPLEMENTING_KINDS = UNIT_KINDS | {OrganisationKind.CENTRE}
"""Units that write files and carry them out."""


class Organisation(Dated):
    """A body that acts. Its names change (``OrganisationName``); its tenant says which rows are its own."""

    kind = models.CharField("loại", max_length=24, choices=OrganisationKind.choices)
    slug = models.SlugField("định danh", max_length=80)
    tenant = models.ForeignKey(
        Tenant, models.PROTECT, related_name="organisations", verbose_name="đơn vị dữ liệu"
    )
    province = models.ForeignKey(
        Province, models.PROTECT, null=True, blank=True, related_name="organisations", verbose_name="tỉnh"
    )
    superior = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subordinates",
        verbose_name="cơ quan chủ quản",
    )
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name="tổ chức kế thừa",
    )
    """The body that took over its work and what was left of its money (budgets/sql/limits.sql, G1)."""

    class Meta(Dated.Meta):
        verbose_name = "tổ chức"
        verbose_name_plural = "tổ chức"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(name="accounts_organisation_slug_from", fields=["slug", "valid_from"]),
        ]

    def __str__(self) -> str:
        return self.slug


class Consortium(models.Model):
    """Who shares the files of several provinces, or of a unit that works in one: a tenant for each set (decision 0022).

    Its members are the bodies of ``provinces`` and ``unit``, without one the provinces' own centres. Made, and found
    again by ``key``, through accounts/consortia.py alone; who began it first is kept."""

    guard_writes: ClassVar[bool] = True

    tenant = models.OneToOneField(Tenant, models.PROTECT, related_name="consortium")
    key = models.CharField(max_length=600, unique=True)
    provinces: models.ManyToManyField[Province, ConsortiumProvince] = models.ManyToManyField(
        Province, through="ConsortiumProvince", related_name="consortia", verbose_name="các tỉnh"
    )
    unit = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        related_name="consortia",
        verbose_name="đơn vị thực hiện ngoài tỉnh",
    )
    begun_by = models.ForeignKey("Position", models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "hồ sơ chung"
        verbose_name_plural = "hồ sơ chung"

    def __str__(self) -> str:
        return self.key


class WithProvince(models.Manager["ConsortiumProvince"]):
    """A place is never asked for without its province."""

    def get_queryset(self) -> models.QuerySet[ConsortiumProvince]:
        return super().get_queryset().select_related("province")


class ConsortiumProvince(models.Model):
    """A province of a consortium: from its beginning, or ``since`` the day on which it took over one that was. That one
    stays: it says where the work was meant to be done (decision 0031)."""

    guard_writes: ClassVar[bool] = True

    consortium = models.ForeignKey(Consortium, models.CASCADE, related_name="places")
    province = models.ForeignKey(Province, models.PROTECT, related_name="+")
    since = models.DateField("kế thừa từ ngày", null=True, editable=False)

    objects = WithProvince()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="accounts_consortiumprovince_once", fields=["consortium", "province"]
            )
        ]

    def __str__(self) -> str:
        return str(self.province)


class BudgetUnit(Dated):
    """A unit to which the ministry assigns budget itself (``budget_unit_of_ministry``): it gets tasks, not contracts
    (T36 articles 6.4, 12.1; L26 article 8.1a). Which units are such is the ministry's to say; the operator keeps it."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="budget_units", verbose_name="tổ chức"
    )
    source = models.CharField("căn cứ", max_length=200)

    class Meta(Dated.Meta):
        verbose_name = "đơn vị dự toán trực thuộc Bộ"
        verbose_name_plural = "đơn vị dự toán trực thuộc Bộ"

    def __str__(self) -> str:
        return f"{self.organisation} từ {self.valid_from:%d/%m/%Y}"


class OrganisationName(Dated):
    """What the organisation is called on its papers during a time."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="names")
    name = models.CharField("tên", max_length=160)
    symbol = models.CharField("ký hiệu văn bản", max_length=20, help_text="Ví dụ SCT trong 125/BC-SCT")
    place = models.CharField("địa danh", max_length=60)

    class Meta(Dated.Meta):
        verbose_name = "tên gọi của tổ chức"
        verbose_name_plural = "tên gọi của tổ chức"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                name="accounts_organisationname_from", fields=["organisation", "valid_from"]
            ),
        ]

    def __str__(self) -> str:
        return self.name
