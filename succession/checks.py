"""Why a plan cannot be carried out, as sentences that say what to do. Asked on the pages and again on the day."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.core.exceptions import ValidationError

from accounts.models import (
    HEAD_OF,
    HEADS,
    Organisation,
    OrganisationName,
    PositionKind,
    Province,
    ProvinceName,
    ProvinceRegion,
    Region,
    UnitType,
    User,
    valid_on,
)
from accounts.services import check_position
from khuyencong.lib.dates import short_date
from succession.models import Change, Kind, Status
from succession.plans import ONE_OF, Plan, bodies_of, held_positions
from succession.queries import counts_of, later_acts
from succession.signing import authorisations_ending, rules_ending


def obstacles(change: Change, plan: Plan) -> list[str]:
    """Sentences; empty when the plan may be carried out."""
    if change.kind in {Kind.MERGE, Kind.SPLIT}:
        found = [*_units(change, plan), *_bodies(plan), *_people(change, plan), *_signing(change, plan)]
        return found or _doings(change, plan)
    return [*_names(change, plan), *_regions(change, plan)]


def _units(change: Change, plan: Plan) -> list[str]:
    day, eve = change.day, change.day - dt.timedelta(days=1)
    units = {unit.pk: unit for unit in Province.objects.filter(pk__in=plan.sources)}
    found = []
    for unit in units.values():
        if unit.valid_to is not None or unit.successor_id is not None:
            found.append(
                f"{unit.name} đã kết thúc ngày {short_date(unit.valid_to or eve)}; không thay đổi được nữa."
            )
        elif unit.valid_from > eve:
            found.append(
                f"{unit.name} chỉ có từ {short_date(unit.valid_from)}. Hãy chọn ngày có hiệu lực sau ngày đó."
            )
    least = 2 if change.kind == Kind.MERGE else 1
    if len(units) < least:
        found.append("Nhập cần ít nhất hai đơn vị." if least == 2 else "Hãy chọn đơn vị được chia, tách.")
    if change.kind == Kind.SPLIT and len(plan.targets) < 2:
        found.append("Chia, tách cần ít nhất hai đơn vị sau thay đổi.")
    if change.kind == Kind.MERGE and len(plan.targets) != 1:
        found.append("Nhập chỉ có một đơn vị sau thay đổi.")
    taken = set(
        Province.objects.filter(valid_on(day)).exclude(pk__in=plan.sources).values_list("slug", flat=True)
    )
    for target in plan.targets:
        if not (target.name and target.full_name and target.slug):
            found.append("Đơn vị sau thay đổi chưa có đủ tên, tên đầy đủ và định danh.")
        if target.region not in Region.values:
            found.append(f"Hãy chọn vùng khuyến công của {target.name or 'đơn vị mới'}.")
        if target.unit_type not in UnitType.values:
            found.append(f"Hãy chọn loại đơn vị của {target.name or 'đơn vị mới'}.")
        if target.slug in taken:
            found.append(f"Định danh “{target.slug}” đang là của đơn vị khác. Hãy chọn định danh khác.")
        if target.province is not None and target.province not in plan.sources:
            found.append(f"{target.name} không phải một trong các đơn vị được sắp xếp.")
        taken.add(target.slug)
    found += _later_rows(day, plan.sources)
    busy = (
        Change.objects.filter(status__in=[Status.READY, Status.DRAFT])
        .exclude(pk=change.pk)
        .values_list("pk", "plan", "status")
    )
    for pk, other, status in busy:
        if status == Status.READY and set(other.get("sources", [])) & set(plan.sources):
            found.append(
                f"Thay đổi số {pk} đã duyệt cho cùng đơn vị. Hãy thực hiện hoặc hủy thay đổi đó trước."
            )
    return found


def _later_rows(day: dt.date, provinces: list[int]) -> list[str]:
    """Something already dated on the day or later stands in the way: the change would come before it."""
    rows = (
        ("tên gọi của đơn vị", ProvinceName.objects.filter(province__in=provinces)),
        ("vùng khuyến công", ProvinceRegion.objects.filter(province__in=provinces)),
        ("tên gọi của tổ chức", OrganisationName.objects.filter(organisation__province__in=provinces)),
        ("tổ chức", Organisation.objects.filter(province__in=provinces)),
    )
    found = []
    for noun, query in rows:
        last = query.filter(valid_from__gte=day).order_by("-valid_from").first()
        if last is not None:
            found.append(_too_early(noun, last.valid_from))
    return found


def _too_early(what: str, last: dt.date) -> str:
    return f"Đã có {what} ghi ngày {short_date(last)}. Hãy chọn ngày có hiệu lực sau ngày đó."


def _bodies(plan: Plan) -> list[str]:
    found = []
    slugs = Counter((body.slug) for body in plan.bodies)
    for body in plan.bodies:
        if not (body.name and body.symbol and body.place and body.slug):
            found.append(f"Tổ chức “{body.name or body.slug}” chưa có đủ tên, ký hiệu văn bản, địa danh.")
        if slugs[body.slug] > 1:
            found.append(f"Định danh “{body.slug}” được dùng cho hai tổ chức.")
    missing = [pk for pk, key in plan.heirs.items() if plan.body(key) is None]
    if missing:
        slugs_of = Organisation.objects.filter(pk__in=missing).values_list("slug", flat=True)
        found.append(f"Chưa có tổ chức kế thừa cho: {', '.join(sorted(slugs_of))}.")
    return list(dict.fromkeys(found))


def _people(change: Change, plan: Plan) -> list[str]:
    held = {position.pk: position for position in held_positions(plan.heirs, change.day)}
    seated = {seat.position for seat in plan.seats}
    found = []
    new = [position for pk, position in held.items() if pk not in seated]
    if new:
        people = ", ".join(sorted(str(position.person) for position in new))
        found.append(
            f"Có người mới được giao chức vụ sau khi lập phương án: {people}. Hãy mở lại phần Con người."
        )
    units = Province.objects.filter(pk__in=plan.sources)
    if set(plan.heirs) != {body.pk for body in bodies_of(units, change.day - dt.timedelta(days=1))}:
        found.append("Các tổ chức của đơn vị đã khác lúc lập phương án. Hãy hủy thay đổi này và lập lại.")
    single: Counter[tuple[str, str]] = Counter()
    kinds: dict[tuple[str, int], set[str]] = {}
    for seat in plan.seats:
        position, body = held.get(seat.position), plan.body(seat.body)
        if position is None or body is None:
            continue
        if position.valid_from >= change.day and body.organisation != position.organisation_id:
            found.append(_too_early(f"chức vụ của {position.person}", position.valid_from))
        try:
            check_position(Organisation(kind=body.kind), seat.kind)
        except ValidationError:
            found.append(f"{position.person}: loại tổ chức của {body.name} không có chức danh đã chọn.")
        if seat.kind in ONE_OF:
            single[body.key, seat.kind] += 1
        if position.person_id is not None:
            kinds.setdefault((body.key, position.person_id), set()).add(seat.kind)
    for (key, kind), n in single.items():
        body = plan.body(key)
        if n > 1 and body is not None:
            found.append(
                f"{body.name} có {n} người cùng giữ chức danh chỉ một người giữ ({PositionKind(kind).label})."
            )
    for (key, person), held_by_one in kinds.items():
        body = plan.body(key)
        if PositionKind.ACCOUNTANT in held_by_one and held_by_one & {*HEADS, *HEAD_OF} and body is not None:
            found.append(
                f"{User.objects.get(pk=person)} vừa là kế toán trưởng vừa đứng đầu hoặc là cấp phó của {body.name}. "
                "Hãy chọn chức danh khác cho một trong hai chỗ."
            )
    return found


def _signing(change: Change, plan: Plan) -> list[str]:
    """A right to sign that begins only after it would have ended with its body."""
    rows = (
        ("phân công ký", rules_ending(plan)),
        ("văn bản ủy quyền", authorisations_ending(plan)),
    )
    found = []
    for what, query in rows:
        last = query.filter(valid_from__gte=change.day).order_by("-valid_from").first()
        if last is not None:
            found.append(_too_early(f"{what} số {last.number}", last.valid_from))
    return found


def _doings(change: Change, plan: Plan) -> list[str]:
    """What people did on the day or later in the old bodies, and what is being made for them right now."""
    ending = plan.ending_bodies
    found = [_too_early(what, last) for what, last in later_acts(ending, change.day)] if ending else []
    tenants = list(Province.objects.filter(pk__in=plan.ending).values_list("tenant_id", flat=True))
    working = counts_of(tenants)["working"] if tenants else 0
    if working:
        found.append(f"Đang lập {working} tệp báo cáo cho các đơn vị này. Hãy đợi lập xong rồi làm lại.")
    return found


def _names(change: Change, plan: Plan) -> list[str]:
    found = []
    for row in (*plan.provinces, *plan.organisations):
        if not row.name:
            found.append("Hãy ghi đủ các tên mới.")
    for named in plan.organisations:
        if not (named.symbol and named.place):
            found.append(f"“{named.name}” chưa có ký hiệu văn bản hoặc địa danh.")
    provinces = [row.pk for row in plan.provinces]
    last = ProvinceName.objects.filter(province__in=provinces, valid_from__gte=change.day).first()
    if last is not None:
        found.append(_too_early("tên gọi của đơn vị", last.valid_from))
    later = OrganisationName.objects.filter(
        organisation__in=[row.pk for row in plan.organisations], valid_from__gte=change.day
    ).first()
    if later is not None:
        found.append(_too_early("tên gọi của tổ chức", later.valid_from))
    ended = Province.objects.filter(pk__in=provinces, valid_to__isnull=False)
    ended_bodies = Organisation.objects.filter(
        pk__in=[row.pk for row in plan.organisations], valid_to__isnull=False
    )
    if ended.exists() or ended_bodies.exists():
        found.append("Có đơn vị đã kết thúc hoạt động; tên của quá khứ không đổi được.")
    return list(dict.fromkeys(found))


def _regions(change: Change, plan: Plan) -> list[str]:
    found = []
    if any(region not in Region.values for region in plan.regions.values()):
        found.append("Hãy chọn vùng mới của mỗi đơn vị.")
    last = ProvinceRegion.objects.filter(province__in=plan.regions, valid_from__gte=change.day).first()
    if last is not None:
        found.append(_too_early("vùng khuyến công", last.valid_from))
    if Province.objects.filter(pk__in=plan.regions, valid_to__isnull=False).exists():
        found.append("Có đơn vị đã kết thúc hoạt động; vùng của quá khứ không đổi được.")
    return found
