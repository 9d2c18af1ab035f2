"""What a person has besides the password, and what happened to it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Totp(models.Model):
    """The app that shows a person's codes (RFC 6238). ``secret`` is sealed with the installation's key (seal.py).

    ``last_step`` is the half-minute of the last code that was taken: it and what is older are not taken again."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="totp"
    )
    secret = models.CharField(max_length=300)
    last_step = models.BigIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    blocked_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)


class Passkey(models.Model):
    """A passkey or security key (WebAuthn). Nothing here is secret: ``credential`` holds id and public key."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="passkeys")
    name = models.CharField("tên gợi nhớ", max_length=60)
    key_id = models.CharField(max_length=1400, unique=True)
    credential = models.BinaryField()
    uses = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """One of the codes for the day on which phone or key is lost; only its hash is kept, and it serves once."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="accounts_recoverycode_once", fields=["person", "digest"])
        ]


class FactorEvent(models.Model):
    """What happened to a person's second factor. Only a reset is somebody else's act, and tells why."""

    class Kind(models.TextChoices):
        APP_SET = "APP_SET", "Đặt ứng dụng sinh mã"
        PASSKEY_ADDED = "PASSKEY_ADDED", "Thêm khóa truy cập"
        PASSKEY_REMOVED = "PASSKEY_REMOVED", "Bỏ khóa truy cập"
        CODES_MADE = "CODES_MADE", "Lập mã dự phòng"
        CODE_USED = "CODE_USED", "Đăng nhập bằng mã dự phòng"
        RESET = "RESET", "Người quản trị xóa để đặt lại"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="factor_events")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey("accounts.Position", models.CASCADE, null=True, related_name="+")
    reason = models.CharField("lý do", max_length=300, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="accounts_factorevent_reset_tells_why",
                condition=(Q(kind="RESET", by__isnull=False) & ~Q(reason=""))
                | (~Q(kind="RESET") & Q(by__isnull=True)),
            )
        ]
