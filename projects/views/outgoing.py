"""The book of outgoing papers of the position's body: on the page, as a file, printed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import PositionKind
from khuyencong.lib import csv_files
from khuyencong.lib.dates import today
from khuyencong.lib.numbers import year_of
from khuyencong.lib.paging import page_of
from khuyencong.lib.workflow import Forbidden
from projects.access import ActingRequest
from projects.models import Event, Paper, PaperKind
from projects.outgoing import BOOKED, Entry, entries, missing, numbered
from projects.slip_holding import PREPARERS, SIGN_PAPERS

KEEPERS = frozenset({*PREPARERS, *SIGN_PAPERS, PositionKind.CLERK})
HEAD = (
    "Loại", "Số, ký hiệu", "Ngày", "Trích yếu, hồ sơ", "Người ký", "Các dòng trên chữ ký", "Người ghi",
    "Số chưa có trước đó", "Lưu ý về ngày",
)  # fmt: skip


@require_safe
def book(request: ActingRequest) -> HttpResponse:
    """Papers that the body numbered in a year, by kind and number; where asked with the numbers that are not here."""
    by = request.acting
    if by.kind not in KEEPERS:
        raise Forbidden(
            "Sổ văn bản đi dành cho người làm việc trong cơ quan; chức vụ đang dùng không mở được."
        )
    asked, kind = year_of(request.GET.get("year", "")), request.GET.get("kind", "")
    year = today().year if asked is None else asked
    kind = kind if kind in BOOKED else ""
    rows = numbered(by.organisation, year, kind)
    if csv_files.is_wanted(request):
        limit = csv_files.LONGEST + 1
        return csv_files.answer("so-van-ban-di", HEAD, map(_row, entries(rows[:limit])))
    page = page_of(rows, request.GET.get("page"))
    used = Paper.objects.filter(issuer=by.organisation, kind__in=BOOKED)
    years = sorted({*used.values_list("year", flat=True).distinct(), today().year, year}, reverse=True)
    context = {
        "page": page,
        "illustration": Event.objects.filter(
            paper__in=[paper.pk for paper in page], project_year__project__is_illustration=True
        ).exists(),
        "entries": entries(page),
        "year": year,
        "years": years,
        "kind": kind,
        "missing": missing(by.organisation, year, kind),
        "gaps": bool(request.GET.get("gaps")),
        "kinds": [(each.value, each.label) for each in PaperKind if each in BOOKED],
    }
    return render(request, "projects/slips/book.html", context)


def _row(entry: Entry) -> tuple[object, ...]:
    paper = entry.paper
    return (
        paper.get_kind_display(),
        paper.number,
        paper.dated,
        entry.summary,
        str(paper.signer.person) if paper.signer else "",
        " / ".join(paper.signed_as),
        str(paper.recorded_by.person or ""),
        entry.gap,
        entry.out_of_turn,
    )
