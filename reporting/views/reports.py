"""Reports to look at: what is owed and issued, the live report, what stands behind each figure."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from budgets.models import ActivityGroup
from khuyencong.lib.dates import short_date, today
from khuyencong.lib.paging import page_of
from khuyencong.lib.workflow import Refused
from projects.access import ActingRequest
from projects.models import Indicator
from projects.queries import files_visible_to
from reporting.access import (
    home_scope,
    issued_visible_to,
    may_issue,
    may_write,
    open_report,
    reports_of,
    rounds,
    scope_choices,
    signs,
)
from reporting.as_json import report_json
from reporting.entries import (
    NoSuchFigure,
    entries_behind,
    file_lines,
    is_money,
    outputs_behind,
    place_named,
    published_figure,
    published_parts,
    shown_figures,
    sum_of,
    without,
)
from reporting.page import Links, report_page
from reporting.parameters import CODES, Parameters
from reporting.printing import has_illustrations
from reporting.published import ALL
from reporting.quarterly import ROW_NAMES, cumulative, quarterly
from reporting.rounds import board, last_quarter
from reporting.scopes import NATION, Scope
from reporting.services import declare_ledger, ledger_is_empty, may_declare, order_file
from reporting.tasks import due_of, name_of
from reporting.wording import NOTES, PROGRAMME_NAMES, amount_text, count_text, figure_name, where

WORDS = ("scope", "year", "period", "boundaries", "as_of")
PERIODS = (
    [(f"q{number}", f"Quý {roman}") for number, roman in enumerate(("I", "II", "III", "IV"), start=1)]
    + [(f"m{number}", "Cả năm" if number == 12 else f"{number} tháng đầu năm") for number in range(2, 13)]
    + [(f"month{number}", f"Tháng {number}") for number in range(1, 13)]
)


@require_safe
def report_list(request: ActingRequest) -> HttpResponse:
    """What the position's body owes, what was issued, and for national bodies who is late."""
    by = request.acting
    home = home_scope(by)
    if home is None:
        raise Http404
    day = today()
    owed = [
        {
            "report": report,
            "name": name_of(report),
            "due": due_of(report),
            "is_late": due_of(report) < day,
            "may_write": may_write(by, report),
            "may_issue": may_issue(by, report),
        }
        for report in reports_of(by).filter(issued__isnull=True)
    ]
    latest = rounds().first() if home == NATION else None
    quarter = last_quarter(day)
    context = {
        "owed": owed,
        "issued": page_of(issued_visible_to(by).order_by("-paper__dated", "-pk"), request.GET.get("page")),
        "reissues": by.organisation_id if signs(by) else None,
        "round": latest,
        "board": board(latest, day) if latest else [],
        "live": {"scope": home, "year": quarter.year, "period": quarter.code},
    }
    return render(request, "reporting/list.html", context)


@require_safe
def show_report(request: ActingRequest, code: str) -> HttpResponse:
    """The report for the chosen scope, period and boundaries, as of a day; every figure opens."""
    by = request.acting
    choices = scope_choices(by)
    words = _words(request, code)
    try:
        parameters, scope = open_report(by, words)
    except Refused as refused:
        context = _frame(code, words, choices) | {"refused": str(refused)}
        return render(request, "reporting/report.html", context, status=400)
    report = quarterly(parameters, scope=scope)
    files = file_lines(parameters, scope) if scope.is_province else []
    seen = files_visible_to(by).filter(pk__in=[line.year.pk for line in files])
    page = report_page(
        report,
        groups=dict(ActivityGroup.objects.values_list("number", "name")),
        outputs={
            row.code: (row.name, row.unit, row.of_which_id is not None) for row in Indicator.objects.all()
        },
        files=files,
        openable=frozenset(seen.values_list("pk", flat=True)) if files else frozenset(),
    )
    links = Links(parameters)
    declarable = parameters.period.year if may_declare(by, parameters.period.year) else None
    context = _frame(code, words, choices) | {
        "report": report,
        "page": page,
        "title": f"{CODES[code]} {parameters.label}",
        "where": where(scope),
        "notes": NOTES,
        "unfinished": _unfinished(parameters),
        "json_url": links.page("report_json"),
        "print_words": {name: str(words[name]) for name in WORDS if words.get(name)},
        "illustration": has_illustrations(parameters, scope),
        "declarable": declarable,
        "nothing_booked": declarable is not None and ledger_is_empty(by, declarable),
    }
    return render(request, "reporting/report.html", context)


def _unfinished(parameters: Parameters) -> str:
    """What a period can tell that is not over yet, or has not begun; "" for one that is over."""
    day, period = today(), parameters.period
    if period.last_day <= day:
        return ""
    label = parameters.label[:1].upper() + parameters.label[1:]
    if period.first_day > day and not parameters.is_range:
        return (
            f"{label} chưa bắt đầu (từ ngày {short_date(period.first_day)}): báo cáo mới có những gì đã ghi sổ "
            f"cho năm đó đến hết ngày {short_date(parameters.as_of)}."
        )
    return (
        f"{label} chưa kết thúc (đến ngày {short_date(period.last_day)}): "
        f"số liệu mới có đến hết ngày {short_date(parameters.as_of)}."
    )


