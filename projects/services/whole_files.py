"""A file written in one piece, as another program sends it. Each part goes through the door of its own page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import Position, Province
from budgets.models import Activity
from khuyencong.lib.workflow import Forbidden
from projects.chain import lock
from projects.conflicts import Conflict
from projects.models import Nature, ProjectYear
from projects.services.establishments import of_file
from projects.services.files import (
    create_project,
    may_create,
    save_content,
    save_estimate,
    save_schedule,
    save_shares,
)
from projects.services.years import save_years
from projects.years import YEAR_FIELDS, year_plans

Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What is written of a file; None leaves a part as it is. Fields as in projects/services/files.py, đồng."""

    content: Mapping[str, Any] | None = None
    estimate: Rows | None = None
    shares: Rows | None = None
    schedule: Rows | None = None
    years: Rows | None = None
    activities: Sequence[Activity] | None = None
    """Other activities of a flagship project."""


def write_file(
    *,
    by: Position,
    programme: str,
    year: int,
    kind: str,
    title: str,
    activity: Activity,
    parts: Parts,
    nature: str = Nature.ORDINARY,
    provinces: Sequence[Province] = (),
) -> ProjectYear:
    """A new draft with all its parts, or none of it. Raises Forbidden and Refused like the functions it calls."""
    with transaction.atomic():
        project = create_project(
            by=by,
            programme=programme,
            year=year,
            kind=kind,
            nature=nature,
            title=title,
            activity=activity,
            provinces=provinces,
        )
        file = project.years.select_related("project__tenant", "project__province").get()
        save_file(file, by=by, version=project.version, parts=parts)
    return file


def save_file(year: ProjectYear, *, by: Position, version: int, parts: Parts) -> None:
    """Save the given parts, made from ``version`` of the file, all or none.

    Raises Conflict with every field that somebody saved otherwise in between, Forbidden for other people, Stale for
    a file that has gone, Refused for what the rules do not allow."""
    if by.organisation_id != year.project.implementer_id or not may_create(by):
        raise Forbidden("Chỉ người của đơn vị thực hiện được sửa hồ sơ này.")
    saves: list[tuple[Callable[..., int], dict[str, Any]]] = []
    if parts.content:
        saves.append((save_content, {"values": parts.content}))
    if parts.estimate is not None:
        saves.append((save_estimate, {"lines": parts.estimate}))
    if parts.shares is not None:
        project = year.project
        named = [
            {name: value for name, value in row.items() if name != "tax_code"}
            | {"establishment": of_file(project, row["establishment"], row.get("tax_code", ""), by=by)}
            for row in parts.shares
        ]
        saves.append((save_shares, {"shares": named}))
    if parts.schedule is not None:
        saves.append((save_schedule, {"items": parts.schedule}))
    if parts.years is not None or parts.activities is not None:
        kept = [{name: getattr(part, name) for name in YEAR_FIELDS} for part in year_plans(year.project)]
        rows = kept if parts.years is None else parts.years
        saves.append((save_years, {"parts": rows, "activities": parts.activities}))
    with transaction.atomic():
        current = lock(year).project.version
        theirs: dict[str, tuple[str, Any]] = {}
        at = version
        for save, what in saves:
            try:
                with transaction.atomic():
                    saved = save(year, by=by, version=at, **what)
            except Conflict as conflict:
                theirs |= conflict.theirs
            else:
                # Made from the present version, the next part is made from what this one left behind.
                at = saved if version == current else version
        if theirs:
            raise Conflict(current, theirs)
