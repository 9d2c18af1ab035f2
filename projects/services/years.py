"""Projects over several budget years: writing the split, and beginning the next year's part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts.models import Position
from accounts.queries import merged_bodies
from budgets.limits import rules_in_words
from budgets.models import Activity
from khuyencong.lib.dates import today, years_later
from khuyencong.lib.workflow import Forbidden, Refused, Stale
from projects.chain import lock
from projects.models import (
    BeneficiaryShare,
    Document,
    EstimateLine,
    Nature,
    OtherActivity,
    ProjectYear,
    ScheduleItem,
    YearPlan,
)
from projects.openings import REQUEST_LETTER
from projects.queries import files_visible_to
from projects.services.files import (
    APPROVED_AS_ONE,
    LINE_FIELDS,
    SCHEDULE_FIELDS,
    SHARE_FIELDS,
    bump,
    create_year,
    keep_first_year,
    lock_for_writing,
    may_create,
    refuse_closed,
    refuse_old_rows,
    replace_rows,
    values_of,
)
from projects.years import (
    MOST_YEARS,
    NO_MONEY,
    YEAR_FIELDS,
    lost_year,
    may_be_over_years,
    next_year,
    why_not_begun,
    year_plans,
)


def save_years(
    year: ProjectYear,
    *,
    by: Position,
    version: int,
    parts: Sequence[Mapping[str, Any]],
    activities: Iterable[Activity] | None = None,
) -> int:
    """Replace the split by years (YEAR_FIELDS without ``year``: the first row is the first budget year, each next one
    year later; money of the first follows its estimate, đồng) and, unless None, the other ``activities`` of a flagship
    project; answers the new version. One row or none: a project of one year.

    The split belongs to part 5, ``content``. Raises as ``save_content``."""
    with transaction.atomic():
        project, opening = lock_for_writing(year, by)
        if year.is_later_year:
            raise Refused(APPROVED_AS_ONE)
        if len(parts) > MOST_YEARS:
            raise Refused(f"Một đề án thực hiện nhiều nhất {MOST_YEARS} năm.")
        if len(parts) > 1 and not may_be_over_years(project):
            raise Refused("Chỉ đề án được phân kỳ nhiều năm; nhiệm vụ, dự toán riêng lập theo từng năm.")
        old = list(YearPlan.objects.filter(project=project))
        new = [
            YearPlan(
                tenant_id=year.tenant_id,
                project=project,
                year=project.year + order,
                **{name: part[name] for name in YEAR_FIELDS[1:] if name in part},
            )
            for order, part in enumerate(parts if len(parts) > 1 else ())
        ]
        for kept in (old[:1], new[:1]):  # the money of the first year is its estimate's
            for row in kept:
                row.support = row.counterpart = 0
        chosen = (
            None if activities is None else sorted({each.pk for each in activities} - {project.activity_id})
        )
        others = sorted(project.other_activities.values_list("activity_id", flat=True))
        rows_differ = [values_of(row, YEAR_FIELDS) for row in old] != [
            values_of(row, YEAR_FIELDS) for row in new
        ]
        if rows_differ or (chosen is not None and chosen != others):
            refuse_closed(opening, "file", {"content"})
        if chosen and project.nature != Nature.FLAGSHIP:
            raise Refused("Chỉ đề án điểm ghi thêm nội dung hoạt động khác.")
        if version != project.version:
            refuse_old_rows(project, "years", "Các năm thực hiện", old, new, YEAR_FIELDS)
        replace_rows(YearPlan.objects.filter(project=project), len(old), new)
        project.years_planned = max(len(new), 1)
        if chosen is not None:
            rows = [
                OtherActivity(tenant_id=year.tenant_id, project=project, activity_id=key) for key in chosen
            ]
            replace_rows(OtherActivity.objects.filter(project=project), len(others), rows)
        answer = bump(project)
        keep_first_year(year)
        return answer


def may_begin(year: ProjectYear, by: Position) -> bool:
    """Whether the unit of ``by`` carries the project out, and so begins its next year."""
    return may_create(by) and year.project.implementer_id == by.organisation_id


def begin_year(year: ProjectYear, number: int, *, by: Position, on: dt.date | None = None) -> ProjectYear:
    """Begin the part of the budget year ``number`` of the project of ``year``: a draft with all that the State has of
    the year before (estimate, steps, beneficiaries, papers but the letter of request), days a year later; the unit
    writes what differs. What was approved as one stays as it is.

    ``on`` (default today) is the day of the draft. Raises Forbidden for other people, Stale when the part was begun
    before, Refused when it may not be begun."""
    if not may_begin(year, by):
        raise Forbidden("Chỉ người của đơn vị thực hiện lập phần kinh phí các năm của đề án.")
    assert by.person is not None
    day = on or today()
    with rules_in_words():
        of_project = ProjectYear.objects.filter(project=year.project_id).order_by("year")
        lock(of_project[0])  # of two who begin at once the second reads what the first has begun
        files = [lock(file) for file in of_project]
        if twin := next((file for file in files if file.year == number), None):
            if twin.state in NO_MONEY and twin.is_later_year:
                raise Refused(lost_year(twin, year_plans(twin.project)))
            raise Stale(
                f"Phần kinh phí năm {number} đã được lập, đang ở trạng thái “{twin.get_state_display()}”."
            )
        if fault := why_not_begun(files):
            raise Refused(fault)
        project = files[0].project
        if next_year(project, files) != number:
            raise Refused(f"Năm {number} không phải năm tiếp theo có kinh phí được duyệt của đề án.")
        last = files[-1]
        begun = create_year(project, number, by=by, on=day, after=last.year)
        _take_over(last, begun)
    return files_visible_to(by).get(pk=begun.pk)


def _take_over(last: ProjectYear, begun: ProjectYear) -> None:
    years = begun.year - last.year
    tenant = begun.tenant_id
    EstimateLine.objects.bulk_create(
        EstimateLine(
            tenant_id=tenant,
            project_year=begun,
            order=line.order,
            amount=line.amount,
            **values_of(line, LINE_FIELDS),
        )
        for line in last.estimate.all()
    )
    ScheduleItem.objects.bulk_create(
        ScheduleItem(
            tenant_id=tenant,
            project_year=begun,
            **values_of(item, SCHEDULE_FIELDS)
            | {name: years_later(getattr(item, name), years) for name in ("starts_on", "ends_on")},
        )
        for item in last.schedule.all()
    )
    if begun.project.nature != Nature.GROUP:  # named by the plan of implementation of each year
        BeneficiaryShare.objects.bulk_create(
            BeneficiaryShare(tenant_id=tenant, project_year=begun, **values_of(share, SHARE_FIELDS))
            for share in last.shares.select_related("establishment")
        )
    Document.objects.bulk_create(
        Document(
            tenant_id=tenant,
            project_year=begun,
            **{name: getattr(document, name) for name in _DOCUMENT_FIELDS},
        )
        for document in last.documents.filter(
            removed_at__isnull=True,
            uploaded_by__organisation__in=merged_bodies(begun.project.implementer),
        )
        if document.code != REQUEST_LETTER
    )


_DOCUMENT_FIELDS = (
    "code", "title", "number", "dated", "original_at", "uploaded_by", "file", "file_name", "content_type", "size",
    "sha256",
)  # fmt: skip
