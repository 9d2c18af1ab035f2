"""Writing a file: create it, save its parts. Each save names the version it was made from; an older one is refused
with both values, so two tabs and two people never overwrite each other silently."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Model, QuerySet

from accounts.consortia import consortium_tenant
from accounts.models import (
    IMPLEMENTING_KINDS,
    UNIT_WRITERS,
    OrganisationKind,
    Position,
    PositionKind,
    Province,
    Tenant,
)
from budgets.models import Activity, Programme
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Forbidden, Refused, Stale
from projects.chain import lock
from projects.conflicts import Conflict
from projects.estimates import line_amount
from projects.groups import writes_plan
from projects.guards import asked_counterpart, asked_support, label_of
from projects.models import (
    PARTS,
    BeneficiaryShare,
    CodeCounter,
    EstimateLine,
    Event,
    Nature,
    Project,
    ProjectKind,
    ProjectYear,
    ScheduleItem,
    YearPlan,
)
from projects.openings import Opening, opening_of
from projects.states import WRITABLE, State

R = TypeVar("R", bound=Model)

CONTENT_FIELDS = (
    "title", "activity", *PARTS, "partner", "starts_on", "ends_on", "counterpart_status", "no_double_support",
)  # fmt: skip
LINE_FIELDS = (
    "position", "line_kind", "item", "unit", "quantity", "unit_price", "national", "local", "counterpart", "other",
    "basis", "note", "vat_included",
)  # fmt: skip
SHARE_FIELDS = ("establishment", "place", "support", "counterpart")
SCHEDULE_FIELDS = ("position", "work", "responsible", "starts_on", "ends_on")


def create_project(
    *,
    by: Position,
    programme: str,
    year: int,
    title: str,
    activity: Activity,
    kind: str = ProjectKind.PROJECT,
    nature: str = Nature.ORDINARY,
    provinces: Sequence[Province] = (),
    is_illustration: bool = False,
    on: dt.date | None = None,
) -> Project:
    """Start a draft of ``programme`` for the plan ``year`` at the unit of ``by``, in ``provinces`` (default: its own).

    A file of several provinces, or of a unit that belongs to none, is its consortium's; the agency's own task, the
    nation's. The code comes from the system and is unique over all tenants. ``on`` (default today) is the day of the
    draft. Raises Forbidden when ``by`` writes no files, Refused for provinces or a programme that his unit cannot take,
    for a group that is no project.
    """
    require_author(by)
    if fault := nature_fault(programme, kind, nature):
        raise Refused(fault)
    organisation = by.organisation
    assert by.person is not None
    places = _places(by, programme, kind, provinces)
    tenant = _tenant(by, places)
    national = organisation.kind == OrganisationKind.AGENCY
    day = on or today()
    with transaction.atomic():
        project = Project.objects.create(
            tenant=tenant,
            sent_to_nation=national,
            nation_writes=national,
            code=_next_code(programme, year, places[0].slug if places else ""),
            programme=programme,
            year=year,
            kind=kind,
            nature=nature,
            title=title,
            activity=activity,
            province=places[0] if len(places) == 1 else None,
            implementer=organisation,
            author=by,
            is_illustration=is_illustration,
        )
        create_year(project, year, by=by, on=day)
    return project


def create_year(project: Project, year: int, *, by: Position, on: dt.date, **details: Any) -> ProjectYear:
    """The draft of a budget year, begun by ``by`` on the day, and the event that says so."""
    assert by.person is not None
    begun = ProjectYear.objects.create(
        tenant_id=project.tenant_id, project=project, year=year, state_since=on
    )
    Event.objects.create(
        tenant_id=project.tenant_id,
        project_year=begun,
        action="create",
        from_state=State.DRAFT,
        to_state=State.DRAFT,
        submission=0,
        position=by,
        person=by.person,
        organisation=by.organisation,
        effective_on=on,
        details=details,
    )
    return begun


def nature_fault(programme: str, kind: str, nature: str) -> str:
    """What stands against a file of this nature; "" when nothing does."""
    if nature == Nature.GROUP and kind != ProjectKind.PROJECT:
        return "Chỉ đề án lập được theo nhóm; nhiệm vụ, dự toán riêng thì không."
    if nature == Nature.FLAGSHIP and (kind != ProjectKind.PROJECT or programme != Programme.NATIONAL):
        return (
            "Đề án điểm là đề án khuyến công quốc gia (Thông tư 36/2013/TT-BCT, điều 2.3); nhiệm vụ, dự toán riêng và "
            "đề án địa phương thì không."
        )
    return ""


def _places(by: Position, programme: str, kind: str, asked: Sequence[Province]) -> list[Province]:
    """Where the file lies, each province once. Raises Refused."""
    own = by.organisation.province
    places = sorted({each.pk: each for each in asked}.values(), key=lambda each: each.name_sort)
    if by.organisation.kind == OrganisationKind.AGENCY:
        if programme != Programme.NATIONAL or places or kind == ProjectKind.PROJECT:
            raise Refused(
                "Cục chỉ lập nhiệm vụ, dự toán của chính Cục trong chương trình quốc gia, không gắn với tỉnh nào."
            )
        return []
    if own is not None and not places:
        return [own]
    if not places:
        raise Refused("Chưa chọn tỉnh, thành phố thực hiện. Hãy chọn ít nhất một tỉnh.")
    if own is not None and own not in places:
        raise Refused(f"Đề án của trung tâm phải thực hiện cả ở {own.name}. Hãy chọn thêm {own.name}.")
    if programme == Programme.LOCAL and places != [own]:
        raise Refused(
            "Đề án khuyến công địa phương do trung tâm của tỉnh lập, chỉ trong tỉnh mình. Hãy chọn chương trình quốc "
            "gia, hoặc bỏ các tỉnh khác."
        )
    if ended := [each.name for each in places if each.valid_to is not None and each.valid_to < today()]:
        raise Refused(f"{', '.join(ended)} không còn; hãy chọn tỉnh, thành phố hiện nay.")
    return places


def _tenant(by: Position, places: Sequence[Province]) -> Tenant:
    """Whose rows the file is: the own tenant's, or that of those who share it."""
    organisation = by.organisation
    alone = organisation.province is not None and list(places) == [organisation.province]
    if alone or organisation.kind == OrganisationKind.AGENCY:
        return organisation.tenant
    return consortium_tenant(places, by=by)