@require_safe
def show_json(request: ActingRequest, code: str) -> HttpResponse:
    """The same report as JSON (interface.md)."""
    parameters, scope = open_report(request.acting, _words(request, code))
    return JsonResponse(
        report_json(quarterly(parameters, scope=scope)),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )


@require_safe
def show_figure(request: ActingRequest, code: str) -> HttpResponse:
    """The entries (or outputs) that a figure is the sum of, each with its file; for a published one its source."""
    by = request.acting
    parameters, scope = open_report(by, _words(request, code))
    figure, programme = request.GET.get("figure", ""), request.GET.get("programme", ALL)
    row, to_date = request.GET.get("row") or None, request.GET.get("to_date") == "1"
    group = request.GET.get("group")
    at = place_named(scope, row)
    report = quarterly(parameters, scope=scope)
    figures = shown_figures(report, row, programme)
    if programme not in PROGRAMME_NAMES or figures is None or (group and not group.isdecimal()):
        raise NoSuchFigure("Báo cáo này không có số liệu đó.")
    money = is_money(figure)
    if money:
        entries = entries_behind(
            parameters,
            at,
            figure=figure,
            programme=programme,
            group=int(group) if group else None,
            to_date=to_date,
        )
        rows: Any = entries.select_related("project_year__project", "person")
        shown = amount_text(figures, figure, to_date=to_date)
        name, unit = figure_name(figure, to_date=to_date), "triệu đồng"
    else:
        indicator = Indicator.objects.filter(code=figure).first()
        if indicator is None:
            raise NoSuchFigure(f"Báo cáo này không có số liệu “{figure[:40]}”.")
        name, unit = indicator.name, indicator.unit
        outputs = outputs_behind(parameters, at, figure=figure, programme=programme, to_date=to_date)
        rows = outputs.select_related(
            "project_year__project", "acceptance__event", "acceptance__paper", "indicator"
        )
        shown = count_text(figures, figure, to_date=to_date)
    key = cumulative(figure) if to_date else figure
    published = None if group else published_figure(figures.published.get(key))
    partial = key in figures.partial
    parts = [] if group or published else published_parts(report, row, key, programme)
    rows = without(rows, parts, money=money)
    page = page_of(rows, request.GET.get("page"))
    seen = files_visible_to(by).filter(pk__in={each.project_year_id for each in page})
    context = {
        "parameters": parameters,
        "code": code,
        "back_url": Links(parameters).page(),
        "name": name,
        "unit": unit,
        "programme": PROGRAMME_NAMES[programme],
        "place": _place_name(scope, row),
        "label": f"lũy kế đến hết tháng {parameters.period.last_month}" if to_date else parameters.label,
        "as_of": short_date(parameters.as_of),
        "shown": None if group else shown,
        "total": sum_of(rows, "counted" if money else "value"),
        "is_money": money,
        "published": published,
        "is_partial": partial,
        "parts": parts,
        "parts_total": sum(part.figure.value for part in parts),
        "rows": page,
        "openable": set(seen.values_list("pk", flat=True)),
        "illustration": has_illustrations(parameters, scope),
    }
    return render(request, "reporting/figure.html", context)


@require_POST
def print_report(request: ActingRequest, code: str) -> HttpResponse:
    """Order the PDF of the report as a draft; a worker makes it."""
    words = {"code": code} | {name: request.POST.get(name) for name in WORDS if request.POST.get(name)}
    parameters, _ = open_report(request.acting, _defaults(request, words))
    job = order_file(parameters, by=request.acting)
    return redirect("report_job", pk=job.pk)


@require_POST
def declare(request: ActingRequest, year: int) -> HttpResponse:
    """The head's word that the ledger of the year is complete."""
    declare_ledger(year, by=request.acting, although_empty=request.POST.get("although_empty") == "on")
    return redirect(Links(_home(request, year)).page())


def _home(request: ActingRequest, year: int) -> Parameters:
    parameters, _ = open_report(
        request.acting, _defaults(request, {"code": "quarterly", "year": str(year), "period": "m12"})
    )
    return parameters


def _words(request: ActingRequest, code: str) -> dict[str, Any]:
    given = {name: request.GET.get(name, "").strip() for name in WORDS}
    return _defaults(request, {"code": code} | {name: value for name, value in given.items() if value})


def _defaults(request: ActingRequest, words: dict[str, Any]) -> dict[str, Any]:
    """What was not asked for: the position's own scope, the last quarter."""
    home = home_scope(request.acting)
    if home is None:
        raise Http404
    quarter = last_quarter(today())
    return {"scope": home, "year": str(quarter.year), "period": quarter.code} | words


def _frame(code: str, words: dict[str, Any], choices: Any) -> dict[str, Any]:
    """What the page's filter needs, also when the report itself was refused."""
    return {
        "code": code,
        "words": words | ({"period": "month1"} if words.get("period") == "m1" else {}),
        "scopes": choices,
        "periods": PERIODS,
        "title": CODES.get(code, "Báo cáo"),
    }


def _place_name(scope: Scope, row: str | None) -> str:
    if row is None:
        return scope.name
    return ROW_NAMES.get(row) or next((unit.full_name for unit in scope.units if unit.slug == row), row)
