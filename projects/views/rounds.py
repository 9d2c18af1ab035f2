"""Registration rounds, the board of who has registered, and a department's report."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import OrganisationKind, Position
from accounts.queries import names_on
from accounts.tenancy import NATIONAL_KINDS
from budgets.models import Programme
from khuyencong.lib import csv_files
from khuyencong.lib.dates import today
from khuyencong.lib.forms import add_row, message_kept
from khuyencong.lib.workflow import Forbidden, NeedsReason, Refused, Stale
from projects.access import ActingRequest
from projects.forms.rounds import IntendedFormSet, ReportHeaderForm, RoundForm
from projects.models import ProjectYear, RegistrationReport, RegistrationRound
from projects.rounds import BoardRow, board, open_registration
from projects.services.registration import centre_of, files_to_name, may_preregister, preregister

OPENERS = {OrganisationKind.AGENCY, OrganisationKind.DEPARTMENT}


def may_open(position: Position) -> bool:
    return position.organisation.kind in OPENERS and position.kind == "OFFICER"


@require_safe
def round_list(request: ActingRequest) -> HttpResponse:
    """Rounds of the nation and of one's own province, the open ones first."""
    rounds = RegistrationRound.objects.order_by("-year", "programme", "-closes_on")
    if request.acting.organisation.province_id is None:
        rounds = rounds.filter(programme=Programme.NATIONAL)
    context = {"rounds": [(item, phase(item)) for item in rounds], "may_open": may_open(request.acting)}
    return render(request, "projects/rounds/index.html", context)


def phase(item: RegistrationRound) -> tuple[str, str]:
    """Where a round stands today, and the tone of its badge."""
    day = today()
    if day < item.opens_on:
        return "Chưa mở", "neutral"
    return ("Đang mở", "go") if day <= item.closes_on else ("Đã hết hạn", "bad")


@require_http_methods(["GET", "HEAD", "POST"])
def round_new(request: ActingRequest) -> HttpResponse:
    """Open a round: the agency for the nation, a department for its province."""
    by = request.acting
    if not may_open(by):
        raise Forbidden("Đợt đăng ký do chuyên viên Cục hoặc chuyên viên Sở Công Thương mở.")
    form = RoundForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            opened = open_registration(by=by, **form.cleaned_data)
        except Stale as stale:
            form.add_error("name", list(stale.reasons))
            return render(request, "projects/rounds/new.html", {"form": form}, status=409)
        message_kept(request, f"Đã mở {opened}.", "round-new")
        return redirect("round", pk=opened.pk)
    return render(request, "projects/rounds/new.html", {"form": form}, status=400 if form.is_bound else 200)


@require_safe
def round_detail(request: ActingRequest, pk: int) -> HttpResponse:
    """A round; a national one with the board: who has registered, who has nothing, who said nothing.

    ``province`` in the address (a slug) shows what that province reported; a province sees its own always, an auditor
    of one province nobody else's."""
    item = get_object_or_404(RegistrationRound, pk=pk)
    by = request.acting
    # A province sees its own line only, a unit of none no line: the wall hides the reports of the others.
    sees_board = item.programme == Programme.NATIONAL and by.organisation.kind in NATIONAL_KINDS
    rows = board(item, of=by.scope_province) if sees_board else []
    if sees_board and csv_files.is_wanted(request):
        return _board_csv(item, rows)
    wanted = request.GET.get("province", "")
    reports = RegistrationReport.objects.filter(round=item)
    if by.scope_province is not None:
        reports = reports.filter(province=by.scope_province)
    if sees_board:
        reports = reports.filter(province__slug=wanted) if wanted else reports.none()
    shown = list(
        reports.select_related("paper", "province")
        .prefetch_related("lines__project_year__project")
        .order_by("pk")
    )
    context = {
        "round": item,
        "phase": phase(item),
        "rows": rows,
        "has_board": sees_board,
        "counts": {
            said: sum(row.said == said for row in rows) for said in ("registered", "nothing", "silent")
        },
        "asked": sum(row.asked for row in rows),
        "reports": [(report, sum(line.asked for line in report.lines.all())) for report in shown],
        "says_nothing_yet": item.programme == Programme.NATIONAL
        and by.organisation.province_id is not None
        and not shown,
        "may_report": item.programme == Programme.NATIONAL and may_preregister(by),
        "is_first": not shown,
    }
    return render(request, "projects/rounds/round.html", context)