def may_create(by: Position) -> bool:
    """Whether ``by`` may start a file: people of a unit that carries them out, officers of the agency its own tasks."""
    if by.organisation.kind == OrganisationKind.AGENCY:
        return by.kind == PositionKind.OFFICER
    return by.organisation.kind in IMPLEMENTING_KINDS and by.kind in UNIT_WRITERS


def require_author(by: Position) -> None:
    """Raise Forbidden when ``by`` may not start a file."""
    if not may_create(by):
        raise Forbidden("Chỉ cán bộ, Giám đốc của đơn vị thực hiện được lập đề án.")


def _next_code(programme: str, year: int, slug: str) -> str:
    prefix = f"KCQG-{year}" if programme == Programme.NATIONAL else f"KCDP-{slug.upper()}-{year}"
    table = CodeCounter._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" (prefix, last) VALUES (%s, 1) '  # noqa: S608 (the model's own table)
            f'ON CONFLICT (prefix) DO UPDATE SET last = "{table}".last + 1 RETURNING last',
            [prefix],
        )
        return f"{prefix}-{cursor.fetchone()[0]:04d}"


APPROVED_AS_ONE = (
    "Nội dung đề án đã được duyệt chung cho các năm, không sửa trong phần của một năm. Khi phần này được phê duyệt, "
    "hãy đề nghị điều chỉnh."
)


def may_write_content(year: ProjectYear, by: Position) -> bool:
    """Whether ``by`` writes the content now: that of a later budget year was approved with the first."""
    return may_write(year, by) and not year.is_later_year


def may_write(year: ProjectYear, by: Position) -> bool:
    """Whether ``by`` writes this file now: people of the implementing unit, while it is a draft or was returned."""
    return (
        year.state in WRITABLE
        and by.organisation_id == year.project.implementer_id
        and by.kind in UNIT_WRITERS
    )


def save_content(year: ProjectYear, *, by: Position, version: int, values: Mapping[str, Any]) -> int:
    """Save fields of the eight parts; answers the new version. Unknown or closed fields raise Refused."""
    with transaction.atomic():
        project, opening = lock_for_writing(year, by)
        for name in values:
            if name not in CONTENT_FIELDS:
                raise Refused(f"Không có mục “{name}” trong nội dung đề án.")
        if year.is_later_year and any(getattr(project, name) != values[name] for name in values):
            raise Refused(APPROVED_AS_ONE)
        refuse_closed(opening, "file", {name for name in values if getattr(project, name) != values[name]})
        if version != project.version:
            _refuse_old(project, values)
        for name, value in values.items():
            setattr(project, name, value)
        try:
            project.clean_fields(exclude=["author", "code", "search"])
        except ValidationError as error:
            raise Refused(*error.messages) from error
        if project.starts_on and project.ends_on and project.ends_on < project.starts_on:
            raise Refused("Ngày kết thúc phải sau ngày bắt đầu.")
        return bump(project)


