"""Projects over several budget years (đề án nhiều năm, đề án điểm): the parts of the years, what may be begun, what
the law asks of a flagship project (T36 articles 2.3, 7.1, 15.2; docs/decisions/0033). Amounts in đồng."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Organisation, valid_on
from budgets.queries import Balance, balances
from khuyencong.lib.money import dong
from projects.models import (
    Appraisal,
    BeneficiaryShare,
    FlagshipRule,
    Nature,
    Project,
    ProjectKind,
    ProjectYear,
    RegistrationRound,
    YearPlan,
)
from projects.states import BEFORE_APPROVAL, IN_PLAN, State

YEAR_FIELDS = ("year", "support", "counterpart", "stages", "results")
"""What is written of each year."""

NO_MONEY = frozenset({State.WITHDRAWN, State.NOT_SELECTED})
"""Where a budget year ends that got none; what was approved for it goes to no other year (docs/decisions/0033)."""

MOST_YEARS = 10
"""Years of one project above which something was typed wrongly (house); the law's own limits are dated data."""


def over_years(project: Project) -> bool:
    """Whether the project takes more than one budget year."""
    return project.years_planned > 1


def may_be_over_years(project: Project) -> bool:
    """Whether a split by year may be written: tasks and stand-alone estimates are of their year."""
    return project.kind == ProjectKind.PROJECT


def has_years(year: ProjectYear) -> bool:
    """Whether the split by years is a matter of this file: it has one, or must have one."""
    return over_years(year.project) or year.project.nature == Nature.FLAGSHIP


def year_plans(project: Project) -> list[YearPlan]:
    """The parts of the years in their order; none, and no query, for a project of one year."""
    return list(project.year_plans.all()) if over_years(project) else []


def coming_years(year: ProjectYear) -> list[YearPlan]:
    """The parts after that of ``year``."""
    return [part for part in year_plans(year.project) if part.year > year.year]


def first_of_several(year: ProjectYear) -> bool:
    """Whether this is the budget year with which the whole of a project over years is appraised and approved."""
    return over_years(year.project) and not year.is_later_year


def part_of(year: ProjectYear) -> YearPlan | None:
    """The part of ``year`` in the project's split; None for a project of one year."""
    return next((part for part in year_plans(year.project) if part.year == year.year), None)


def recommended_of(year: ProjectYear, appraisal: Appraisal | None) -> dict[int, int]:
    """Support that ``appraisal`` recommends for each coming year, what is asked where it says nothing."""
    said: Mapping[str, int] = appraisal.coming if appraisal is not None else {}
    return {part.year: said.get(str(part.year), part.support) for part in coming_years(year)}


# -- the file beside its other years ------------------------------------------------------------------


@dataclass(frozen=True)
class YearShown:
    """One budget year of a project: its part, the file once it was begun and if the reader may see it, and its sums."""

    year: int
    part: YearPlan
    file: ProjectYear | None
    sums: Balance
    here: bool

    @property
    def support(self) -> int:
        """Approved for the year, before that asked."""
        return self.part.support if self.part.approved is None else self.part.approved

    @property
    def is_lost(self) -> bool:
        """Whether the year ended without money."""
        return self.file is not None and self.file.state in NO_MONEY


@dataclass(frozen=True)
class YearsShown:
    """All years of a project and what they come to; ``approved_total`` is None before the approval."""

    years: Sequence[YearShown]
    approved_total: int | None

    def _sum(self, name: str) -> int:
        return sum(getattr(each.sums, name) for each in self.years)

    @property
    def support(self) -> int:
        return sum(each.support for each in self.years)

    @property
    def counterpart(self) -> int:
        return sum(each.part.counterpart for each in self.years)

    @property
    def planned(self) -> int:
        return self._sum("planned")

    @property
    def allocated(self) -> int:
        return self._sum("allocated")

    @property
    def disbursed(self) -> int:
        return self._sum("disbursed")

    @property
    def accepted(self) -> int:
        return self._sum("accepted")

    @property
    def settled(self) -> int:
        return self._sum("settled")

    @property
    def left(self) -> int:
        """Of the approved total what no year's plan holds, but may."""
        lost = sum(each.support for each in self.years if each.is_lost)
        return (self.approved_total or 0) - self.planned - lost

    @property
    def lost(self) -> Sequence[str]:
        """Of each year that ended without money, once the whole was approved: what stands and what can be done."""
        if self.approved_total is None:
            return []
        parts = [each.part for each in self.years]
        return [lost_year(each.file, parts) for each in self.years if each.file is not None and each.is_lost]

    @property
    def is_done(self) -> bool:
        """Whether the project is settled as a whole: the last year is, and no other is still on its way."""
        files = [each.file for each in self.years]
        last = files[-1]
        over = {State.SETTLED, State.CLOSED, *NO_MONEY}
        return (
            last is not None
            and last.state in {State.SETTLED, State.CLOSED}
            and all(file is None or file.state in over for file in files)
        )


