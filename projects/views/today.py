"""The first page: what is expected of me today, by when, and how the year stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.models import OrganisationKind, PositionKind
from accounts.queries import heirs
from accounts.tenancy import NATIONAL_KINDS
from budgets.models import LedgerEntry, Programme
from budgets.queries import balance_of, planned_by_province
from khuyencong.lib.dates import today
from khuyencong.lib.maps import choropleth
from khuyencong.lib.money import millions
from khuyencong.lib.numbers import percent, rate_text
from khuyencong.lib.tasks import Task, expected_of
from projects.access import ActingRequest
from projects.models import RegistrationRound
from projects.queries import files_visible_to
from projects.rounds import board
from projects.services.files import may_create
from projects.states import FINAL

SHOWN = 40
"""Tasks on the first page; the count says how many there are."""
RECENT = 6
MILLION = 10**6


@dataclass(frozen=True)
class Item:
    """A task as templates/components/task.html shows it."""

    label: str
    url: str
    code: str
    title: str
    due: dt.date | None
    is_late: bool
    is_soon: bool
    note: str


@dataclass(frozen=True)
class OpenRound:
    """A round that is open; for national bodies how many of ``all`` provinces have ``said`` something (None: not
    for this position)."""

    round: RegistrationRound
    said: int | None = None
    all: int = 0


@require_safe
def today_page(request: ActingRequest) -> HttpResponse:
    """Tasks first; beside them the money of the year and the rounds that are open. The operator has no files."""
    by = request.acting
    if by.organisation.kind == OrganisationKind.OPERATOR:
        return redirect("admin:index")
    day = today()
    tasks = expected_of(by, day)
    recent = files_visible_to(by).exclude(state__in=FINAL).order_by("-state_since", "-pk")[:RECENT]
    context = {
        "day": day,
        "reads_only": by.kind in {PositionKind.VIEWER, PositionKind.AUDITOR},
        "may_create": may_create(by),
        "tasks": [_item(task, day) for task in tasks[:SHOWN]],
        "count": len(tasks),
        "late": sum(task.is_late(day) for task in tasks),
        "rounds": _rounds(request, day),
        "recent": recent,
        "stats": _stats(request, day.year),
        "map": _map(request, day) if by.organisation.kind in NATIONAL_KINDS else None,
        "illustration": any(year.project.is_illustration for year in recent),
    }
    return render(request, "projects/today/today.html", context)


def _item(task: Task, day: dt.date) -> Item:
    return Item(
        task.label, task.url, task.code, task.title, task.due, task.is_late(day), task.is_soon(day), task.note
    )


def _stats(request: ActingRequest, year: int) -> list[dict[str, str]]:
    """Files and money of the year as the position sees them; each figure opens to where it comes from."""
    files = files_visible_to(request.acting)
    count = files.filter(year=year).order_by().aggregate(n=Count("pk"))["n"]
    sums = balance_of(LedgerEntry.objects.filter(year=year, project_year__in=files))
    rate = percent(sums.disbursed, sums.allocated)
    of_year = f"{reverse('file_list')}?year={year}"
    money = f"{reverse('money_year')}?year={year}"
    return [
        _stat(f"Hồ sơ năm {year}", str(count), "hồ sơ", of_year),
        _stat("Kế hoạch được duyệt", millions(sums.planned), "triệu đồng", money),
        _stat("Đã giao kinh phí", millions(sums.allocated), "triệu đồng", money),
        _stat("Đã giải ngân", rate_text(rate) if rate is not None else "–", "trên kinh phí được giao", money),
    ]


def _map(request: ActingRequest, day: dt.date) -> SafeString:
    """The plan of the year by province, each a door to the report of its province so far this year."""
    units = heirs()
    planned: dict[str, int] = {}
    entries = LedgerEntry.objects.filter(year=day.year, project_year__in=files_visible_to(request.acting))
    for key, amount in planned_by_province(entries).items():
        slug = units[key].slug
        planned[slug] = planned.get(slug, 0) + amount
    report = reverse("report_page", args=["quarterly"])
    return choropleth(
        {slug: Decimal(amount) / MILLION for slug, amount in planned.items()},
        title=f"Kế hoạch năm {day.year} theo tỉnh, thành phố",
        unit="triệu đồng",
        links={slug: f"{report}?scope={slug}&year={day.year}&period=m{day.month}" for slug in planned},
    )


def _stat(label: str, value: str, unit: str, url: str) -> dict[str, str]:
    return {"label": label, "value": value, "unit": unit, "url": url}


def _rounds(request: ActingRequest, day: dt.date) -> list[OpenRound]:
    rounds = RegistrationRound.objects.filter(opens_on__lte=day, closes_on__gte=day).order_by(
        "closes_on", "pk"
    )
    if request.acting.organisation.kind not in NATIONAL_KINDS:
        rounds = (
            rounds if request.acting.organisation.province_id else rounds.filter(programme=Programme.NATIONAL)
        )
        return [OpenRound(found) for found in rounds]
    scope = request.acting.scope_province
    boards = [(found, board(found, of=scope)) for found in rounds if found.programme == Programme.NATIONAL]
    return [OpenRound(found, sum(row.said != "silent" for row in rows), len(rows)) for found, rows in boards]