def save_estimate(
    year: ProjectYear, *, by: Position, version: int, lines: Sequence[Mapping[str, Any]]
) -> int:
    """Replace the estimate by ``lines`` (LINE_FIELDS; ``amount`` is computed, in đồng); answers the new version.

    In a returned file only the opened lines may differ."""
    with transaction.atomic():
        project, opening = lock_for_writing(year, by)
        old = list(EstimateLine.objects.filter(project_year=year))
        new = [_line(year, order, line) for order, line in enumerate(lines)]
        if version != project.version:
            refuse_old_rows(project, "estimate", "Dự toán", old, new, LINE_FIELDS)
        _check_rows(opening, "estimate", old, new, LINE_FIELDS, key=lambda line: line.position)
        replace_rows(EstimateLine.objects.filter(project_year=year), len(old), new)
        keep_first_year(year)
        return bump(project)


def replace_rows(rows: QuerySet[R], there: int, new: Sequence[R]) -> None:
    """Put ``new`` in place of ``rows``, of which ``there`` were read. Row security deletes nothing, and says nothing,
    where a position may not: then no second copy is written."""
    deleted = rows.delete()[1].get(rows.model._meta.label, 0)
    if deleted != there:
        raise RuntimeError(f"{deleted} of {there} rows of {rows.model._meta.db_table} deleted")
    rows.model._default_manager.bulk_create(new)


def keep_first_year(year: ProjectYear) -> None:
    """The part of a project's first year asks what the estimate of that year does."""
    if not year.is_later_year:
        YearPlan.objects.filter(project=year.project_id, year=year.year, approved=None).update(
            support=asked_support(year), counterpart=asked_counterpart(year)
        )


def _line(year: ProjectYear, order: int, values: Mapping[str, Any]) -> EstimateLine:
    line = EstimateLine(
        tenant_id=year.tenant_id,
        sent_to_nation=year.sent_to_nation,
        nation_writes=year.nation_writes,
        project_year=year,
        order=order,
        **{name: values[name] for name in LINE_FIELDS if name in values},
    )
    line.position = line.position or str(order + 1)
    line.amount = line_amount(Decimal(line.quantity), line.unit_price)
    if line.national and line.local:
        raise Refused(
            f"Dự toán dòng {line.position}: một dòng chỉ nhận một nguồn khuyến công, KCQG hoặc KCĐP "
            "(TTLT 26/2014, điều 7.4). Hãy tách thành hai dòng."
        )
    return line


def save_shares(year: ProjectYear, *, by: Position, version: int, shares: Sequence[Mapping[str, Any]]) -> int:
    """Replace the beneficiaries' parts (SHARE_FIELDS, đồng); answers the new version. A group project names them after
    the allocation, in its plan of implementation."""
    with transaction.atomic():
        project, opening = lock_for_writing(year, by, plan=True)
        old = list(BeneficiaryShare.objects.filter(project_year=year))
        new = [
            BeneficiaryShare(
                tenant_id=year.tenant_id,
                sent_to_nation=year.sent_to_nation,
                nation_writes=year.nation_writes,
                project_year=year,
                **{name: values[name] for name in SHARE_FIELDS if name in values},
            )
            for values in shares
        ]
        if len({share.establishment_id for share in new}) < len(new):
            raise Refused("Một cơ sở chỉ có một dòng trong danh sách thụ hưởng. Hãy gộp các dòng trùng.")
        if version != project.version:
            refuse_old_rows(project, "beneficiaries", "Cơ sở thụ hưởng", old, new, SHARE_FIELDS)
        _check_rows(
            opening, "beneficiaries", old, new, SHARE_FIELDS, key=lambda share: str(share.establishment_id)
        )
        replace_rows(BeneficiaryShare.objects.filter(project_year=year), len(old), new)
        return bump(project)


