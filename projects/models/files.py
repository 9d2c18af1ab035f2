"""The file: a project, its budget year (which moves along the chain), estimate, schedule and beneficiaries.

Amounts in đồng. ``Project`` holds what is written once; ``ProjectYear`` holds state and money of one budget year.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import (
    ConsortiumProvince,
    Organisation,
    Position,
    Province,
    Tenant,
    Walled,
    folded,
)
from budgets.models import Activity, Programme, Selection
from projects.models.establishments import CounterpartStatus, Establishment
from projects.models.rounds import LocalProcedure, RegistrationRound
from projects.states import State


class ProjectKind(models.TextChoices):
    PROJECT = "PROJECT", "Đề án"
    TASK = "TASK", "Nhiệm vụ"
    ESTIMATE = "ESTIMATE", "Dự toán riêng"


class Nature(models.TextChoices):
    ORDINARY = "ORDINARY", "Đề án thường"
    GROUP = "GROUP", "Đề án nhóm"
    FLAGSHIP = "FLAGSHIP", "Đề án điểm"


def _by_name(provinces: Iterable[Province]) -> list[Province]:
    return sorted(provinces, key=lambda each: each.name_sort)


PARTS = ("place", "need", "objectives", "scale", "content", "organisation_of_work", "effects")
"""Fields of a project that hold its written parts (T36 article 5)."""


class Project(Walled):
    """What an implementing unit proposes. Its eight contents follow T36 article 5."""

    code = models.CharField("mã", max_length=40, unique=True)
    programme = models.CharField("chương trình", max_length=8, choices=Programme.choices)
    year = models.PositiveSmallIntegerField("năm kế hoạch")
    kind = models.CharField(
        "hình thức", max_length=10, choices=ProjectKind.choices, default=ProjectKind.PROJECT
    )
    nature = models.CharField("tính chất", max_length=10, choices=Nature.choices, default=Nature.ORDINARY)
    title = models.CharField("tên đề án", max_length=300)
    activity = models.ForeignKey(
        Activity, models.PROTECT, related_name="+", verbose_name="nội dung hoạt động"
    )
    selection_method = models.CharField(
        "cách chọn đơn vị", max_length=10, choices=Selection.choices, editable=False
    )
    selection_decided = models.CharField(
        "cách chọn đơn vị theo quyết định",
        max_length=10,
        choices=Selection.choices,
        blank=True,
        editable=False,
        help_text="Để trống: theo loại hoạt động.",
    )
    province = models.ForeignKey(
        Province, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="nơi thực hiện"
    )
    """The one province of the work; null where it lies in several (``provinces``), or is the agency's own task."""
    implementer = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="đơn vị thực hiện"
    )
    author = models.ForeignKey(Position, models.PROTECT, related_name="+", editable=False)
    # T36 article 5, contents 1–8 (6, the estimate, is EstimateLine; the schedule of 5 is ScheduleItem)
    place = models.TextField("1. Địa điểm thực hiện", blank=True)
    partner = models.CharField("Đơn vị phối hợp", max_length=300, blank=True)
    need = models.TextField("2. Sự cần thiết và căn cứ", blank=True)
    objectives = models.TextField("3. Mục tiêu", blank=True)
    scale = models.TextField("4. Quy mô, đặc điểm nổi bật", blank=True)
    content = models.TextField("5. Nội dung", blank=True)
    organisation_of_work = models.TextField("7. Tổ chức thực hiện", blank=True)
    effects = models.TextField("8. Hiệu quả kinh tế, xã hội, môi trường", blank=True)
    starts_on = models.DateField("bắt đầu", null=True, blank=True)
    ends_on = models.DateField("kết thúc", null=True, blank=True)
    counterpart_status = models.CharField(
        "vốn đối ứng", max_length=10, choices=CounterpartStatus.choices, blank=True
    )
    no_double_support = models.BooleanField(
        "Cam kết chưa được hỗ trợ từ nguồn ngân sách nhà nước cho cùng nội dung chi", default=False
    )
    years_planned = models.PositiveSmallIntegerField("số năm ngân sách", default=1, editable=False)
    """More than one: a project over several years, each with its ``YearPlan`` and, once begun, its budget year."""
    approved_total = models.BigIntegerField(
        "tổng hỗ trợ được duyệt các năm (đồng)", null=True, editable=False
    )
    """State support over all years, approved as one; null before, and for a project of one year."""
    is_illustration = models.BooleanField("dữ liệu minh họa", default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    saved_at = models.DateTimeField(auto_now=True)
    search = models.CharField(max_length=1200, editable=False)

    class Meta:
        verbose_name = "đề án"
        verbose_name_plural = "đề án"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="projects_project_ends_after_it_starts",
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(name="projects_project_has_a_year", condition=Q(years_planned__gte=1)),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "year"], name="projects_of_year")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def last_year(self) -> int:
        """The last budget year of the plan."""
        return self.year + self.years_planned - 1

    @property
    def provinces(self) -> list[Province]:
        """Where the work is done, by the units in which the file was begun, in the Vietnamese order of names; none for
        the agency's own task. No query where the rows come from ``files_visible_to``."""
        if self.province is not None:
            return [self.province]
        return _by_name(place.province for place in self._places if place.since is None)

    @property
    def provinces_now(self) -> list[Province]:
        """Those whose bodies act on it today: of a shared file what took over one of ``provinces``, too."""
        alive = [place.province for place in self._places if place.province.valid_to is None]
        return _by_name(alive) or self.provinces

    @property
    def members(self) -> set[int]:
        """Ids of ``provinces`` and ``provinces_now``. No query more."""
        return {each.pk for each in (*self.provinces, *self.provinces_now)}

    @property
    def _places(self) -> list[ConsortiumProvince]:
        if self.tenant.kind != Tenant.Kind.CONSORTIUM:
            return []
        return list(self.tenant.consortium.places.all())

    @property
    def place_name(self) -> str:
        """The provinces in words; "Cục" for its own task."""
        return ", ".join(province.name for province in self.provinces) or "Cục"

    def save(self, *args: Any, **kwargs: Any) -> None:
        places = (province.name for province in self.provinces)
        self.search = folded(self.code, self.title, *places, self.activity.name)
        self.selection_method = self.selection_decided or self.activity.selection
        super().save(*args, **kwargs)


