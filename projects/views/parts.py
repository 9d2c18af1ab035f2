"""The frame of one file: its head, its parts as tabs, and the page of one part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from projects.access import ActingRequest
from projects.models import ChangeOutcome, ChangeType, ProjectKind, ProjectYear
from projects.openings import opening_of
from projects.queries import may_read_register, was_asked_to_change
from projects.services.files import may_write
from projects.states import State
from projects.telling import follows
from projects.views.steps import fixes
from projects.years import has_years, may_be_over_years

PARTS = (
    ("file", "Tổng quan"),
    ("content", "Nội dung"),
    ("years", "Các năm"),
    ("estimate", "Dự toán"),
    ("beneficiaries", "Cơ sở thụ hưởng"),
    ("documents", "Tài liệu"),
    ("file_appraisals", "Thẩm định"),
    ("file_money", "Kinh phí"),
    ("file_amendments", "Điều chỉnh"),
    ("file_route", "Quá trình"),
)
"""Address name and tab of each part, in the order in which a file is written and goes its way."""


def part(
    request: ActingRequest,
    year: ProjectYear,
    name: str,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """The page of part ``name`` of a file, with the head that all parts share."""
    code = year.address
    asked, times = _changes(year)
    hidden = set() if asked else {"file_amendments"}
    if year.project.kind == ProjectKind.ESTIMATE:
        hidden.add("beneficiaries")
    writes = may_write(year, request.acting)
    if not (has_years(year) or (writes and may_be_over_years(year.project))):
        hidden.add("years")
    shared = {
        "year": year,
        "project": year.project,
        "tabs": [
            (label, reverse(each, args=[code]), each == name, None)
            for each, label in PARTS
            if each not in hidden
        ],
        "times_changed": times,
        "part": dict(PARTS)[name],
        "fixes": fixes(opening_of(year), year) if year.state == State.RETURNED else [],
        "writes": writes,
        "follows": follows(year, request.acting),
        "opens_register": may_read_register(request.acting),
        "illustration": year.project.is_illustration,
    }
    return render(request, template, shared | dict(context), status=status)


def _changes(year: ProjectYear) -> tuple[bool, int]:
    """Whether a change was ever asked, and how many times the file was changed; one query when it was."""
    if not was_asked_to_change(year):
        return False, 0
    decided = year.changes.filter(outcome=ChangeOutcome.APPROVED)
    return True, decided.exclude(type__in=[ChangeType.STOP, ChangeType.TERMINATE]).count()
