"""Registration rounds, the board of who has registered, and a department's report."""

from __future__ import annotations

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import OrganisationKind
from budgets.models import Programme
from khuyencong.lib.dates import today
from khuyencong.lib.forms import add_row, message_kept
from khuyencong.lib.workflow import Forbidden, NeedsReason, Refused
from projects.access import ActingRequest
from projects.forms.lists import IntendedFormSet, ReportHeaderForm, RoundForm, centre_of
from projects.models import RegistrationReport, RegistrationRound
from projects.queries import files_visible_to
from projects.rounds import board, open_registration
from projects.services.registration import preregister

OPENERS = {OrganisationKind.AGENCY, OrganisationKind.DEPARTMENT}


@require_safe
def round_list(request: ActingRequest) -> HttpResponse:
    """Rounds of the nation and of one's own province, the open ones first."""
    day = today()
    rounds = RegistrationRound.objects.order_by("-year", "programme", "-closes_on")
    context = {
        "rounds": [(item, _phase(item)) for item in rounds],
        "may_open": request.acting.organisation.kind in OPENERS and request.acting.kind == "OFFICER",
        "day": day,
    }
    return render(request, "projects/rounds/index.html", context)


def _phase(item: RegistrationRound) -> tuple[str, str]:
    day = today()
    if day < item.opens_on:
        return "Chưa mở", "neutral"
    return ("Đang mở", "go") if day <= item.closes_on else ("Đã hết hạn", "bad")


@require_http_methods(["GET", "POST"])
def round_new(request: ActingRequest) -> HttpResponse:
    """Open a round: the agency for the nation, a department for its province."""
    by = request.acting
    if by.organisation.kind not in OPENERS or by.kind != "OFFICER":
        raise Forbidden("Đợt đăng ký do chuyên viên Cục hoặc chuyên viên Sở Công Thương mở.")
    form = RoundForm(
        request.POST or None, initial={"year": today().year + 1, "opens_on": today()}, label_suffix=""
    )
    if request.method == "POST" and form.is_valid():
        opened = open_registration(by=by, **form.cleaned_data)
        message_kept(request, f"Đã mở {opened}.", "round-new")
        return redirect("round", pk=opened.pk)
    return render(request, "projects/rounds/new.html", {"form": form}, status=400 if form.is_bound else 200)


@require_safe
def round_detail(request: ActingRequest, pk: int) -> HttpResponse:
    """A round; a national one with the board: who has registered, who has nothing, who said nothing."""
    item = get_object_or_404(RegistrationRound, pk=pk)
    kind = request.acting.organisation.kind
    national = item.programme == Programme.NATIONAL
    # A province sees its own line only: the wall hides the reports of the others.
    sees_board = national and request.acting.organisation.province_id is None
    rows = board(item) if sees_board else []
    own = RegistrationReport.objects.filter(round=item).select_related("paper").prefetch_related("lines")
    context = {
        "round": item,
        "phase": _phase(item),
        "rows": rows,
        "counts": {
            said: sum(row.said == said for row in rows) for said in ("registered", "nothing", "silent")
        },
        "asked": sum(row.asked for row in rows),
        "reports": own if not sees_board else [],
        "may_report": national and kind == OrganisationKind.DEPARTMENT and request.acting.kind == "DIRECTOR",
    }
    return render(request, "projects/rounds/round.html", context)


@require_http_methods(["GET", "POST"])
def report_new(request: ActingRequest, pk: int) -> HttpResponse:
    """A department's report of registration: lines, or nothing."""
    by = request.acting
    item = get_object_or_404(RegistrationRound, pk=pk, programme=Programme.NATIONAL)
    if by.organisation.kind != OrganisationKind.DEPARTMENT:
        raise Http404
    files = files_visible_to(by).filter(
        year=item.year, project__programme=Programme.NATIONAL, submission__gt=0
    )
    arguments = {"files": files, "centre": centre_of(by.organisation)}
    known = [
        {"title": year.project.title, "kind": year.project.kind, "asked": year.support, "year": year}
        for year in files
    ]
    data: QueryDict | None = request.POST or None
    adding = data is not None and "add_row" in data
    if data is not None and adding:
        data = add_row(data, "lines")
    header = ReportHeaderForm(data, label_suffix="")
    lines = IntendedFormSet(
        data,
        prefix="lines",
        form_kwargs=arguments,
        initial=known,
    )
    if data is None:
        lines.extra = 0 if known else 2
    if request.method == "POST" and not adding and header.is_valid() and lines.is_valid():
        intended = [line for form in lines if (line := form.line()) is not None]
        try:
            preregister(item, intended, by=by, paper=header.paper(by), note=header.cleaned_data["note"])
        except NeedsReason as doubt:
            header.add_error("note", list(doubt.reasons))
        except Forbidden:
            raise
        except Refused as refusal:
            header.add_error(None, list(refusal.reasons))
        else:
            message_kept(request, "Đã gửi danh mục đăng ký.", f"report-{item.pk}")
            return redirect("round", pk=item.pk)
    context = {"round": item, "header": header, "lines": lines}
    status = 400 if request.method == "POST" and not adding else 200
    return render(request, "projects/rounds/report.html", context, status=status)