class ProjectYear(Walled):
    """A project's budget year: the file that moves. ``state`` changes only through projects/workflow.py.

    ``support`` is the State support now in force (asked, then approved), ``counterpart`` likewise. ``submission``
    counts how often the file was sent ("lần gửi")."""

    wall_parent: ClassVar[str | None] = "project"

    project = models.ForeignKey(Project, models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField("năm ngân sách")
    state = models.CharField("trạng thái", max_length=24, choices=State.choices, default=State.DRAFT)
    state_since = models.DateField("từ ngày")
    support = models.BigIntegerField("kinh phí hỗ trợ (đồng)", default=0)
    counterpart = models.BigIntegerField("vốn đối ứng (đồng)", default=0)
    submission = models.PositiveSmallIntegerField("lần gửi", default=0)
    round = models.ForeignKey(RegistrationRound, models.PROTECT, null=True, related_name="+")
    procedure = models.ForeignKey(LocalProcedure, models.PROTECT, null=True, related_name="+")
    answer_by = models.DateField("hạn trả lời", null=True)
    priority_rank = models.PositiveSmallIntegerField("thứ tự ưu tiên", null=True)
    priority_ground = models.CharField("căn cứ ưu tiên", max_length=300, blank=True)

    class Meta:
        verbose_name = "đề án theo năm ngân sách"
        verbose_name_plural = "đề án theo năm ngân sách"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="projects_projectyear_once", fields=["project", "year"]),
            models.CheckConstraint(
                name="projects_projectyear_not_negative", condition=Q(support__gte=0, counterpart__gte=0)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "year", "state"], name="projects_years_of_tenant")
        ]

    def __str__(self) -> str:
        return self.project.code

    @property
    def address(self) -> str:
        """By what pages and API name this file: the project's code, and the budget year where there are several."""
        project = self.project
        return project.code if project.years_planned == 1 else f"{project.code}-{self.year}"

    @property
    def shown_code(self) -> str:
        """The project's code as people read it, with the budget year where there are several: two of them can stand
        side by side."""
        project = self.project
        return project.code if project.years_planned == 1 else f"{project.code} (năm {self.year})"

    @property
    def is_later_year(self) -> bool:
        """Whether this is another than the first budget year of the project, which was approved as a whole with it."""
        return self.year != self.project.year


class ScheduleItem(Walled):
    """A step of the work with who answers for it (T36 article 5.5)."""

    wall_parent: ClassVar[str | None] = "project_year"
    nation_deletes: ClassVar[bool] = True

    project_year = models.ForeignKey(ProjectYear, models.CASCADE, related_name="schedule")
    position = models.PositiveSmallIntegerField("thứ tự")
    work = models.CharField("công việc", max_length=300)
    responsible = models.CharField("đơn vị chịu trách nhiệm", max_length=160, blank=True)
    starts_on = models.DateField("từ ngày", null=True, blank=True)
    ends_on = models.DateField("đến ngày", null=True, blank=True)

    class Meta:
        ordering = ("position", "pk")


class LineKind(models.TextChoices):
    COST = "COST", "Chi thực hiện"
    MANAGEMENT = "MANAGEMENT", "Chi quản lý"


class LinesInForce(models.Manager["EstimateLine"]):
    """The estimate as it is now; lines that a change took out stay in ``EstimateLine.ever``."""

    def get_queryset(self) -> models.QuerySet[EstimateLine]:
        return super().get_queryset().filter(replaced__isnull=True)


