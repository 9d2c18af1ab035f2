"""The first page: what is expected of me today, by when, and how the year stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import OrganisationKind
from budgets.models import LedgerEntry, Programme
from budgets.queries import balance_of
from khuyencong.lib.dates import short_date, today
from khuyencong.lib.money import dong, millions
from khuyencong.lib.numbers import percent, rate_text
from projects.access import ActingRequest
from projects.models import RegistrationRound
from projects.queries import files_visible_to
from projects.rounds import board
from projects.states import FINAL
from projects.tasks import Task, tasks_of

SHOWN = 40
"""Tasks on the first page; the count says how many there are."""


@dataclass(frozen=True)
class Item:
    """A task as templates/components/task.html shows it."""

    label: str
    url: str
    code: str
    title: str
    due: Any
    is_late: bool
    is_soon: bool
    note: str = ""


@require_safe
def today_page(request: ActingRequest) -> HttpResponse:
    """Tasks first; beside them the rounds that are open and the money of the year."""
    by = request.acting
    if by.organisation.kind == OrganisationKind.OPERATOR:
        return redirect("admin:index")
    day = today()
    tasks = tasks_of(by, day)
    files = files_visible_to(by)
    states = dict(files.filter(year=day.year).order_by().values_list("state").annotate(Count("pk")))
    sums = balance_of(LedgerEntry.objects.filter(year=day.year, project_year__in=files))
    disbursed = percent(sums.disbursed, sums.allocated)
    shown = rate_text(disbursed) if disbursed is not None else "–"
    rounds = RegistrationRound.objects.filter(opens_on__lte=day, closes_on__gte=day).order_by("closes_on")
    context = {
        "day": day,
        "tasks": [_item(task, day) for task in tasks[:SHOWN]],
        "count": len(tasks),
        "late": sum(task.overdue for task in tasks),
        "rounds": rounds,
        "boards": _boards(request, list(rounds)),
        "recent": files.exclude(state__in=FINAL).order_by("-state_since", "-pk")[:6],
        "stats": [
            _stat(
                "Hồ sơ trong năm", str(sum(states.values())), "", f"{reverse('file_list')}?year={day.year}"
            ),
            _stat("Kế hoạch được duyệt", millions(sums.planned), "triệu đồng", reverse("money_year")),
            _stat("Đã giao kinh phí", millions(sums.allocated), "triệu đồng", reverse("money_year")),
            _stat("Đã giải ngân", shown, "kinh phí được giao", reverse("money_year")),
        ],
    }
    return render(request, "projects/today/today.html", context)


def _stat(label: str, value: str, unit: str, url: str) -> dict[str, str]:
    return {"label": label, "value": value, "unit": unit, "url": url}


def _item(task: Task, day: Any) -> Item:
    first = task.years[0]
    if task.action.list_act:
        programme = task.programme.lower()
        url = reverse("list_new", args=[task.action.name, programme, first.year])
        support = sum(year.support for year in task.years)
        title = f"{len(task.years)} hồ sơ {Programme(task.programme).label.lower()} năm {first.year}, {dong(support)}"
        code = ""
    else:
        url = (
            reverse("file", args=[first.project.code])
            if task.action.name == "submit"
            else reverse("act", args=[first.project.code, task.action.name])
        )
        code, title = first.project.code, first.project.title
    soon = task.due is not None and 0 <= (task.due - day).days <= 7
    note = f"Hồ sơ trả lại ngày {short_date(first.state_since)}" if first.state == "returned" else ""
    return Item(task.label, url, code, title, task.due, task.overdue, soon, note)


def _boards(request: ActingRequest, rounds: list[RegistrationRound]) -> list[dict[str, Any]]:
    """For national bodies: how many provinces have said something in each open national round."""
    if request.acting.organisation.province_id is not None:
        return []
    found = []
    for item in rounds:
        if item.programme == Programme.NATIONAL:
            rows = board(item)
            said = sum(row.said != "silent" for row in rows)
            found.append({"round": item, "said": said, "all": len(rows)})
    return found
