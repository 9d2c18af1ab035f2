"""The frame of one file: its head, its parts as tabs, and the page of one part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from projects.access import ActingRequest
from projects.models import ProjectKind, ProjectYear
from projects.openings import opening_of
from projects.queries import may_read_register
from projects.services.files import may_write
from projects.states import State
from projects.telling import follows
from projects.views.steps import fixes

PARTS = (
    ("file", "Tổng quan"),
    ("content", "Nội dung"),
    ("estimate", "Dự toán"),
    ("beneficiaries", "Cơ sở thụ hưởng"),
    ("documents", "Tài liệu"),
    ("file_appraisals", "Thẩm định"),
    ("file_money", "Kinh phí"),
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
    code = year.project.code
    shared = {
        "year": year,
        "project": year.project,
        "tabs": [
            (label, reverse(each, args=[code]), each == name, None)
            for each, label in PARTS
            if each != "beneficiaries" or year.project.kind != ProjectKind.ESTIMATE
        ],
        "part": dict(PARTS)[name],
        "fixes": fixes(opening_of(year), year) if year.state == State.RETURNED else [],
        "writes": may_write(year, request.acting),
        "follows": follows(year, request.acting),
        "opens_register": may_read_register(request.acting),
        "illustration": year.project.is_illustration,
    }
    return render(request, template, shared | dict(context), status=status)