def years_shown(year: ProjectYear, seen: Sequence[ProjectYear]) -> YearsShown | None:
    """The years of the project of ``year``; ``seen`` are those of its files that the reader may open. None for a
    project of one year; two queries otherwise."""
    parts = year_plans(year.project)
    if not parts:
        return None
    files = {file.year: file for file in seen}
    sums = balances(file.pk for file in seen)
    return YearsShown(
        years=[
            YearShown(
                year=part.year,
                part=part,
                file=files.get(part.year),
                sums=sums.get(files[part.year].pk, Balance()) if part.year in files else Balance(),
                here=part.year == year.year,
            )
            for part in parts
        ],
        approved_total=year.project.approved_total,
    )


def lost_year(file: ProjectYear, parts: Sequence[YearPlan]) -> str:
    """What stands of the budget year ``file`` that ended without money, and what can be done; ``parts`` are all of the
    project."""
    return f"Phần năm {file.year} đã kết thúc ở “{file.get_state_display()}”: {_comes_of(file.year, parts)}"


def once_lost(year: ProjectYear) -> str:
    """What comes of the later budget year ``year`` when it ends without money, for who is about to end it."""
    said = _comes_of(year.year, year_plans(year.project))
    return f"Kết thúc phần năm {year.year} ở đây thì {said}"


def _comes_of(year: int, parts: Sequence[YearPlan]) -> str:
    approved = next((part.approved or 0 for part in parts if part.year == year), 0)
    following = next((part.year for part in parts if part.year > year and part.approved), None)
    on = f"Đề án đi tiếp với phần năm {following}." if following else "Sau năm đó đề án không còn phần nào."
    return (
        f"{dong(approved)} được duyệt cho năm {year} không vào kế hoạch, không lập lại và không chuyển sang năm khác. "
        f"{on} Việc của năm {year} nếu vẫn làm thì lập hồ sơ mới, đăng ký ở đợt đang mở."
    )


# -- the next year ------------------------------------------------------------------------------------


def next_year(project: Project, files: Sequence[ProjectYear]) -> int | None:
    """The year whose part may be begun next: the first after the latest file that has money; None when none is left."""
    if not over_years(project) or project.approved_total is None:
        return None
    latest = max(file.year for file in files)
    return next((part.year for part in year_plans(project) if part.year > latest and part.approved), None)


def why_not_begun(files: Sequence[ProjectYear]) -> str | None:
    """What keeps the next year from being begun; ``files`` are all of the project."""
    if stopped := [file for file in files if file.state == State.STOPPED]:
        return f"Phần kinh phí năm {stopped[0].year} đã ngừng thực hiện nên đề án không lập phần cho năm sau."
    first, latest = min(files, key=_year), max(files, key=_year)
    if first.state not in IN_PLAN:
        return "Đề án chưa được phê duyệt nên chưa lập phần kinh phí năm sau."
    if latest.state in BEFORE_APPROVAL:
        return f"Phần kinh phí năm {latest.year} chưa được phê duyệt; hãy làm xong phần này trước."
    return None


def _year(file: ProjectYear) -> int:
    return file.year


@dataclass(frozen=True)
class ToBegin:
    """The budget year ``number`` that the unit begins on the page of ``latest``; the round for it closes on ``due``
    (None: none is open)."""

    latest: ProjectYear
    number: int
    due: dt.date | None


