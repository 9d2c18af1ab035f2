"""Typing the estimate like a sheet: it saves itself, sums and warns while it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from khuyencong.lib.dates import today
from khuyencong.lib.forms import add_row, message_kept
from khuyencong.lib.workflow import Refused
from projects.access import ActingRequest, file_or_404
from projects.conflicts import Conflict
from projects.estimates import MONEY, with_sums
from projects.forms.estimate import EstimateRows, estimate_rows
from projects.forms.rows import mark_conflicts
from projects.models import ProjectYear
from projects.norms import norm_warnings, norms_for
from projects.openings import opening_of
from projects.queries import last_sending
from projects.services.files import LINE_FIELDS, may_write, save_estimate
from projects.views import saving
from projects.views.parts import part


def _rows_of(year: ProjectYear, data: Any = None) -> EstimateRows:
    rows = estimate_rows(year, data)
    opening = opening_of(year)
    if not opening.everything:
        rows.open_only(opening, "estimate", lambda row: row["position"])
        if (sent := last_sending(year)) is not None:
            rows.show_sent(sent)
    return rows


def key_of(year: ProjectYear) -> str:
    """Name of the text that the browser keeps; a new submission starts afresh."""
    return f"estimate-{year.address}-{year.submission}"


@require_http_methods(["GET", "HEAD", "POST"])
def estimate(request: ActingRequest, code: str) -> HttpResponse:
    """The estimate of a file: to write for its unit while it is open, to read for all others."""
    year = file_or_404(request, code)
    if not (may_write(year, request.acting) and opening_of(year).touches("estimate")):
        saving.refuse_post(request)
        lines = list(year.estimate.values(*LINE_FIELDS, "amount"))
        totals = {name: sum(line[name] for line in lines) for name in MONEY}
        context = {"lines": with_sums(lines), "totals": totals, "norms": norms_for(year.project, today())}
        return part(request, year, "estimate", "projects/files/estimate_read.html", context)
    if request.method == "POST" and "add_row" in request.POST:
        return _page(request, year, _rows_of(year, add_row(request.POST, "estimate")))
    if request.method != "POST":
        return _page(request, year, _rows_of(year))
    rows = _rows_of(year, request.POST)
    theirs: Mapping[str, Mapping[str, Any]] = {}
    refused: tuple[str, ...] = ()
    if rows.is_clean:
        try:
            save_estimate(year, by=request.acting, version=saving.version_of(request), lines=rows.rows())
        except Conflict as conflict:
            year.project.version = conflict.version
            theirs = rows.theirs(conflict.theirs["estimate"][1])
            mark_conflicts(rows.forms, theirs)
        except Refused as refusal:
            refused = refusal.reasons
        else:
            message_kept(request, f"Đã lưu dự toán của {code}.", key_of(year))
            _tell_what_differs(request, rows)
            return redirect(_next(year) if "next" in request.POST else "estimate", code=code)
    return _page(request, year, rows, theirs=theirs, refused=refused, status=409 if theirs else 400)


def _tell_what_differs(request: ActingRequest, rows: EstimateRows) -> None:
    """Who goes on would not see on the next page that lines do not add up."""
    lines = rows.differences()
    if lines and "next" in request.POST:
        told = "; ".join(f"dòng {position}: {sentence}" for position, sentence in lines)
        messages.warning(request, f"Dự toán chưa cân, {told}. Hãy sửa ở phần Dự toán trước khi gửi hồ sơ.")


def _next(year: ProjectYear) -> str:
    return "documents" if year.project.kind == "ESTIMATE" else "beneficiaries"


def _page(
    request: ActingRequest,
    year: ProjectYear,
    rows: EstimateRows,
    *,
    theirs: Mapping[str, Mapping[str, Any]] | None = None,
    refused: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    norms = norms_for(year.project, today())
    rows.doubt(year, norms)
    context = {
        "rows": rows,
        "norms": norms,
        "above": "\n".join(norm_warnings(year, today())),
        "key": key_of(year),
        "theirs": saving.both(theirs or {}, request.POST),
        "refused": refused,
    }
    return part(request, year, "estimate", "projects/files/estimate.html", context, status=status)


@require_POST
def estimate_save(request: ActingRequest, code: str) -> JsonResponse:
    """Save what is being typed; answers the JSON of a form that saves itself."""
    year = file_or_404(request, code)
    saving.require_open(year, request.acting)
    rows = _rows_of(year, request.POST)

    def save() -> JsonResponse:
        version = save_estimate(
            year, by=request.acting, version=saving.version_of(request), lines=rows.rows()
        )
        rows.doubt(year, norms_for(year.project, today()))
        numbers = {
            form["position"].html_name: form.cleaned_data.get("position") or str(order)
            for order, form in enumerate(rows.kept, start=1)
        }
        return saving.saved(
            version,
            errors=rows.problems(),
            warnings=rows.doubts(),
            computed={"above_norm": "\n".join(norm_warnings(year, today()))},
            values=numbers,
        )

    return saving.answer(save, lambda conflict: rows.theirs(conflict.theirs["estimate"][1]))
