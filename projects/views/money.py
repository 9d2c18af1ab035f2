"""The money of a year: what is expected, assigned, allocated; recording what arrived."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from budgets.holders import may_record, recorded_source, source_held_by
from budgets.limits import LimitExceeded
from budgets.models import BudgetAssignment, Ceiling, LedgerEntry, Programme
from budgets.queries import Balance, balance_of, envelope
from budgets.services import record_assignment, set_ceiling
from khuyencong.lib import csv_files
from khuyencong.lib.dates import today
from khuyencong.lib.forms import message_kept
from khuyencong.lib.numbers import year_of
from khuyencong.lib.workflow import Stale
from projects.access import ActingRequest
from projects.forms.money import FIRST_YEAR, AssignmentForm, CeilingForm
from projects.queries import files_visible_to


@require_safe
def money_year(request: ActingRequest) -> HttpResponse:
    """Balances of a year over the files that the position sees, with the envelope of its own body."""
    by = request.acting
    files = files_visible_to(by)
    years = sorted(
        set(files.order_by().values_list("year", flat=True).distinct()) | {today().year, today().year + 1},
        reverse=True,
    )
    wanted = request.GET.get("year", "")
    year = next((each for each in years if str(each) == wanted), today().year)
    entries = LedgerEntry.objects.filter(year=year, project_year__in=files)
    groups = (
        entries.order_by()
        .values("programme")
        .annotate(files=Count("project_year", distinct=True))
        .order_by("-programme")
    )
    rows = [
        (
            Programme(group["programme"]),
            group["files"],
            balance_of(entries.filter(programme=group["programme"])),
        )
        for group in groups
    ]
    if csv_files.is_wanted(request):
        return _as_csv(year, rows)
    source = source_held_by(by.organisation)
    context = {
        "year": year,
        "years": years,
        "rows": rows,
        "count": sum(group["files"] for group in groups),
        "total": balance_of(entries),
        "envelope": envelope(by.organisation, year, source) if source else None,
        "assignments": BudgetAssignment.objects.filter(holder=by.organisation, year=year).order_by(
            "paper_date", "pk"
        ),
        "may_record": may_record(by),
        "illustration": files.filter(year=year, project__is_illustration=True).exists(),
    }
    return render(request, "projects/money/year.html", context)


def _as_csv(year: int, rows: list[tuple[Programme, int, Balance]]) -> HttpResponse:
    """The programmes of the year; who sums them adds the column up."""
    head = ["Năm", "Chương trình", "Hồ sơ"]
    head += [f"{name} (đồng)" for name in ("Kế hoạch", "Được giao", "Hợp đồng", "Tạm ứng")]
    head += [f"{name} (đồng)" for name in ("Nghiệm thu", "Giải ngân", "Quyết toán")]
    found = (
        [
            year,
            str(programme.label),
            files,
            sums.planned,
            sums.allocated,
            sums.contracted,
            sums.advanced,
            sums.accepted,
            sums.disbursed,
            sums.settled,
        ]
        for programme, files, sums in rows
    )
    return csv_files.answer(f"kinh-phi-{year}", head, found)


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_new(request: ActingRequest) -> HttpResponse:
    """Record the estimate that was really given, by its paper."""
    by = request.acting
    recorded_source(by)
    last = BudgetAssignment.objects.filter(holder=by.organisation).order_by("-pk").first()
    known = {"year": _year(request), "paper_date": today(), "issuer": last.issuer if last else ""}
    form = AssignmentForm(request.POST or None, initial=known, by=by, label_suffix="")
    status = 400 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            record_assignment(by=by, **form.cleaned_data)
        except LimitExceeded as refusal:
            form.add_error("amount", list(refusal.reasons))
        except Stale as stale:
            form.add_error("paper_number", list(stale.reasons))
            status = 409
        else:
            message_kept(request, "Đã ghi dự toán được giao.", "assignment-new")
            return _back_to(form.cleaned_data["year"])
    context = {
        "form": form,
        "title": "Ghi dự toán được giao",
        "lead": "Văn bản giao dự toán của năm, theo thực tế; cắt giảm ghi số âm. Ghi rồi không sửa được.",
        "key": "assignment-new",
    }
    return render(request, "projects/money/form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def ceiling_edit(request: ActingRequest) -> HttpResponse:
    """Say what is expected before the assignment arrives."""
    by = request.acting
    source = recorded_source(by)
    last = Ceiling.objects.filter(holder=by.organisation, source=source, year=_year(request)).first()
    known: dict[str, Any] = {"year": _year(request)}
    if last is not None:
        known |= {"amount": last.amount, "basis": last.basis}
    form = CeilingForm(request.POST or None, initial=known, label_suffix="")
    if request.method == "POST" and form.is_valid():
        set_ceiling(by=by, **form.cleaned_data)
        message_kept(request, "Đã ghi số dự kiến.", "ceiling")
        return _back_to(form.cleaned_data["year"])
    context = {
        "form": form,
        "title": "Ghi số kinh phí dự kiến",
        "lead": "Số dự kiến dùng để cân đối tờ trình đến khi có dự toán được giao; ghi lại thì thay số cũ.",
        "key": "ceiling",
    }
    return render(request, "projects/money/form.html", context, status=400 if form.is_bound else 200)


def _year(request: ActingRequest) -> int:
    """The year of the page from which one comes, else this one."""
    year = year_of(request.GET.get("year", ""))
    return year if year is not None and year >= FIRST_YEAR else today().year


def _back_to(year: int) -> HttpResponse:
    return redirect(f"{reverse('money_year')}?year={year}")
