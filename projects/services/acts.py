"""Acts on one file: the door through which pages, API, demonstration and tests move it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from accounts.models import Position
from budgets.limits import rules_in_words
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Refused, Stale, Step
from projects.chain import CHAIN, PaperData, route_of
from projects.models import Inspection, ProjectYear
from projects.once import refuse_second
from projects.telling import open_tasks, tell_of, tell_of_closed_finding


def act(
    year: ProjectYear,
    action: str,
    *,
    by: Position,
    expected_state: str | None = None,
    on: dt.date | None = None,
    comment: str = "",
    seen: int | None = None,
    **details: Any,
) -> Step:
    """Do ``action`` (chain.md §3.1, §3.4) on one file. ``details`` are what the row ``takes`` and ``may_take``;
    ``seen`` is the last event of this action that the user knew of (projects/once.py).

    The day is the paper's, or ``on``, or today. Raises Stale, Forbidden, NeedsReason, Refused (also LimitExceeded)
    with Vietnamese sentences; then nothing was written.
    """
    rows = route_of(year).rows(action)
    if any(row.list_act for row in rows):
        raise Refused(f"Việc “{rows[0].label}” làm trên danh mục nhiều hồ sơ, không trên từng hồ sơ.")
    paper = details.get("paper")
    day = paper.dated if isinstance(paper, PaperData) else on or today()
    with rules_in_words(), transaction.atomic():
        if rows:
            refuse_second(CHAIN.lock(year), action, rows[0].label, seen=seen)
        before = open_tasks([year])
        step = CHAIN.perform(
            year,
            action,
            by=by,
            on=day,
            today=today(),
            expected_state=expected_state,
            comment=comment,
            details=details,
        )
        tell_of([step], before, by=by)
        return step


def resolve_finding(
    inspection: Inspection, *, by: Position, waiver: str = "", on: dt.date | None = None
) -> None:
    """Close a finding: it was put right, or acceptance and payment may go on for the reason in ``waiver``.

    The unit, and whose task is possible again, are told.
    Only heads of the bodies that inspect may; raises Forbidden, Stale when it was closed before, or Refused."""
    with transaction.atomic():
        year = CHAIN.lock(inspection.project_year)
        CHAIN.may(year, "inspect", by)
        inspection = Inspection.objects.select_for_update(of=("self",)).get(pk=inspection.pk)
        if not inspection.finding:
            raise Refused("Lần kiểm tra này không có kiến nghị.")
        if inspection.resolved_on is not None:
            raise Stale("Kiến nghị này đã được ghi nhận trước đó.")
        before = open_tasks([year])
        inspection.resolved_on = on or today()
        inspection.waiver = waiver
        inspection.resolved_by = by
        inspection.save(update_fields=["resolved_on", "waiver", "resolved_by"])
        inspection.project_year = year
        tell_of_closed_finding(inspection, before, by=by)