class EstimateLine(Walled):
    """A line of the estimate (Mẫu 1, papers.md §5.1). Whole đồng; at most one State source (L26 article 7.4).

    ``replaced`` is the decision that put new lines in its place: what was approved is never written over."""

    wall_parent: ClassVar[str | None] = "project_year"
    nation_deletes: ClassVar[bool] = True

    project_year = models.ForeignKey(ProjectYear, models.CASCADE, related_name="estimate")
    order = models.PositiveSmallIntegerField()
    position = models.CharField("STT", max_length=8)
    line_kind = models.CharField("loại", max_length=10, choices=LineKind.choices, default=LineKind.COST)
    item = models.CharField("nội dung chi", max_length=240)
    unit = models.CharField("đơn vị tính", max_length=30, blank=True)
    quantity = models.DecimalField("số lượng", max_digits=12, decimal_places=3, default=1)
    unit_price = models.BigIntegerField("đơn giá (đồng)", default=0)
    amount = models.BigIntegerField("thành tiền (đồng)", default=0)
    national = models.BigIntegerField("KCQG (đồng)", default=0)
    local = models.BigIntegerField("KCĐP (đồng)", default=0)
    counterpart = models.BigIntegerField("đơn vị thụ hưởng (đồng)", default=0)
    other = models.BigIntegerField("nguồn khác (đồng)", default=0)
    basis = models.CharField("căn cứ", max_length=240, blank=True)
    note = models.CharField("ghi chú", max_length=240, blank=True)
    vat_included = models.BooleanField("đã gồm thuế GTGT", default=True)
    replaced = models.ForeignKey(
        "projects.Event", models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = LinesInForce()
    ever = models.Manager["EstimateLine"]()

    class Meta:
        verbose_name = "dòng dự toán"
        verbose_name_plural = "dòng dự toán"
        ordering = ("order", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="projects_estimateline_not_negative",
                condition=Q(
                    quantity__gte=0,
                    unit_price__gte=0,
                    amount__gte=0,
                    national__gte=0,
                    local__gte=0,
                    counterpart__gte=0,
                    other__gte=0,
                ),
            ),
            models.CheckConstraint(  # G10
                name="projects_estimateline_one_state_source", condition=Q(national=0) | Q(local=0)
            ),
        ]


class ShareState(models.TextChoices):
    PROPOSED = "proposed", "Đề xuất"
    CONFIRMED = "confirmed", "Đã duyệt"
    ACCEPTED = "accepted", "Đã nghiệm thu"
    REPLACED = "replaced", "Đã thay thế"
    DROPPED = "dropped", "Không tham gia"


ENDED_SHARES = (ShareState.REPLACED, ShareState.DROPPED)
"""What is no longer supported; the row stays and says by which act it ended."""


class StandingShares(models.Manager["BeneficiaryShare"]):
    """Shares that count: those that ended are read through ``BeneficiaryShare.every`` alone."""

    def get_queryset(self) -> models.QuerySet[BeneficiaryShare]:
        return super().get_queryset().exclude(state__in=ENDED_SHARES)


class BeneficiaryShare(Walled):
    """What one establishment gets and brings, at a place. G9: the shares add up to the support of the file; those of a
    group project, named only by its plan of implementation, to no more than was allocated.

    A share that is replaced or dropped stays with the act that ended it (projects/services/shares.py)."""

    wall_parent: ClassVar[str | None] = "project_year"
    nation_deletes: ClassVar[bool] = True

    project_year = models.ForeignKey(ProjectYear, models.CASCADE, related_name="shares")
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, related_name="shares", verbose_name="cơ sở thụ hưởng"
    )
    place = models.CharField("địa điểm", max_length=240, blank=True)
    support = models.BigIntegerField("hỗ trợ (đồng)", default=0)
    counterpart = models.BigIntegerField("đối ứng (đồng)", default=0)
    state = models.CharField(
        "trạng thái", max_length=10, choices=ShareState.choices, default=ShareState.PROPOSED
    )
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replacement")
    ended_by = models.ForeignKey("projects.Event", models.PROTECT, null=True, related_name="+")

    objects = StandingShares()
    every: ClassVar[models.Manager[BeneficiaryShare]] = models.Manager()

    class Meta:
        verbose_name = "phần hỗ trợ của cơ sở"
        verbose_name_plural = "phần hỗ trợ của cơ sở"
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="projects_beneficiaryshare_not_negative", condition=Q(support__gte=0, counterpart__gte=0)
            ),
            models.UniqueConstraint(
                name="projects_beneficiaryshare_once",
                fields=["project_year", "establishment"],
                condition=~Q(state__in=ENDED_SHARES),
            ),
            models.CheckConstraint(
                name="projects_beneficiaryshare_ended_by_an_act",
                condition=~Q(state__in=ENDED_SHARES) | Q(ended_by__isnull=False),
            ),
        ]
