"""A new draft from an earlier file of the same unit: what is written again every year is there already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from accounts.models import Position, Province
from budgets.models import Activity, Programme
from khuyencong.lib.dates import years_later
from khuyencong.lib.workflow import Forbidden
from projects.models import PARTS, Nature, ProjectKind, ProjectYear
from projects.services.files import LINE_FIELDS, SCHEDULE_FIELDS, SHARE_FIELDS
from projects.services.whole_files import Parts, write_file

COPIED = (*PARTS, "partner")
"""Fields of the content that are taken over. What the unit promises (money of its own, no double support) it promises
anew for each file."""


def may_copy(source: ProjectYear, by: Position) -> bool:
    """Whether the unit of ``by`` wrote the file, and so may write another from it."""
    return source.project.implementer_id == by.organisation_id


def copy_file(
    source: ProjectYear,
    *,
    by: Position,
    programme: str,
    year: int,
    title: str,
    activity: Activity,
    kind: str = ProjectKind.PROJECT,
    nature: str = Nature.ORDINARY,
    provinces: Sequence[Province] = (),
) -> ProjectYear:
    """A new draft for the plan ``year`` with content, estimate, schedule and beneficiaries of ``source`` as they are
    now, in ``provinces``; days move by as many years, support moves to the source of ``programme``. Papers stay where
    they are.

    Raises Forbidden for a file of another unit, and like ``write_file``."""
    if not may_copy(source, by):
        raise Forbidden("Chỉ lập được hồ sơ mới từ hồ sơ của chính đơn vị.")
    years = year - source.year
    project = source.project
    parts = Parts(
        content={name: getattr(project, name) for name in COPIED}
        | {name: years_later(getattr(project, name), years) for name in ("starts_on", "ends_on")},
        estimate=[_support_from(programme, row) for row in _rows(source.estimate.all(), LINE_FIELDS)],
        shares=[]
        if nature == Nature.GROUP
        else _rows(source.shares.select_related("establishment"), SHARE_FIELDS),
        schedule=[
            row | {name: years_later(row[name], years) for name in ("starts_on", "ends_on")}
            for row in _rows(source.schedule.all(), SCHEDULE_FIELDS)
        ],
    )
    return write_file(
        by=by,
        programme=programme,
        year=year,
        kind=kind,
        nature=nature,
        title=title,
        activity=activity,
        parts=parts,
        provinces=provinces,
    )


def _rows(rows: Iterable[Any], fields: Iterable[str]) -> list[dict[str, Any]]:
    return [{name: getattr(row, name) for name in fields} for row in rows]


def _support_from(programme: str, line: Mapping[str, Any]) -> dict[str, Any]:
    """The line with all its State support in the column of ``programme``."""
    support = line["national"] + line["local"]
    national = support if programme == Programme.NATIONAL else 0
    return {**line, "national": national, "local": support - national}
