"""What happened to a file: events, reasons of a return, appraisals, and acts on lists of files."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Organisation, Position, User, Walled, WalledHeader
from budgets.models import Programme
from projects.models.files import ProjectYear
from projects.models.papers import Paper
from projects.models.rounds import RegistrationRound
from projects.states import State


class ListAct(WalledHeader):
    """One act on many files under one paper: registration, submission of the plan, decision, allocation.

    ``answers`` is the list this one answers (an approval answers a submission). A line belongs to one file.
    ``texts`` are the parts of the printed paper that people write, by name (projects/papers/registration.py)."""

    wall_body: ClassVar[str | None] = "organisation"

    action = models.CharField("việc", max_length=32)
    programme = models.CharField("chương trình", max_length=8, choices=Programme.choices)
    year = models.PositiveSmallIntegerField("năm")
    round = models.ForeignKey(RegistrationRound, models.PROTECT, null=True, related_name="+")
    answers = models.ForeignKey("self", models.PROTECT, null=True, related_name="answered_by")
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="+", verbose_name="văn bản")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    effective_on = models.DateField("ngày")
    recorded_at = models.DateTimeField(auto_now_add=True)
    comment = models.TextField("ghi chú", blank=True)
    on_behalf_of = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", verbose_name="thừa ủy quyền của"
    )
    texts = models.JSONField("phần do cơ quan viết", default=dict)

    class Meta:
        verbose_name = "danh mục"
        verbose_name_plural = "danh mục"
        ordering = ("-pk",)


class Event(Walled):
    """One act on a file, as it happened: who, in which position, when, from where to where, with which figures.

    ``details`` holds the act's own fields (amounts in đồng), ``figures`` the sums of the file at that moment,
    ``snapshot`` the whole file when it was sent. ``manner`` is the capacity in which it was done (projects/holding.py),
    ``signed_as`` the lines above the name as they stood then, ``on_behalf_of`` the body in whose name, when it was not
    the own one."""

    wall_body: ClassVar[str | None] = "organisation"
    wall_append_only: ClassVar[bool] = True
    wall_parent: ClassVar[str | None] = "project_year"

    project_year = models.ForeignKey(ProjectYear, models.PROTECT, related_name="events")
    action = models.CharField(max_length=32)
    from_state = models.CharField(max_length=24, choices=State.choices)
    to_state = models.CharField(max_length=24, choices=State.choices)
    submission = models.PositiveSmallIntegerField()
    position = models.ForeignKey(Position, models.PROTECT, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    manner = models.CharField(max_length=3, blank=True, default="")
    on_behalf_of = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    signed_as = models.JSONField(default=list)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    comment = models.TextField(blank=True)
    list_act = models.ForeignKey(ListAct, models.PROTECT, null=True, related_name="events")
    verdict = models.CharField(max_length=12, blank=True)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="events")
    details = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    snapshot = models.JSONField(null=True)

    class Meta:
        ordering = ("pk",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["project_year", "action"], name="projects_events_of_file")
        ]


class ListLine(Walled):
    """The verdict on one file of a list. Amount in đồng where the verdict has one."""

    wall_append_only: ClassVar[bool] = True
    wall_parent: ClassVar[str | None] = "project_year"

    list_act = models.ForeignKey(ListAct, models.PROTECT, related_name="lines")
    project_year = models.ForeignKey(ProjectYear, models.PROTECT, related_name="list_lines")
    verdict = models.CharField(max_length=12, blank=True)
    amount = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)
    from_state = models.CharField(max_length=24, choices=State.choices)
    to_state = models.CharField(max_length=24, choices=State.choices)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="projects_listline_once", fields=["list_act", "project_year"])
        ]


class ReturnReason(Walled):
    """Why a file came back, pinned to what may now be corrected; ``row`` is a row's id, position or paper code."""

    wall_append_only: ClassVar[bool] = True
    wall_parent: ClassVar[str | None] = "project_year"

    class Section(models.TextChoices):
        FILE = "file", "Nội dung đề án"
        BENEFICIARIES = "beneficiaries", "Cơ sở thụ hưởng"
        ESTIMATE = "estimate", "Dự toán"
        DOCUMENTS = "documents", "Tài liệu"

    project_year = models.ForeignKey(ProjectYear, models.PROTECT, related_name="return_reasons")
    event = models.ForeignKey(Event, models.PROTECT, related_name="reasons")
    submission = models.PositiveSmallIntegerField()
    section = models.CharField("phần", max_length=14, choices=Section.choices)
    row = models.CharField("dòng", max_length=20, blank=True)
    field = models.CharField("trường", max_length=40, blank=True)
    comment = models.TextField("lý do")

    class Meta:
        ordering = ("pk",)


class AppraisalLevel(models.TextChoices):
    DEPARTMENT = "DEPARTMENT", "Thẩm định cấp cơ sở"
    AGENCY = "AGENCY", "Thẩm định cấp Bộ"


class Opinion(models.TextChoices):
    RECOMMENDED = "RECOMMENDED", "Đề nghị hỗ trợ"
    NOT_RECOMMENDED = "NOT_RECOMMENDED", "Không đề nghị"


class Appraisal(Walled):
    """An appraisal by the five contents of T36 article 9. Valid for the submission it was made for."""

    wall_append_only: ClassVar[bool] = True
    wall_parent: ClassVar[str | None] = "project_year"

    project_year = models.ForeignKey(ProjectYear, models.PROTECT, related_name="appraisals")
    event = models.OneToOneField(Event, models.PROTECT, related_name="appraisal")
    submission = models.PositiveSmallIntegerField()
    level = models.CharField("cấp", max_length=10, choices=AppraisalLevel.choices)
    form = models.CharField("mẫu", max_length=2, choices=[("4a", "Mẫu 4a"), ("4b", "Mẫu 4b")])
    principles = models.TextField("1. Sự phù hợp với nguyên tắc, nội dung, ngành nghề, ưu tiên")
    need_and_cost = models.TextField("2. Mục tiêu, sự cần thiết, hiệu quả; tính hợp lý của dự toán")
    capacity = models.TextField("3. Năng lực của đơn vị thực hiện, phối hợp, thụ hưởng")
    combination = models.TextField("4. Khả năng kết hợp, lồng ghép với chương trình khác")
    completeness = models.TextField("5. Tính đầy đủ của hồ sơ")
    recommended = models.BigIntegerField("mức đề nghị hỗ trợ (đồng)")
    coming = models.JSONField("mức đề nghị hỗ trợ các năm sau (đồng)", default=dict)
    """Of the first budget year of a project over several: year → đồng recommended for each coming year."""
    opinion = models.CharField("kết luận", max_length=16, choices=Opinion.choices)
    council = models.CharField("hội đồng thẩm định", max_length=240, blank=True)
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "phiếu thẩm định"
        verbose_name_plural = "phiếu thẩm định"
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="projects_appraisal_not_negative", condition=Q(recommended__gte=0))
        ]
