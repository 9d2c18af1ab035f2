"""What people are told: notices of a position, what they follow, how they want to hear of it, and letters to them.

Notices and follows belong to a position and stand behind the wall. Choices, letters and calendar addresses belong to
a person, whichever position they act in: the login's alone, no position reads them (docs/decisions/0030).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Position, User, Walled


class NoticeKind(models.TextChoices):
    """What a notice is about, the weightier first: of one act a reader gets one notice."""

    RETURN = "RETURN", "Trả lại, yêu cầu bổ sung"
    DECISION = "DECISION", "Quyết định về hồ sơ"
    MONEY = "MONEY", "Kinh phí"
    TASK = "TASK", "Việc mới đến"
    STEP = "STEP", "Bước khác của hồ sơ theo dõi"
    DUE = "DUE", "Sắp đến hạn, quá hạn"
    ROUND = "ROUND", "Mở đợt đăng ký, kỳ báo cáo"
    REPORT = "REPORT", "Báo cáo đã ban hành"
    JOB = "JOB", "Tệp đã lập xong"


class Notice(Walled):
    """One thing told to one position; it names a file by its code and leads to a page, which decides who may open it.

    ``label`` what happened, ``task`` what is now expected ("" nothing), ``count`` how many files it speaks of,
    ``actor`` the body that acted. A ``key`` is told once to a position; ``covers`` are the deadlines a reminder
    speaks of. ``quiet``: the reader does not want this kind in the bell. Written by ``kc_notify`` (sql/notices.sql)."""

    position = models.ForeignKey(Position, models.CASCADE, related_name="+")
    kind = models.CharField("loại", max_length=8, choices=NoticeKind.choices)
    label = models.CharField(max_length=200)
    task = models.CharField(max_length=160, blank=True)
    code = models.CharField(max_length=60, blank=True)
    count = models.PositiveSmallIntegerField(default=1)
    url = models.CharField(max_length=300)
    due = models.DateField(null=True)
    actor = models.CharField(max_length=160, blank=True)
    key = models.CharField(max_length=300, blank=True)
    covers = models.JSONField(default=list)
    quiet = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="notices_notice_once", fields=["position", "key"], condition=~Q(key="")
            ),
            models.CheckConstraint(
                name="notices_notice_leads_into_the_house", condition=Q(url__regex=r"^/([^/\\]|$)")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["position", "-id"], name="notices_of_position"),
            models.Index(
                fields=["position"], name="notices_unread", condition=Q(read_at__isnull=True, quiet=False)
            ),
            models.Index(fields=["position"], name="notices_unmailed", condition=Q(mailed_at__isnull=True)),
        ]

    @property
    def subject(self) -> str:
        """The files it speaks of: the code of one, the number of several, "" for none."""
        return self.code if self.code else f"{self.count} hồ sơ" if self.count > 1 else ""


class Follow(Walled):
    """Whether a position follows a file by its own choice. Without a row it does when it wrote the file or acted on
    it (projects/telling.py). It belongs to the reader's tenant: who looks at a file is not the file's to know."""

    position = models.ForeignKey(Position, models.CASCADE, related_name="+")
    code = models.CharField(max_length=60)
    is_on = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="notices_follow_once", fields=["position", "code"])
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["code"], name="notices_followers")]


class Pace(models.TextChoices):
    """How soon a letter tells of a notice."""

    NOW = "NOW", "Ngay khi có"
    DAILY = "DAILY", "Mỗi ngày làm việc, 7 giờ 15"
    WEEKLY = "WEEKLY", "Mỗi tuần, ngày làm việc đầu tuần"
    NEVER = "NEVER", "Không gửi thư"


MAY_BE_SENT_AT_ONCE = frozenset({NoticeKind.RETURN, NoticeKind.DECISION})


class Reader(models.Model):
    """How a person wants to hear: ``choices`` kind → {"mail": Pace, "bell": bool}, what is not there is DAILY and in
    the bell. The days say what was done for them last; ``refused_*`` that their address took no letter."""

    person = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="+", verbose_name="người nhận"
    )
    choices = models.JSONField(default=dict)
    reminded_on = models.DateField(null=True)
    daily_on = models.DateField(null=True)
    weekly_on = models.DateField(null=True)
    refused_address = models.EmailField("địa chỉ bị từ chối", blank=True)
    refused_reason = models.CharField("lý do", max_length=300, blank=True)

    class Meta:
        verbose_name = "người nhận thư"
        verbose_name_plural = "người nhận thư"

    def __str__(self) -> str:
        return str(self.person)

    def pace(self, kind: str) -> Pace:
        """How soon a letter tells of notices of ``kind``."""
        return Pace(self.choices.get(kind, {}).get("mail", Pace.DAILY))

    def in_bell(self, kind: str) -> bool:
        return bool(self.choices.get(kind, {}).get("bell", True))

    def address(self) -> str:
        """Where letters go: "" without an address, or while the one on record takes none."""
        return "" if self.person.email == self.refused_address else self.person.email


class Urgent(models.Model):
    """Somebody was told something that they want by letter at once (``kc_notify``); gone with that letter."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+")


class MailState(models.TextChoices):
    QUEUED = "QUEUED", "Chờ gửi"
    HANDING = "HANDING", "Đang trao cho máy chủ thư"
    SENT = "SENT", "Đã gửi"
    FAILED = "FAILED", "Không gửi được"
    UNCLEAR = "UNCLEAR", "Không rõ đã gửi hay chưa"
    HELD = "HELD", "Không gửi: chưa đặt máy chủ thư"


class Mail(models.Model):
    """A letter of the outbox. ``message_id`` stays the same however often it is tried.

    A worker has it until ``lease_until``; ``HANDING`` is written just before the text is handed over, so a letter
    whose worker died earlier is tried again, and one whose worker died there is ``UNCLEAR`` and never sent twice by
    itself (notices/sending.py)."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="người nhận")
    address = models.EmailField("địa chỉ")
    subject = models.CharField("tiêu đề", max_length=200)
    text = models.TextField()
    html = models.TextField()
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField("tình trạng", max_length=8, choices=MailState.choices, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField("số lần thử", default=0)
    lease_until = models.DateTimeField(null=True)
    next_try = models.DateTimeField("thử lại lúc", null=True)
    reason = models.CharField("lý do", max_length=300, blank=True)
    created_at = models.DateTimeField("soạn lúc", auto_now_add=True)
    sent_at = models.DateTimeField("gửi lúc", null=True)

    class Meta:
        verbose_name = "thư"
        verbose_name_plural = "thư gửi đi"
        ordering = ("-pk",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_try"],
                name="notices_mail_waiting",
                condition=Q(state__in=["QUEUED", "HANDING"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject}, {self.address}"


class CalendarFeed(models.Model):
    """A secret address at which a calendar reads the deadlines of one position. Only the hash of the secret is kept.

    ``password_mark`` ties it to the password of the person: a new one ends the address."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    position = models.ForeignKey(Position, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    password_mark = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    window_from = models.DateTimeField(null=True)
    asked = models.PositiveSmallIntegerField(default=0)