SAID = {"registered": "Đã đăng ký", "nothing": "Không đăng ký", "silent": "Chưa trả lời"}


def _board_csv(item: RegistrationRound, rows: list[BoardRow]) -> HttpResponse:
    """The board; of a province that said nothing the numbers stay empty."""
    head = ["Tỉnh, thành phố", "Trả lời", "Muộn", "Ngày", "Dòng đăng ký", "Hồ sơ đã gửi"]
    head += ["Kinh phí đề nghị (đồng)"]
    found = (
        [
            row.province.name,
            SAID[row.said],
            "muộn" if row.late else "",
            row.on,
            *([None] * 3 if row.said == "silent" else [row.lines, row.files, row.asked]),
        ]
        for row in rows
    )
    return csv_files.answer(f"dot-dang-ky-{item.pk}", head, found)


@require_http_methods(["GET", "HEAD", "POST"])
def report_new(request: ActingRequest, pk: int) -> HttpResponse:
    """A department's report of registration: lines, or saying that there is nothing."""
    by = request.acting
    item = get_object_or_404(RegistrationRound, pk=pk)
    if item.programme != Programme.NATIONAL:
        raise Http404
    if not may_preregister(by):
        raise Forbidden("Danh mục đăng ký do Giám đốc Sở Công Thương ký gửi.")
    files = list(files_to_name(item, by))
    data: QueryDict | None = request.POST or None
    adding = data is not None and "add_row" in data
    if data is not None and adding:
        data = add_row(data, "lines")
    header = ReportHeaderForm(data, by=by, label_suffix="")
    lines = _lines(data, files, item, by)
    status = 400 if request.method == "POST" and not adding else 200
    if request.method == "POST" and not adding and header.is_valid() and lines.is_valid():
        intended = [line for form in lines if (line := form.line()) is not None]
        if _agree(header, bool(intended)):
            try:
                preregister(item, intended, by=by, paper=header.paper(), note=header.cleaned_data["note"])
            except NeedsReason as doubt:
                header.add_error("note", list(doubt.reasons))
            except Forbidden:
                raise
            except Refused as refusal:
                header.add_error(None, list(refusal.reasons))
                status = 409 if isinstance(refusal, Stale) else 400
            else:
                message_kept(request, "Đã gửi danh mục đăng ký.", f"report-{item.pk}")
                return redirect("round", pk=item.pk)
    centre = names_on(today(), {centre_of(by.organisation).pk})
    context = {
        "round": item,
        "header": header,
        "lines": lines,
        "centre": next(iter(centre.values())).name,
        "key": f"report-{item.pk}",
    }
    return render(request, "projects/rounds/report.html", context, status=status)


def _lines(data: QueryDict | None, files: list[ProjectYear], item: RegistrationRound, by: Position) -> Any:
    """The lines typed, at first what the State knows: files that were sent and are not yet in a report."""
    named = set(
        RegistrationReport.objects.filter(round=item, organisation=by.organisation).values_list(
            "lines__project_year", flat=True
        )
    )
    known = [
        {"title": year.project.title, "kind": year.project.kind, "asked": year.support, "file": str(year.pk)}
        for year in files
        if year.pk not in named
    ]
    lines = IntendedFormSet(
        data,
        prefix="lines",
        form_kwargs={"files": files, "centre": centre_of(by.organisation), "label_suffix": ""},
        initial=known,
    )
    if data is None and not known:
        lines.extra = 2
    return lines


def _agree(header: ReportHeaderForm, intends: bool) -> bool:
    """Lines and "nothing" exclude each other, and one of them is said."""
    nothing: bool = header.cleaned_data["nothing"]
    if nothing and intends:
        header.add_error("nothing", "Danh mục còn có dòng. Hãy xóa các dòng, hoặc bỏ đánh dấu ở đây.")
    elif not nothing and not intends:
        header.add_error(
            "nothing", "Danh mục chưa có dòng nào. Hãy ghi đề án, hoặc đánh dấu là không đăng ký."
        )
    return nothing != intends
