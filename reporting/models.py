"""What reporting owns: rounds, the text that people add to a report, issued reports, and jobs that make files.

The figures themselves are computed (reporting/quarterly.py); only what was issued keeps them.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation, Position, Province, Region, User, Walled, WalledHeader
from khuyencong.lib.periods import parse_period
from projects.models.papers import Paper, Upload
from reporting.scopes import NATION


class ReportingRound(WalledHeader):
    """A period for which reports are due, the nation's. All three days are working days; the department's
    deadline is counted backwards from the agency's."""

    code = models.CharField("loại báo cáo", max_length=24)
    year = models.PositiveSmallIntegerField("năm")
    period = models.CharField("kỳ", max_length=8)
    opens_on = models.DateField("mở ngày")
    department_due = models.DateField("hạn Sở Công Thương báo cáo")
    agency_due = models.DateField("hạn Cục báo cáo Bộ")
    drafted_on = models.DateField("ngày lập đủ dự thảo", null=True)

    class Meta:
        verbose_name = "kỳ báo cáo"
        verbose_name_plural = "kỳ báo cáo"
        ordering = ("-opens_on", "-pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="reporting_round_once", fields=["code", "year", "period"]),
            models.CheckConstraint(
                name="reporting_round_days_in_order",
                condition=Q(department_due__gte=F("opens_on"), agency_due__gte=F("department_due")),
            ),
        ]

    @property
    def label(self) -> str:
        """As in "quý III năm 2026"."""
        return parse_period(self.period, self.year).label


class Report(Walled):
    """One report that an organisation owes in a round, and what only people can write into it.

    ``estimated_*``: the year's expected execution in đồng, marked as an estimate and never added to what was
    executed. ``version`` counts the saves of the text."""

    wall_body: ClassVar[str | None] = "organisation"

    round = models.ForeignKey(ReportingRound, models.PROTECT, related_name="reports")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    scope = models.CharField("phạm vi", max_length=40)
    province = models.ForeignKey(Province, models.PROTECT, null=True, related_name="+")
    difficulties = models.TextField("Khó khăn, vướng mắc", blank=True)
    proposals = models.TextField("Kiến nghị, đề xuất", blank=True)
    estimated_national = models.BigIntegerField("Ước thực hiện cả năm, KCQG (đồng)", null=True, blank=True)
    estimated_local = models.BigIntegerField("Ước thực hiện cả năm, KCĐP (đồng)", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    saved_at = models.DateTimeField(auto_now=True)
    saved_by = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        verbose_name = "dự thảo báo cáo"
        verbose_name_plural = "dự thảo báo cáo"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="reporting_report_once", fields=["round", "organisation", "scope"]),
            models.CheckConstraint(
                name="reporting_report_estimates_not_negative",
                condition=(Q(estimated_national__isnull=True) | Q(estimated_national__gte=0))
                & (Q(estimated_local__isnull=True) | Q(estimated_local__gte=0)),
            ),
        ]


class IssuedReport(Walled, Upload):
    """A report as it was issued: its file with the hash, its figures, the two times they were taken at.

    Nothing of it is computed again; a correction is the next version and says why. A province's report is the
    nation's to read from its issue on, its draft (``report``) never: so round, body and scope stand here too."""

    wall_body: ClassVar[str | None] = "organisation"
    wall_append_only: ClassVar[bool] = True

    report = models.ForeignKey(Report, models.PROTECT, related_name="issued")
    round = models.ForeignKey(ReportingRound, models.PROTECT, related_name="issued")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    scope = models.CharField("phạm vi", max_length=40)
    province = models.ForeignKey(Province, models.PROTECT, null=True, related_name="+")
    version = models.PositiveSmallIntegerField("lần ban hành")
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    reason = models.CharField("lý do ban hành lại", max_length=300, blank=True)
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    signer = models.ForeignKey(Position, models.PROTECT, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    as_of = models.DateField("số liệu đến ngày")
    recorded_at = models.DateTimeField("ghi sổ đến lúc")
    figures = models.JSONField()
    issued_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "báo cáo đã ban hành"
        verbose_name_plural = "báo cáo đã ban hành"
        ordering = ("-pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="reporting_issuedreport_version", fields=["report", "version"]),
            models.CheckConstraint(
                name="reporting_issuedreport_says_why",
                condition=Q(version=1, supersedes__isnull=True)
                | (Q(version__gt=1, supersedes__isnull=False) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="reporting_issuedreport_has_its_file", condition=~Q(sha256="") & ~Q(file="")
            ),
        ]

    @property
    def place(self) -> str:
        """What it reports on: the province's name, "Cả nước", "Phía Bắc"."""
        if self.province is not None:
            return self.province.name
        return "Cả nước" if self.scope == NATION else str(Region(self.scope).label)


class JobKind(models.TextChoices):
    FILE = "FILE", "Lập tệp báo cáo"
    ISSUE = "ISSUE", "Ban hành báo cáo"


class JobState(models.TextChoices):
    WAITING = "WAITING", "Đang chờ"
    RUNNING = "RUNNING", "Đang lập"
    DONE = "DONE", "Đã xong"
    FAILED = "FAILED", "Không lập được"


UNFINISHED = (JobState.WAITING, JobState.RUNNING)


class Job(Walled, Upload):
    """Work that a worker does for a position, and how far it is. The file it made stands in the upload fields."""

    kind = models.CharField(max_length=8, choices=JobKind.choices)
    parameters = models.JSONField()
    position = models.ForeignKey(Position, models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, models.PROTECT, null=True, related_name="jobs")
    issued = models.OneToOneField(IssuedReport, models.PROTECT, null=True, related_name="job")
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.WAITING)
    message = models.CharField(max_length=400, default="Đang chờ đến lượt.")
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=4)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="reporting_job_one_issue_at_a_time",
                fields=["report"],
                condition=Q(kind="ISSUE", state__in=["WAITING", "RUNNING"]),
            )
        ]


class JobTicket(models.Model):
    """Says that a job is to be done and who is at it, for workers and beat, who stand outside every tenant.

    It holds no content. A worker that takes it has it until ``lease_until``; one that dies leaves it to expire.
    ``attempts`` is also the token of the holder: a worker that lost its lease no longer writes. The ticket goes
    when the job has ended."""

    positions_write: ClassVar[tuple[str, ...]] = ("INSERT",)
    login_writes: ClassVar[bool] = True  # workers

    job = models.OneToOneField(Job, models.PROTECT, primary_key=True, related_name="ticket")
    position = models.ForeignKey(Position, models.PROTECT, related_name="+")
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
