"""Who exists: provinces over time, tenants, organisations and their names, people and the positions they hold.

Everything here is reference data that all positions read; the operator keeps it. Dates are inclusive on both
ends; an open end is null. ``FIRST_DAY`` stands where a beginning lies before the programme's own law.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from khuyencong.lib.vietnamese import fold, given_name_key, sort_key

FIRST_DAY = dt.date(2012, 7, 5)  # Decree 45/2012 takes effect; nothing in the system is older.


def valid_on(day: dt.date, prefix: str = "") -> Q:
    """Condition: the dated row is in force on ``day`` (both ends inclusive)."""
    start, end = f"{prefix}valid_from", f"{prefix}valid_to"
    return Q(**{f"{start}__lte": day}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": day}))


class Dated(models.Model):
    """A row that holds from a day to a day, both included."""

    valid_from = models.DateField("từ ngày", default=FIRST_DAY)
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_ends_after_it_starts",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            )
        ]


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
    stays: it says where the work was meant to be done (decision 0043)."""

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


class Secret(models.CharField):  # type: ignore[type-arg]  # no generic at run time
    """A column that is read outside of positions only, where people sign in and are kept: their roles may not read it
    (accounts/wall.py), so a row that is read for one has nothing there, and cannot be saved by mistake."""

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        """Called by Django for each selected column."""
        from accounts.tenancy import acts_in_a_role

        return ("NULL", []) if acts_in_a_role() else (sql, params)

    def deconstruct(self) -> Any:
        """For migrations a plain text."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, full_name: str, password: str | None = None, **extra: Any) -> User:
        """Create a person who may sign in; without ``password`` nobody can sign in as them."""
        user = self.model(username=username, full_name=full_name, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do follows from the positions they hold, never from the person."""

    password = Secret(_("password"), max_length=128)
    username = models.CharField("tên đăng nhập", max_length=80, unique=True)
    full_name = models.CharField("họ và tên", max_length=80)
    full_name_sort = models.CharField(max_length=400, editable=False, db_index=True, db_collation="C")
    email = models.EmailField("thư điện tử", blank=True)
    is_active = models.BooleanField("được đăng nhập", default=True)
    is_staff = models.BooleanField("vào trang quản trị", default=False)
    must_change_password = models.BooleanField("phải đổi mật khẩu", default=False)
    factor_epoch = models.PositiveIntegerField(
        default=0, editable=False
    )  # rises with each change of the second factor

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"
        ordering = ("full_name_sort",)

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.full_name_sort = given_name_key(self.full_name)
        super().save(*args, **kwargs)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Called by both of Django's functions: sessions end with the password and with the second factor."""
        known = f"{self.password} {self.factor_epoch}"
        return salted_hmac("accounts.User.session", known, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.rsplit(" ", 1)[-1]


class PositionKind(models.TextChoices):
    """Codes of ../shared/domain/positions.md §6.1."""

    DIRECTOR = "DIRECTOR", "Giám đốc"
    DEPUTY_DIRECTOR = "DEPUTY_DIRECTOR", "Phó Giám đốc"
    DIVISION_HEAD = "DIVISION_HEAD", "Trưởng phòng"
    OFFICER = "OFFICER", "Chuyên viên"
    ACCOUNTANT = "ACCOUNTANT", "Kế toán trưởng"
    CLERK = "CLERK", "Văn thư"
    CHAIR = "CHAIR", "Chủ tịch"
    VICE_CHAIR = "VICE_CHAIR", "Phó Chủ tịch"
    DIRECTOR_GENERAL = "DIRECTOR_GENERAL", "Cục trưởng"
    DEPUTY_DIRECTOR_GENERAL = "DEPUTY_DIRECTOR_GENERAL", "Phó Cục trưởng"
    MINISTER = "MINISTER", "Bộ trưởng"
    VICE_MINISTER = "VICE_MINISTER", "Thứ trưởng"
    VIEWER = "VIEWER", "Lãnh đạo xem báo cáo"
    AUDITOR = "AUDITOR", "Thanh tra, kiểm toán viên"
    HEAD = "HEAD", "Người đứng đầu"
    DEPUTY = "DEPUTY", "Cấp phó của người đứng đầu"
    OPERATOR = "OPERATOR", "Quản trị hệ thống"
    SYSTEM = "SYSTEM", "Hệ thống"


class Capacity(models.TextChoices):
    """Whether the head was appointed, or leads the body until one is (positions.md §6.3)."""

    APPOINTED = "APPOINTED", "chính thức"
    ACTING = "ACTING", "quyền (Q.)"


HEADS = (
    PositionKind.DIRECTOR,
    PositionKind.CHAIR,
    PositionKind.DIRECTOR_GENERAL,
    PositionKind.HEAD,
    PositionKind.MINISTER,
)
"""Who leads a body and signs for it."""

HEAD_OF = {
    PositionKind.DEPUTY_DIRECTOR: PositionKind.DIRECTOR,
    PositionKind.VICE_CHAIR: PositionKind.CHAIR,
    PositionKind.DEPUTY_DIRECTOR_GENERAL: PositionKind.DIRECTOR_GENERAL,
    PositionKind.VICE_MINISTER: PositionKind.MINISTER,
    PositionKind.DEPUTY: PositionKind.HEAD,
}
"""The head for whom a deputy signs (KT.), where a rule gives it to him (projects/models/signing.py)."""


UNIT_WRITERS = frozenset(
    {PositionKind.OFFICER, PositionKind.DIRECTOR, PositionKind.DEPUTY_DIRECTOR, PositionKind.HEAD}
)
"""Who writes the files of an implementing unit; writing is no signing."""


class Position(Dated):
    """A position that a person holds at an organisation during a time. It carries the rights.

    ``SYSTEM`` is held by nobody: what runs on schedule acts as it, drafts and reminds, and holds no action."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="positions", verbose_name="tổ chức"
    )
    kind = models.CharField("chức danh", max_length=24, choices=PositionKind.choices)
    capacity = models.CharField(
        "tư cách",
        max_length=9,
        choices=Capacity.choices,
        default=Capacity.APPOINTED,
        help_text="“Quyền”: chỉ với người đứng đầu được giao quyền; văn bản ghi Q. trước chức vụ.",
    )
    title = models.CharField("chức vụ ghi trên văn bản", max_length=120)
    person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="positions", verbose_name="người giữ"
    )
    scope_province = models.ForeignKey(
        Province,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="phạm vi được xem",
        help_text="Chỉ dùng cho thanh tra, kiểm toán: để trống là cả nước.",
    )

    handed_over_at = models.DateTimeField("đã bàn giao lúc", null=True, editable=False)
    """From this moment on its bearer no longer acts in it, though its last day is not over."""

    class Meta(Dated.Meta):
        verbose_name = "chức vụ"
        verbose_name_plural = "chức vụ"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                name="accounts_position_system_has_no_person",
                condition=Q(kind="SYSTEM", person__isnull=True)
                | (~Q(kind="SYSTEM") & Q(person__isnull=False)),
            ),
            models.CheckConstraint(
                name="accounts_position_acting_is_head", condition=~Q(capacity="ACTING") | Q(kind__in=HEADS)
            ),
            models.UniqueConstraint(
                name="accounts_position_one_system", fields=["organisation"], condition=Q(kind="SYSTEM")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.person or 'hệ thống'}"


class Holiday(models.Model):
    """A day off, or a Saturday or Sunday worked in exchange."""

    day = models.DateField("ngày", unique=True)
    name = models.CharField("tên", max_length=120)
    is_working = models.BooleanField("là ngày làm bù", default=False)
    source = models.CharField("căn cứ", max_length=200, blank=True)

    class Meta:
        verbose_name = "ngày nghỉ, ngày làm bù"
        verbose_name_plural = "ngày nghỉ, ngày làm bù"
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"


class Token(models.Model):
    """Key of a program that signs in as a person; only its hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    second_factor = models.BooleanField(default=False)  # whether it was shown when the key was given

    def __str__(self) -> str:
        return f"{self.user} {self.created_at:%d/%m/%Y}"


class Walled(models.Model):
    """Base of every row that belongs to a tenant; accounts/tenancy.py builds its policies from this class.

    ``sent_to_nation`` opens the row to national bodies, ``nation_writes`` lets them write it. Both follow the
    file: the database copies them from ``wall_parent`` on insert and moves them together (``kc_send_file``).
    """

    wall_parent: ClassVar[str | None] = None  # name of the foreign key to the row that this one belongs to
    wall_append_only: ClassVar[bool] = False  # no UPDATE, no DELETE for anybody
    wall_body: ClassVar[str | None] = None  # name of the key to the body in whose name the row is written
    nation_adds: ClassVar[bool] = False  # the nation writes such a row to the tenant of a province's file
    wall_stays: ClassVar[frozenset[str]] = (
        frozenset()
    )  # keys to a file which the row does not follow when it moves

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+", editable=False)
    sent_to_nation = models.BooleanField(default=False, editable=False)
    nation_writes = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True


class WalledHeader(models.Model):
    """Base of headers that are a province's own (tenant set) or the nation's, read by all (tenant null)."""

    wall_body: ClassVar[str | None] = None  # both as in Walled
    nation_adds: ClassVar[bool] = False

    tenant = models.ForeignKey(Tenant, models.PROTECT, null=True, related_name="+", editable=False)
    sent_to_nation = models.BooleanField(default=False, editable=False)
    nation_writes = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True


def folded(*texts: str) -> str:
    """Search column of a row: its texts without case and marks, one space between."""
    return fold(" ".join(text for text in texts if text))


from accounts.second_factor.models import (  # noqa: E402 (they point to the people above)
    FactorEvent as FactorEvent,
)
from accounts.second_factor.models import (  # noqa: E402
    Passkey as Passkey,
)
from accounts.second_factor.models import (  # noqa: E402
    RecoveryCode as RecoveryCode,
)
from accounts.second_factor.models import (  # noqa: E402
    Totp as Totp,
)
