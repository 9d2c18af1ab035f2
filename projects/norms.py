"""Support norms beside an estimate: they warn while it is typed; a confirmed ceiling blocks at approval.

A ceiling is for one establishment, model, … (L26 article 6.2: "không quá … triệu đồng/cơ sở") and names no year: what
the other budget years of a project give to the same establishments counts, too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum

from accounts.models import valid_on
from budgets.models import Programme, SupportNorm
from khuyencong.lib.money import dong
from projects.groups import named_by_plan
from projects.models import BeneficiaryShare, LineKind, Project, ProjectYear
from projects.states import IN_PLAN
from projects.years import coming_years, first_of_several, over_years

MANAGEMENT_PERCENT = 2.5  # L26 article 6.2s; status under TT 28/2018 unknown, so it only warns (G11)


@dataclass(frozen=True)
class Norm:
    """A norm in force for a project: at most ``share_percent`` of the cost and ``ceiling`` đồng per ``unit``."""

    item: str
    share_percent: float | None
    ceiling: int | None
    unit: str
    priority_percent: int
    confirmed: bool
    article: str
    certainty: str

    @property
    def text(self) -> str:
        """One line for the page beside the estimate."""
        limits = []
        if self.share_percent is not None:
            limits.append(f"tối đa {_percent(self.share_percent)} chi phí")
        if self.ceiling is not None:
            limits.append(f"không quá {dong(self.ceiling)}/{self.unit}")
        return f"{self.item}: {', '.join(limits)}"


def norms_for(project: Project, day: dt.date) -> list[Norm]:
    """Norms for the activity of ``project`` on ``day``; the province's own replace the nation's for local files."""
    rows = SupportNorm.objects.filter(valid_on(day), activity_id=project.activity_id)
    local = project.programme == Programme.LOCAL
    own = rows.filter(programme=Programme.LOCAL, province__in=project.provinces) if local else rows.none()
    found = own if own.exists() else rows.filter(Q(programme=Programme.NATIONAL), province__isnull=True)
    return [
        Norm(
            item=row.item,
            share_percent=float(row.share_percent) if row.share_percent is not None else None,
            ceiling=row.ceiling,
            unit=row.unit,
            priority_percent=row.priority_percent,
            confirmed=row.confirmed,
            article=row.article,
            certainty=row.get_certainty_display(),
        )
        for row in found.order_by("pk")
    ]


def norm_warnings(year: ProjectYear, day: dt.date) -> list[str]:
    """Sentences on support above a norm, per beneficiary and over the whole estimate; they never block."""
    lines = list(year.estimate.all())
    column = "national" if year.project.programme == Programme.NATIONAL else "local"
    support = sum(getattr(line, column) for line in lines)
    cost = sum(line.amount for line in lines)
    elsewhere = _in_other_years(year)
    shares = [(share.support, elsewhere.get(share.establishment_id, 0)) for share in year.shares.all()]
    if not shares and not named_by_plan(year.project, day):
        shares = [(support, elsewhere.get(None, 0))]
    found = []
    norms = norms_for(year.project, day)
    if norms:
        ceiling, percent = _widest(norms)
        basis = norms[0].article
        if ceiling is not None:
            found += _above(ceiling, shares, basis)
            found += _years_above(year, ceiling * len(shares), support, basis)
        if percent is not None and support * 100 > cost * percent:
            found.append(f"Kinh phí hỗ trợ vượt {_percent(percent)} chi phí của dự toán ({basis}).")
    management = sum(line.amount for line in lines if line.line_kind == LineKind.MANAGEMENT)
    if management * 100 > cost * MANAGEMENT_PERCENT:
        found.append(
            "Chi quản lý vượt 2,5% dự toán (TTLT 26/2014, điều 6.2s; chưa rõ hiệu lực theo TT 28/2018)."
        )
    return found


def _above(ceiling: int, shares: Sequence[tuple[int, int]], basis: str) -> list[str]:
    """A sentence on the highest of ``shares``, support of this year and of the project's others, above ``ceiling``."""
    here, before = max(shares, key=sum, default=(0, 0))
    if here + before <= ceiling:
        return []
    others = f", cùng {dong(before)} ở các năm khác của đề án," if before else ""
    return [f"Mức hỗ trợ {dong(here)}{others} cao hơn định mức {dong(ceiling)} ({basis})."]


def _years_above(year: ProjectYear, ceiling: int, support: int, basis: str) -> list[str]:
    """A sentence on the first year's file when all years together ask more than ``ceiling`` for its beneficiaries."""
    if not ceiling or support > ceiling or not first_of_several(year):
        return []
    whole = support + sum(part.support for part in coming_years(year))
    if whole <= ceiling:
        return []
    return [
        f"Các năm của đề án cộng lại {dong(whole)}, cao hơn định mức {dong(ceiling)} cho các cơ sở ({basis})."
    ]


