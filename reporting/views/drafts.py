"""The body's own report of a round: its text, which saves itself, and the act of issuing."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.queries import heading_of
from khuyencong.lib.dates import ZONE, short_date, today
from khuyencong.lib.forms import lock, message_kept
from khuyencong.lib.numbers import grouped, whole
from khuyencong.lib.workflow import Forbidden, Refused
from projects.access import ActingRequest
from projects.conflicts import Conflict
from reporting.access import find_report, may_issue, may_write, report_before
from reporting.as_json import report_json
from reporting.forms import IssueForm, ReportForm
from reporting.models import UNFINISHED, Report
from reporting.page import Links
from reporting.parameters import parse
from reporting.printing import has_illustrations
from reporting.quarterly import Quarterly, quarterly, scope_of
from reporting.services import has_blanks, issue_report, save_report
from reporting.tasks import due_of, name_of
from reporting.wording import money_rows


@require_http_methods(["GET", "HEAD", "POST"])
def edit_report(request: ActingRequest, pk: int) -> HttpResponse:
    """The text of the report beside its figures; saved by button or by itself."""
    by = request.acting
    report = find_report(by, pk)
    form = ReportForm.of(report, request.POST or None)
    if (last := report_before(report)) is not None:
        form.show_last(last)
    conflict = None
    if not may_write(by, report):
        if request.method == "POST":
            raise Forbidden("Chỉ chuyên viên, lãnh đạo của cơ quan lập báo cáo sửa được dự thảo này.")
        lock(form)
    elif request.method == "POST" and form.is_valid():
        try:
            save_report(report, by=by, version=_version(request), values=form.cleaned_data)
        except Conflict as conflict_:
            conflict = [
                (str(label), _shown(form.cleaned_data[name]), _shown(value))
                for name, (label, value) in conflict_.theirs.items()
            ]
            report.version = conflict_.version
        else:
            message_kept(request, "Đã lưu dự thảo báo cáo.", _key(report))
            return redirect("report_draft", pk=report.pk)
    status = 409 if conflict else 400 if form.is_bound and form.errors else 200
    context = _about(request, report) | {"form": form, "conflict": conflict}
    return render(request, "reporting/draft.html", context, status=status)


@require_POST
def save_draft(request: ActingRequest, pk: int) -> JsonResponse:
    """What the page saves by itself while somebody types (templates/components/README.md)."""
    report = find_report(request.acting, pk)
    form = ReportForm.of(report, request.POST)
    form.is_valid()
    try:
        version = save_report(report, by=request.acting, version=_version(request), values=form.cleaned_data)
    except Conflict as conflict:
        theirs = {
            name: {"label": label, "value": _shown(value)} for name, (label, value) in conflict.theirs.items()
        }
        return JsonResponse({"version": conflict.version, "theirs": theirs}, status=409)
    return JsonResponse(
        {
            "version": version,
            "saved_at": f"{timezone.now().astimezone(ZONE):%H:%M}",
            "errors": {name: " ".join(map(str, errors)) for name, errors in form.errors.items()},
            "warnings": {},
        }
    )


@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: ActingRequest, pk: int) -> HttpResponse:
    """The head enters number and day and issues; a worker makes the file.

    The report has the figures as of its day. ``seen`` names those that the head saw: others are shown first."""
    by = request.acting
    report = find_report(by, pk)
    if not may_issue(by, report):
        raise Forbidden(
            "Chỉ người đứng đầu cơ quan báo cáo ban hành được báo cáo; chuyên viên chuẩn bị nội dung."
        )
    running = report.jobs.filter(kind="ISSUE", state__in=UNFINISHED).first()
    if running is not None and request.method != "POST":
        return redirect("report_job", pk=running.pk)
    last = report.issued.order_by("-version").first()
    form = IssueForm(
        request.POST or None,
        symbol=heading_of(report.organisation).symbol,
        is_reissue=last is not None,
        has_blanks=has_blanks(report),
    )
    dated = form.cleaned_data["dated"] if request.method == "POST" and form.is_valid() else today()
    about = _about(request, report, as_of=min(dated, today()))
    if form.is_bound and form.is_valid() and dated <= today() and request.POST.get("seen") != about["seen"]:
        form.add_error(
            "dated",
            f"Số liệu đến ngày {short_date(about['as_of'])}, hoặc phần do đơn vị viết, khác những gì vừa hiện trên "
            "trang. Trang này nay hiện đúng nội dung sẽ ban hành; hãy xem lại rồi ban hành.",
        )
    elif request.method == "POST" and form.is_valid():
        try:
            job = issue_report(report, by=by, **form.cleaned_data)
        except Forbidden:
            raise
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        else:
            message_kept(request, "Đã nhận lệnh ban hành; tệp đang được lập.", f"report-issue-{report.pk}")
            return redirect("report_job", pk=job.pk)
    context = about | {"form": form, "last": last}
    return render(request, "reporting/issue.html", context, status=400 if form.errors else 200)


def _about(request: ActingRequest, report: Report, *, as_of: dt.date | None = None) -> dict[str, Any]:
    """The report's name, deadline, figures as of a day (default today) and where to see them in full."""
    parameters = parse(
        code=report.round.code,
        scope=report.scope,
        year=report.round.year,
        period=report.round.period,
        as_of=as_of,
    )
    scope = scope_of(parameters)
    estimates = {"NATIONAL": report.estimated_national, "LOCAL": report.estimated_local}
    figures = quarterly(parameters, scope=scope, estimates=estimates)
    rows = [
        (
            row.label,
            row.indented,
            [row.write(each) for each in (*figures.by_programme.values(), figures.total)],
        )
        for row in money_rows(figures)
    ]
    due = due_of(report)
    return {
        "report": report,
        "name": name_of(report),
        "key": _key(report),
        "save_url": reverse("report_draft_save", args=[report.pk]),
        "due": due,
        "is_late": due < today(),
        "may_issue": may_issue(request.acting, report),
        "live_url": Links(parameters).page(),
        "figures": rows,
        "as_of": parameters.as_of,
        "seen": _print_of(figures, report),
        "issued": report.issued.select_related("paper", "person").order_by("-version"),
        "illustration": has_illustrations(parameters, scope),
    }


def _print_of(figures: Quarterly, report: Report) -> str:
    """What tells one report that the head may sign from another: its figures and the text that people wrote."""
    shown = report_json(figures) | {"as_of": None, "text": report.version}
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]


def _key(report: Report) -> str:
    return f"report-{report.pk}"


def _version(request: ActingRequest) -> int:
    return whole(request.POST.get("version", ""), 9) or 0


def _shown(value: Any) -> str:
    """A stored value as its input shows it."""
    if value is None:
        return ""
    return grouped(value) if isinstance(value, int) else str(value)
