"""Changes of a file after its approval (T36 article 11): what is asked, who decides, before and after."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Walled
from projects.models.establishments import Establishment
from projects.models.files import ProjectYear
from projects.models.route import Event


class ChangeType(models.TextChoices):
    INCREASE_SUPPORT = "INCREASE_SUPPORT", "Tăng kinh phí hỗ trợ"
    DECREASE_SUPPORT = "DECREASE_SUPPORT", "Giảm kinh phí hỗ trợ"
    SAME_TOTAL = "SAME_TOTAL", "Điều chỉnh dự toán, giữ nguyên tổng kinh phí hỗ trợ"
    CHANGE_CONTENT = "CHANGE_CONTENT", "Thay đổi nội dung hoạt động khuyến công"
    PLACE = "PLACE", "Thay đổi địa điểm thực hiện"
    BENEFICIARY = "BENEFICIARY", "Thay đổi đơn vị thụ hưởng"
    PARTNER = "PARTNER", "Thay đổi đơn vị phối hợp"
    TIME_WITHIN_YEAR = "TIME_WITHIN_YEAR", "Thay đổi thời gian trong năm"
    EXTEND_NEXT_YEAR = "EXTEND_NEXT_YEAR", "Gia hạn sang năm sau"
    YEARS = "YEARS", "Điều chỉnh phân kỳ các năm sau, giữ nguyên tổng kinh phí hỗ trợ"
    OTHER = "OTHER", "Điều chỉnh khác"
    STOP = "STOP", "Ngừng thực hiện"
    TERMINATE = "TERMINATE", "Ngừng do vi phạm, không đáp ứng yêu cầu"


ENDS = frozenset({ChangeType.STOP, ChangeType.TERMINATE})
"""They end the file and change nothing in it."""


class ChangeOutcome(models.TextChoices):
    WAITING = "", "Đang xem xét"
    APPROVED = "APPROVED", "Đã quyết định"
    RETURNED = "RETURNED", "Trả lại, không giải quyết"
    WITHDRAWN = "WITHDRAWN", "Đơn vị rút"


class Decider(models.TextChoices):
    """The body that decides; values are those of ``OrganisationKind``."""

    MINISTRY = "MINISTRY", "Bộ Công Thương"
    AGENCY = "AGENCY", "Cục"
    PEOPLES_COMMITTEE = "PEOPLES_COMMITTEE", "Ủy ban nhân dân tỉnh, thành phố"
    DEPARTMENT = "DEPARTMENT", "Sở Công Thương"


class ChangeRequest(Walled):
    """One change asked for, with the whole file before and as it is asked to be (projects/snapshots.py; amounts in
    đồng). What is asked never changes, and what was decided stands: the database sees to it (projects/sql/changes.sql).

    ``decides`` and ``confirms`` are the authority on the day of the request. The events say who did what by which
    paper; ``annexed`` is the annex of the contract that follows a decision."""

    wall_parent: ClassVar[str | None] = "project_year"

    project_year = models.ForeignKey(ProjectYear, models.PROTECT, related_name="changes")
    type = models.CharField("loại", max_length=20, choices=ChangeType.choices)
    decides = models.CharField("thẩm quyền", max_length=20, choices=Decider.choices)
    confirms = models.BooleanField("Sở Công Thương xác nhận trước")
    force_majeure = models.BooleanField("bất khả kháng", default=False)
    beneficiary = models.ForeignKey(
        Establishment, models.PROTECT, null=True, related_name="+", verbose_name="cơ sở thụ hưởng mới"
    )
    before = models.JSONField()
    after = models.JSONField()
    requested = models.OneToOneField(Event, models.PROTECT, related_name="change")
    confirmed = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")
    proposed = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")
    decided = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")
    annexed = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField("kết quả", max_length=10, choices=ChangeOutcome.choices, blank=True)

    class Meta:
        verbose_name = "đề nghị điều chỉnh"
        verbose_name_plural = "đề nghị điều chỉnh"
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="projects_changerequest_one_waits", fields=["project_year"], condition=Q(outcome="")
            ),
            models.CheckConstraint(
                name="projects_changerequest_outcome_by_an_act",
                condition=Q(outcome="", decided__isnull=True) | (~Q(outcome="") & Q(decided__isnull=False)),
            ),
        ]

    @property
    def desk(self) -> str:
        """The body on whose desk the request lies (``Decider``); "" once it is answered."""
        if self.outcome:
            return ""
        if self.confirms and self.confirmed_id is None:
            return Decider.DEPARTMENT
        if self.decides == Decider.MINISTRY and self.proposed_id is None:
            return Decider.AGENCY
        return self.decides