def _in_other_years(year: ProjectYear, *, earlier: bool = False) -> dict[int | None, int]:
    """Establishment → support (đồng) in the other budget years of the project that are in the plan, or only in the
    ``earlier`` ones; under None that of files that name none. No query for a project of one year."""
    if not over_years(year.project) or (earlier and not year.is_later_year):
        return {}
    others = ProjectYear.objects.filter(project=year.project_id, state__in=IN_PLAN).exclude(pk=year.pk)
    if earlier:
        others = others.filter(year__lt=year.year)
    found: dict[int | None, int] = {}
    for key, support in BeneficiaryShare.objects.filter(project_year__in=others).values_list(
        "establishment", "support"
    ):
        found[key] = found.get(key, 0) + support
    unnamed = others.filter(shares__isnull=True).aggregate(all=Sum("support"))["all"]
    return found | ({None: unnamed} if unnamed else {})


def _given_elsewhere(year: ProjectYear, *, earlier: bool = False) -> int:
    """What the other years give to the beneficiaries of this one, in đồng."""
    elsewhere = _in_other_years(year, earlier=earlier)
    return sum(elsewhere.get(share.establishment_id, 0) for share in year.shares.all()) if elsewhere else 0


def line_doubt(norms: Sequence[Norm], amount: int, support: int) -> str:
    """A sentence on one line of the estimate whose ``support`` is above the share of its ``amount`` (đồng) that the
    norms allow; empty when it is not."""
    _, percent = _widest(norms)
    if percent is None or not amount or support * 100 <= amount * percent:
        return ""
    return f"hỗ trợ vượt {_percent(percent)} thành tiền của dòng ({norms[0].article})."


def _widest(norms: Sequence[Norm]) -> tuple[int | None, float | None]:
    """Ceiling (đồng) and percent that decide: several norms of one activity are alternatives (a machine, a line)."""
    ceiling = max((norm.ceiling for norm in norms if norm.ceiling is not None), default=None)
    percent = max((norm.share_percent for norm in norms if norm.share_percent is not None), default=None)
    return ceiling, percent


def _percent(percent: float) -> str:
    return f"{percent:g}%".replace(".", ",")


def norm_blocks(year: ProjectYear, day: dt.date, amount: int) -> list[str]:
    """Sentences that forbid approving ``amount`` đồng: above a confirmed ceiling without a priority ground, or above
    the ceiling with its priority multiple."""
    confirmed = [norm for norm in norms_for(year.project, day) if norm.confirmed and norm.ceiling is not None]
    if not confirmed:
        return []
    widest = max(confirmed, key=lambda norm: norm.ceiling or 0)
    beneficiaries = year.shares.count()
    if not beneficiaries and named_by_plan(year.project, day):
        return []  # how many they are the plan of implementation says, and its approval asks again
    units = max(beneficiaries, 1)
    ceiling = (widest.ceiling or 0) * units
    before = _given_elsewhere(year)
    if amount + before <= ceiling:
        return []
    asked = f"Mức {dong(amount)}"
    if before:
        asked += f", cùng {dong(before)} cho các cơ sở này ở các năm khác của đề án,"
    if not year.priority_ground:
        return [f"{asked} vượt định mức đã xác nhận {dong(ceiling)} mà chưa ghi căn cứ ưu tiên."]
    most = ceiling * widest.priority_percent // 100
    if amount + before > most:
        return [f"{asked} vượt mức ưu tiên tối đa {dong(most)} ({widest.priority_percent}% định mức)."]
    return []


def share_limits(
    year: ProjectYear, day: dt.date, *, confirmed: bool = True
) -> tuple[float | None, int | None]:
    """Percent of the cost and ceiling (đồng, over all beneficiaries, less what earlier years of the project gave them)
    that the settlement may not exceed (G7).

    Only ``confirmed`` norms bind; an unverified one is no ground to refuse payment, but to ask."""
    norms = [norm for norm in norms_for(year.project, day) if norm.confirmed == confirmed]
    percents = [norm.share_percent for norm in norms if norm.share_percent is not None]
    percent = max(percents, default=None)
    ceilings = [norm.ceiling for norm in norms if norm.ceiling is not None]
    if not ceilings:
        return percent, None
    units = max(year.shares.count(), 1)
    return percent, max(max(ceilings) * units - _given_elsewhere(year, earlier=True), 0)
