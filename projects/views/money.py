"""The money of a year: what is expected, assigned, allocated; recording what arrived."""

from __future__ import annotations

from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import OrganisationKind, Position
from budgets.limits import LimitExceeded
from budgets.models import BudgetAssignment, LedgerEntry, Source
from budgets.queries import balance_of, envelope
from budgets.services import record_assignment, set_ceiling
from khuyencong.lib.dates import today
from khuyencong.lib.forms import message_kept
from khuyencong.lib.workflow import Forbidden
from projects.access import ActingRequest
from projects.forms.lists import AssignmentForm, CeilingForm
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
        set(files.order_by().values_list("year", flat=True)) | {today().year, today().year + 1}, reverse=True
    )
    typed = request.GET.get("nam", "")
    year = int(typed) if typed.isdigit() else today().year
    entries = LedgerEntry.objects.filter(year=year, project_year__in=files)
    groups = (
        entries.order_by()
        .values("programme")
        .annotate(files=Count("project_year", distinct=True), total=Sum("amount"))
        .order_by("-programme")
    )
    source = HOLDERS.get(OrganisationKind(by.organisation.kind))
    context = {
        "year": year,
        "years": years,
        "rows": [
            (group["programme"], group["files"], balance_of(entries.filter(programme=group["programme"])))
            for group in groups
        ],
        "total": balance_of(entries),
        "envelope": envelope(by.organisation, year, source) if source else None,
        "assignments": BudgetAssignment.objects.filter(holder=by.organisation, year=year).order_by(
            "paper_date", "pk"
        ),
        "may_record": may_record(by),
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
    form = AssignmentForm(
        request.POST or None, initial={"year": today().year, "paper_date": today()}, label_suffix=""
    )
    if request.method == "POST" and form.is_valid():
        try:
            record_assignment(by.organisation, by=by, source=source, **form.cleaned_data)
        except LimitExceeded as refusal:
            form.add_error("amount", list(refusal.reasons))
        else:
            message_kept(request, "Đã ghi dự toán được giao.", "assignment-new")
            return redirect("money_year")
    context = {"form": form, "title": "Ghi dự toán được giao", "key": "assignment-new"}
    return render(request, "projects/money/form.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def ceiling_edit(request: ActingRequest) -> HttpResponse:
    """Say what is expected before the assignment arrives."""
    by = request.acting
    source = _officer(by)
    form = CeilingForm(request.POST or None, initial={"year": today().year + 1}, label_suffix="")
    if request.method == "POST" and form.is_valid():
        set_ceiling(by.organisation, source=source, **form.cleaned_data)
        message_kept(request, "Đã ghi số dự kiến.", "ceiling")
        return redirect("money_year")
    context = {"form": form, "title": "Ghi số kinh phí dự kiến", "key": "ceiling"}
    return render(request, "projects/money/form.html", context, status=400 if form.is_bound else 200)
