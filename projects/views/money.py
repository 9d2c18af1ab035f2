"""The money of a year: what is expected, assigned, allocated; recording what arrived."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import OrganisationKind, Position
from budgets.limits import LimitExceeded
from budgets.models import BudgetAssignment, Ceiling, LedgerEntry, Programme, Source
from budgets.queries import balance_of, envelope
from budgets.services import record_assignment, set_ceiling
from khuyencong.lib.dates import today
from khuyencong.lib.forms import message_kept
from khuyencong.lib.workflow import Forbidden, Stale
from projects.access import ActingRequest
from projects.forms.money import AssignmentForm, CeilingForm
from projects.queries import files_visible_to

HOLDERS = {OrganisationKind.AGENCY: Source.NATIONAL, OrganisationKind.DEPARTMENT: Source.LOCAL}


def _source(position: Position) -> Source:
    """The source that the position's body spreads. Raises Forbidden for bodies that hold no money."""
    try:
        return HOLDERS[OrganisationKind(position.organisation.kind)]
    except KeyError:
        raise Forbidden("Chỉ Cục và Sở Công Thương quản lý dự toán được giao.") from None


def may_record(position: Position) -> bool:
    return position.organisation.kind in HOLDERS and position.kind == "OFFICER"


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
    source = HOLDERS.get(OrganisationKind(by.organisation.kind))
    context = {
        "year": year,
        "years": years,
        "rows": [
            (
                Programme(group["programme"]),
                group["files"],
                balance_of(entries.filter(programme=group["programme"])),
            )
            for group in groups
        ],
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


def _officer(position: Position) -> Source:
    source = _source(position)
    if not may_record(position):
        raise Forbidden("Việc này của chuyên viên được giao theo dõi kinh phí.")
    return source


@require_http_methods(["GET", "POST"])
def assignment_new(request: ActingRequest) -> HttpResponse:
    """Record the estimate that was really given, by its paper."""
    by = request.acting
    source = _officer(by)
    last = BudgetAssignment.objects.filter(holder=by.organisation).order_by("-pk").first()
    known = {"year": today().year, "paper_date": today(), "issuer": last.issuer if last else ""}
    form = AssignmentForm(request.POST or None, initial=known, label_suffix="")
    status = 400 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            record_assignment(by.organisation, by=by, source=source, **form.cleaned_data)
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


@require_http_methods(["GET", "POST"])
def ceiling_edit(request: ActingRequest) -> HttpResponse:
    """Say what is expected before the assignment arrives."""
    by = request.acting
    source = _officer(by)
    last = Ceiling.objects.filter(holder=by.organisation, source=source).order_by("-year").first()
    known: dict[str, Any] = {"year": today().year + 1}
    if last is not None:
        known |= {"year": max(last.year, today().year), "amount": last.amount, "basis": last.basis}
    form = CeilingForm(request.POST or None, initial=known, label_suffix="")
    if request.method == "POST" and form.is_valid():
        set_ceiling(by.organisation, source=source, **form.cleaned_data)
        message_kept(request, "Đã ghi số dự kiến.", "ceiling")
        return _back_to(form.cleaned_data["year"])
    context = {
        "form": form,
        "title": "Ghi số kinh phí dự kiến",
        "lead": "Số dự kiến dùng để cân đối tờ trình đến khi có dự toán được giao; ghi lại thì thay số cũ.",
        "key": "ceiling",
    }
    return render(request, "projects/money/form.html", context, status=400 if form.is_bound else 200)


def _back_to(year: int) -> HttpResponse:
    return redirect(f"{reverse('money_year')}?year={year}")
