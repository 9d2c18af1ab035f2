"""What is expected of a position today in reporting: the reports its body owes and has not issued."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.models import Position, Region
from khuyencong.lib.tasks import Task
from reporting.access import WRITERS, may_issue, reports_of
from reporting.models import IssuedReport, Report
from reporting.scopes import NATION


def open_report_tasks(position: Position, _: dt.date) -> list[Task]:
    """Reports that the position's body owes: officers complete the text, the head issues. One query."""
    if position.kind not in WRITERS:
        return []
    issued = IssuedReport.objects.filter(report=OuterRef("pk"))
    owed = reports_of(position).exclude(Exists(issued))
    return [_task(report, position) for report in owed]


def _task(report: Report, position: Position) -> Task:
    signs = may_issue(position, report)
    name = name_of(report)
    return Task(
        label="Ban hành báo cáo" if signs else "Hoàn thiện báo cáo",
        url=reverse("report_issue" if signs else "report_draft", args=[report.pk]),
        title=f"{name[0].upper()}{name[1:]}",
        due=due_of(report),
    )


def due_of(report: Report) -> dt.date:
    """The deadline of the body that owes the report."""
    return report.round.agency_due if report.province_id is None else report.round.department_due


def name_of(report: Report) -> str:
    """As in "báo cáo quý III năm 2026", of the agency "báo cáo quý III năm 2026, phía Bắc"."""
    label = f"báo cáo {report.round.label}"
    if report.scope == NATION:
        return f"{label}, cả nước"
    if report.scope in Region.values:
        region = str(Region(report.scope).label)
        return f"{label}, {region[0].lower()}{region[1:]}"
    if report.province is not None and report.province_id != report.organisation.province_id:
        return f"{label}, {report.province.name}"  # of a unit that the body's own has taken over
    return label