def save_schedule(
    year: ProjectYear, *, by: Position, version: int, items: Sequence[Mapping[str, Any]]
) -> int:
    """Replace the schedule (SCHEDULE_FIELDS); answers the new version. It belongs to part 5, ``content``."""
    with transaction.atomic():
        project, opening = lock_for_writing(year, by)
        new = [
            ScheduleItem(
                tenant_id=year.tenant_id,
                sent_to_nation=year.sent_to_nation,
                nation_writes=year.nation_writes,
                project_year=year,
                **{name: item[name] for name in SCHEDULE_FIELDS if name in item},
            )
            for item in items
        ]
        old = list(ScheduleItem.objects.filter(project_year=year))
        if [values_of(item, SCHEDULE_FIELDS) for item in old] != [
            values_of(item, SCHEDULE_FIELDS) for item in new
        ]:
            refuse_closed(opening, "file", {"content"})
        if version != project.version:
            refuse_old_rows(project, "schedule", "Tiến độ", old, new, SCHEDULE_FIELDS)
        replace_rows(ScheduleItem.objects.filter(project_year=year), len(old), new)
        return bump(project)


def lock_for_writing(year: ProjectYear, by: Position, *, plan: bool = False) -> tuple[Project, Opening]:
    """The project, locked, and what is open; with ``plan`` also what a group project's plan opens. Raises Forbidden
    for other people, Stale for a file that has gone.

    The file first, as acts do: what is being sent, returned or withdrawn is not written at the same time."""
    year = lock(year)
    project = (
        Project.objects.select_for_update(of=("self",))
        .select_related("activity", "province", "tenant")
        .get(pk=year.project_id)
    )
    if by.organisation_id != project.implementer_id or by.kind not in UNIT_WRITERS:
        raise Forbidden("Chỉ người của đơn vị thực hiện được sửa hồ sơ này.")
    if plan and writes_plan(year, by, today()):
        return project, Opening(everything=True)
    if year.state not in WRITABLE:
        raise Stale(
            f"Hồ sơ đã ở trạng thái “{year.get_state_display()}” nên không sửa được nữa. "
            "Chữ vừa gõ vẫn được giữ trên máy này; hãy tải lại trang để xem."
        )
    return project, opening_of(year)


def bump(project: Project) -> int:
    project.version += 1
    project.save()
    return project.version


def refuse_closed(opening: Opening, section: str, names: set[str]) -> None:
    closed = sorted(name for name in names if not opening.has(section, "", name))
    if closed:
        labels = ", ".join(label_of(name) for name in closed)
        raise Refused(
            f"Hồ sơ đang trả lại: chỉ sửa được mục nêu trong lý do trả lại. Mục đang khóa: {labels}."
        )


def _refuse_old(project: Project, values: Mapping[str, Any]) -> None:
    """Raise Conflict when the saved values differ from those of an older version; equal ones may pass."""
    theirs = {
        name: (label_of(name), getattr(project, name))
        for name, value in values.items()
        if name in CONTENT_FIELDS and getattr(project, name) != value
    }
    if theirs:
        raise Conflict(project.version, theirs)


def refuse_old_rows(
    project: Project, name: str, label: str, old: Sequence[Any], new: Sequence[Any], fields: Sequence[str]
) -> None:
    saved = [values_of(row, fields) for row in old]
    if saved != [values_of(row, fields) for row in new]:
        raise Conflict(project.version, {name: (label, saved)})


def values_of(row: Any, fields: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in fields}


def _check_rows(
    opening: Opening, section: str, old: Sequence[Any], new: Sequence[Any], fields: Sequence[str], *, key: Any
) -> None:
    """In a returned file: rows stay in their order, and only opened fields of a row differ."""
    if opening.everything:
        return
    before, after = _by_key(old, key), _by_key(new, key)
    if list(before) != list(after) and not opening.adds_rows(section):
        raise Refused(
            "Hồ sơ đang trả lại: không thêm, bớt, đổi chỗ dòng ở phần này vì lý do trả lại không nêu."
        )
    for name, nth in before.keys() & after.keys():
        row, other = before[name, nth], after[name, nth]
        changed = {field for field in fields if getattr(row, field) != getattr(other, field)}
        closed = {field for field in changed if not opening.has(section, name, field)}
        if closed:
            raise Refused(f"Hồ sơ đang trả lại: dòng {name} không nằm trong các mục được mở để sửa.")


def _by_key(rows: Sequence[Any], key: Any) -> dict[tuple[str, int], Any]:
    """Rows by key and by which of its bearers they are: two rows of one number hide no third."""
    found: dict[tuple[str, int], Any] = {}
    for row in rows:
        nth = sum(name == key(row) for name, _ in found)
        found[key(row), nth] = row
    return found
