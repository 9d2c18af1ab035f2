"""Papers on their way to a signature: slips (phiếu trình), their files, what happened to them, who endorses first.

An act that rests on a paper may be prepared by the people of the body, endorsed, signed, numbered by the clerk; it
takes effect when the paper is issued (positions.md §6.4). Nobody has to: a head may do the act in one form, too.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Dated, Organisation, Position, PositionKind, User, Walled
from budgets.models import Programme
from projects.models.papers import PaperKind, Upload
from projects.states import State


class SlipState(models.TextChoices):
    ENDORSING = "endorsing", "Chờ ký nháy"
    SIGNING = "signing", "Đang trình ký"
    SIGNED = "signed", "Đã ký, chờ số"
    RETURNED = "returned", "Trả lại người soạn"
    ISSUED = "issued", "Đã ban hành"
    WITHDRAWN = "withdrawn", "Đã rút"


OPEN_SLIPS = (SlipState.ENDORSING, SlipState.SIGNING, SlipState.SIGNED, SlipState.RETURNED)


class Slip(Walled, Upload):
    """One act on one file (``code``), or on the files of a list (``programme``), prepared for a signature by the people
    of ``organisation``.

    It is its body's own until the paper is issued, not its files': it stands in the body's tenant and names files by
    their codes (SlipFile), so that nobody but the body reads a working paper, and no file carries it into another
    tenant. ``inputs`` is what was typed in the form of the act, by input, ``shown`` the same in words. ``presented``
    counts how often it was presented. ``endorsers`` are the kinds of positions that still endorse, in order. The upload
    is the paper's draft, if one was made elsewhere. ``issuer`` is the body whose paper it is once it is signed;
    ``number`` and ``dated`` are the issued paper's."""

    wall_body: ClassVar[str | None] = "organisation"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="cơ quan")
    code = models.CharField("mã hồ sơ", max_length=60, blank=True)
    programme = models.CharField("chương trình", max_length=8, choices=Programme.choices, blank=True)
    year = models.PositiveSmallIntegerField("năm kế hoạch")
    action = models.CharField("việc", max_length=32)
    label = models.CharField("tên việc", max_length=120)
    kind = models.CharField("loại văn bản", max_length=12, choices=PaperKind.choices)
    presented = models.PositiveSmallIntegerField("lần trình", default=1)
    inputs = models.JSONField(default=dict)
    shown = models.JSONField(default=list)
    signer = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name="người ký")
    endorsers = models.JSONField(default=list)
    state = models.CharField("tình trạng", max_length=10, choices=SlipState.choices)
    state_since = models.DateTimeField()
    prepared_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name="người soạn")
    signed_by = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    issuer = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    number = models.CharField("số, ký hiệu", max_length=60, blank=True)
    dated = models.DateField("ngày văn bản", null=True)

    class Meta:
        verbose_name = "phiếu trình"
        verbose_name_plural = "phiếu trình"
        ordering = ("-pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="projects_slip_one_open",
                fields=["tenant", "organisation", "code", "programme", "year", "action"],
                condition=Q(state__in=OPEN_SLIPS),
            ),
            models.CheckConstraint(
                name="projects_slip_on_a_file_or_a_list",
                condition=Q(code="") & ~Q(programme="") | ~Q(code="") & Q(programme=""),
            ),
            models.CheckConstraint(
                name="projects_slip_signed_by_somebody",
                condition=~Q(state__in=["signed", "issued"])
                | Q(signed_by__isnull=False, issuer__isnull=False),
            ),
            models.CheckConstraint(
                name="projects_slip_issued_with_number",
                condition=Q(state="issued", dated__isnull=False) & ~Q(number="")
                | ~Q(state="issued") & Q(number="", dated__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}, {self.about}"

    @property
    def on_list(self) -> bool:
        return not self.code

    @property
    def about(self) -> str:
        """The code of its file, or which list it is about."""
        return self.code or f"danh mục {self.get_programme_display().lower()} năm {self.year}"

    @property
    def file_address(self) -> str:
        """By what pages name the file of the slip, in its budget year."""
        return f"{self.code}-{self.year}"

    def files_now(self) -> models.QuerySet[SlipFile]:
        """Its files, as it was presented the last time."""
        return self.files.filter(presented=self.presented)


class SlipFile(Walled):
    """A file of a slip as it was when the slip was presented: ``state``, ``version``, ``seen`` (the last event of
    the act, projects/once.py) and ``moved`` (the last that changed its state; None: not kept). On a list also what
    is decided of it: ``said`` in words, ``amount`` in đồng where the list gives it money, ``reason``."""

    wall_append_only: ClassVar[bool] = True
    wall_parent: ClassVar[str | None] = "slip"

    slip = models.ForeignKey(Slip, models.PROTECT, related_name="files")
    presented = models.PositiveSmallIntegerField("lần trình")
    code = models.CharField("mã hồ sơ", max_length=60)
    state = models.CharField(max_length=24, choices=State.choices)
    version = models.PositiveIntegerField()
    seen = models.BigIntegerField(default=0)
    moved = models.BigIntegerField(null=True)
    said = models.CharField("kết luận", max_length=60, blank=True)
    amount = models.BigIntegerField("số tiền (đồng)", null=True)
    reason = models.CharField("lý do", max_length=400, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="projects_slipfile_once", fields=["slip", "presented", "code"]),
        ]

    @property
    def address(self) -> str:
        """By what pages name the file, in its budget year."""
        return f"{self.code}-{self.slip.year}"


