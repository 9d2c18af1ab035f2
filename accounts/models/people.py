"""People, the positions they hold, and the keys of their programs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models.bodies import Organisation
from accounts.models.dated import Dated
from accounts.models.places import Province
from khuyencong.lib.vietnamese import given_name_key


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