def years_to_begin(unit: Organisation, day: dt.date) -> list[ToBegin]:
    """Years of the projects of ``unit`` that may be begun and for which a round is open, or that have come; three
    queries at most."""
    rounds = RegistrationRound.objects.filter(
        Q(tenant=None) | Q(tenant=OuterRef("project__tenant")),
        opens_on__lte=day, closes_on__gte=day, programme=OuterRef("project__programme"), year=OuterRef("year"),
    )  # fmt: skip
    due = rounds.annotate(due=Coalesce("unit_deadline", "closes_on")).order_by("due").values("due")
    begun = ProjectYear.objects.filter(project=OuterRef("project"), year__gte=OuterRef("year"))
    parts = (
        YearPlan.objects.filter(~Exists(begun), project__implementer=unit, approved__gt=0)
        .annotate(due=Subquery(due[:1]))
        .filter(Q(due__isnull=False) | Q(year__lte=day.year))
        .select_related("project")
        .prefetch_related("project__years", "project__year_plans")
        .order_by("due", "project__code", "year")
    )
    found = []
    for part in parts:
        files = list(part.project.years.all())
        if next_year(part.project, files) == part.year and why_not_begun(files) is None:
            found.append(ToBegin(max(files, key=_year), part.year, part.due))
    return found


# -- the law ------------------------------------------------------------------------------------------


def flagship_rule(day: dt.date) -> FlagshipRule | None:
    """What a flagship project must have on ``day``."""
    return FlagshipRule.objects.filter(valid_on(day)).order_by("-valid_from").first()


def flagship_faults(year: ProjectYear, day: dt.date) -> list[str]:
    """What a flagship project lacks of the rule in force on ``day``; none for other projects."""
    project = year.project
    rule = flagship_rule(day) if project.nature == Nature.FLAGSHIP else None
    if rule is None:
        return []
    found = []
    activities = 1 + project.other_activities.exclude(activity_id=project.activity_id).count()
    if activities < rule.least_activities:
        found.append(f"mới có {activities} nội dung hoạt động, cần ít nhất {rule.least_activities}")
    beneficiaries = BeneficiaryShare.objects.filter(project_year=year).count()
    if beneficiaries < rule.least_beneficiaries:
        found.append(f"mới có {beneficiaries} cơ sở thụ hưởng, cần ít nhất {rule.least_beneficiaries}")
    if project.years_planned < rule.least_years:
        found.append(f"thực hiện {project.years_planned} năm, cần ít nhất {rule.least_years} năm")
    if rule.most_years is not None and project.years_planned > rule.most_years:
        found.append(f"thực hiện {project.years_planned} năm, nhiều nhất {rule.most_years} năm")
    return [f"Đề án điểm ({rule.article}): {'; '.join(found)}."] if found else []


def split_faults(year: ProjectYear, asked: int) -> list[str]:
    """What is missing or wrong in the split by years; ``asked`` is what the estimate of ``year`` asks (đồng)."""
    project = year.project
    if not over_years(project):
        return []
    if year.is_later_year:
        part = part_of(year)
        most = part.approved if part is not None and part.approved is not None else 0
        if asked > most:
            fault = (
                f"Dự toán năm {year.year} đề nghị {dong(asked)}, vượt phần của năm trong tổng kinh phí đã duyệt "
                f"{dong(most)}. Hãy giảm dự toán, hoặc đề nghị điều chỉnh phân kỳ các năm."
            )
            return [fault]
        return []
    found = []
    for part in year_plans(project):
        lacks = [
            label
            for label, there in (
                ("kinh phí hỗ trợ", part.year == project.year or part.support > 0),
                ("nội dung, giai đoạn", part.stages.strip()),
                ("kết quả dự kiến", part.results.strip()),
            )
            if not there
        ]
        if lacks:
            found.append(f"Năm {part.year}: chưa ghi {', '.join(lacks)}.")
    starts, ends = project.starts_on, project.ends_on
    if starts and ends and (starts.year, ends.year) != (project.year, project.last_year):
        found.append(
            f"Đề án phân kỳ các năm {project.year} – {project.last_year}, nhưng thời gian thực hiện từ năm "
            f"{starts.year} đến năm {ends.year}."
        )
    return found