class SlipAction(models.TextChoices):
    PRESENT = "present", "trình"
    ENDORSE = "endorse", "ký nháy"
    SIGN = "sign", "ký"
    RETURN = "return", "trả lại"
    ISSUE = "issue", "ghi số, ban hành"
    WITHDRAW = "withdraw", "rút"


class SlipStep(Walled):
    """What somebody did with a slip: presented, endorsed, signed, returned it, gave it its number."""

    wall_append_only: ClassVar[bool] = True
    wall_parent: ClassVar[str | None] = "slip"

    slip = models.ForeignKey(Slip, models.PROTECT, related_name="steps")
    action = models.CharField(max_length=12, choices=SlipAction.choices)
    position = models.ForeignKey(Position, models.PROTECT, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    to_state = models.CharField(max_length=10, choices=SlipState.choices)
    at = models.DateTimeField(auto_now_add=True)
    comment = models.TextField("ý kiến", blank=True)

    class Meta:
        ordering = ("pk",)


class EndorsementRule(Dated):
    """A body's own rule (quy chế làm việc): who endorses (ký nháy) a paper before it is signed, from a day to a day.

    ``programme`` "" means both, no ``papers`` every kind. Several rows add up, in ``order``. Reference data that the
    operator keeps, ended by its date; a body without a row has no endorsement (positions.md §6.4)."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="endorsement_rules", verbose_name="cơ quan"
    )
    endorser = models.CharField("chức danh ký nháy", max_length=24, choices=PositionKind.choices)
    order = models.PositiveSmallIntegerField("thứ tự", default=1)
    programme = models.CharField(
        "chương trình", max_length=8, choices=Programme.choices, blank=True, help_text="Để trống: cả hai."
    )
    papers = models.JSONField("loại văn bản", default=list, blank=True)
    number = models.CharField("văn bản quy định: số, ký hiệu", max_length=60)
    dated = models.DateField("ngày văn bản")

    class Meta(Dated.Meta):
        verbose_name = "quy định ký nháy"
        verbose_name_plural = "quy định ký nháy"
        ordering = ("organisation", "order", "pk")

    def __str__(self) -> str:
        return f"{self.get_endorser_display()} ký nháy, {self.organisation}"

    def covers(self, programme: str, kind: str) -> bool:
        """Whether a paper of ``kind`` on a file of ``programme`` is endorsed by the rule."""
        return self.programme in {"", programme} and (not self.papers or kind in self.papers)
