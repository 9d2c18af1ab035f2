"""The budget years of a project: written with the first, then read as what each came to; beginning the next one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from khuyencong.lib.dates import today
from khuyencong.lib.forms import add_row, message_kept
from khuyencong.lib.numbers import year_of
from khuyencong.lib.workflow import Forbidden, Refused, Stale
from projects.access import ActingRequest, file_or_404
from projects.conflicts import Conflict
from projects.forms.rows import mark_conflicts
from projects.forms.years import ActivitiesForm, YearRows, year_rows
from projects.models import FlagshipRule, Nature, ProjectYear
from projects.openings import opening_of
from projects.queries import years_seen
from projects.services.files import may_write_content
from projects.services.years import begin_year, save_years
from projects.views import saving
from projects.views.parts import part
from projects.years import flagship_rule, may_be_over_years, years_shown


def key_of(year: ProjectYear) -> str:
    """Name of the text that the browser keeps; a new submission starts afresh."""
    return f"years-{year.address}-{year.submission}"


def _writes(year: ProjectYear, request: ActingRequest) -> bool:
    return (
        may_write_content(year, request.acting)
        and may_be_over_years(year.project)
        and opening_of(year).has("file", "", "content")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def years(request: ActingRequest, code: str) -> HttpResponse:
    """The years of a project: to write for its unit with the first one, to read for all others."""
    year = file_or_404(request, code)
    if not _writes(year, request):
        saving.refuse_post(request)
        context = {
            "shown": years_shown(year, years_seen(year, request.acting)),
            "rule": _rule(year),
            "others": year.project.other_activities.select_related("activity"),
        }
        return part(request, year, "years", "projects/files/years_read.html", context)
    data = request.POST if request.method == "POST" else None
    if data is not None and "add_row" in data:
        typed = add_row(data, "years")
        return _page(request, year, year_rows(year, typed), ActivitiesForm(typed, year=year))
    rows, form = year_rows(year, data), ActivitiesForm(data, year=year)
    if data is None:
        return _page(request, year, rows, form)
    theirs: Mapping[str, Mapping[str, Any]] = {}
    refused: tuple[str, ...] = ()
    if rows.is_clean and form.is_valid():
        try:
            save_years(
                year,
                by=request.acting,
                version=saving.version_of(request),
                parts=rows.rows(),
                activities=form.chosen(),
            )
        except Conflict as conflict:
            year.project.version = conflict.version
            theirs = rows.theirs(conflict.theirs["years"][1])
            mark_conflicts(rows.forms, theirs)
        except Refused as refusal:
            refused = refusal.reasons
        else:
            message_kept(request, f"Đã lưu các năm của {year.project.code}.", key_of(year))
            saved = file_or_404(
                request, year.project.code
            )  # its address names the year once there are several
            return redirect("estimate" if "next" in data else "years", code=saved.address)
    return _page(request, year, rows, form, theirs=theirs, refused=refused, status=409 if theirs else 400)


def _page(
    request: ActingRequest,
    year: ProjectYear,
    rows: YearRows,
    form: ActivitiesForm,
    *,
    theirs: Mapping[str, Mapping[str, Any]] | None = None,
    refused: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "rows": rows,
        "form": form,
        "rule": _rule(year),
        "key": key_of(year),
        "theirs": saving.both(theirs or {}, request.POST),
        "refused": refused,
    }
    return part(request, year, "years", "projects/files/years.html", context, status=status)


def _rule(year: ProjectYear) -> FlagshipRule | None:
    """What the law asks of a flagship project today."""
    return flagship_rule(today()) if year.project.nature == Nature.FLAGSHIP else None


@require_POST
def years_save(request: ActingRequest, code: str) -> JsonResponse:
    """Save what is being typed; answers the JSON of a form that saves itself."""
    year = file_or_404(request, code)
    saving.require_open(year, request.acting)
    rows, form = year_rows(year, request.POST), ActivitiesForm(request.POST, year=year)

    def save() -> JsonResponse:
        version = save_years(
            year,
            by=request.acting,
            version=saving.version_of(request),
            parts=rows.rows(),
            activities=form.chosen(),
        )
        return saving.saved(
            version, errors=rows.problems(), warnings=rows.doubts(), values=rows.numbers(year.project.year)
        )

    return saving.answer(save, lambda conflict: rows.theirs(conflict.theirs["years"][1]))


@require_POST
def year_begin(request: ActingRequest, code: str) -> HttpResponse:
    """Begin the next budget year's part; on to its estimate. Who was slower sees the part that the other began."""
    year = file_or_404(request, code)
    number = year_of(request.POST.get("year", "")) or 0
    try:
        begun = begin_year(year, number, by=request.acting)
    except Stale as stale:
        messages.warning(request, str(stale))
        return redirect("file", code=f"{year.project.code}-{number}")
    except Forbidden:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("file", code=code)
    messages.success(
        request,
        f"Đã lập phần kinh phí năm {number}, lấy dự toán, tiến độ, cơ sở thụ hưởng và giấy tờ của năm trước. Mời kiểm "
        "tra dự toán cho khớp phần của năm.",
    )
    return redirect("estimate", code=begun.address)
