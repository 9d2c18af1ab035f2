"""Loads who exists from khuyencong/data: provinces then and now, their bodies, the national bodies, holidays.

Creates what is missing and never overwrites; a parent that has rows of a kind stays as the operator keeps it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import (
    FIRST_DAY,
    PROVINCIAL_KINDS,
    UNIT_KINDS,
    BudgetUnit,
    Holiday,
    Organisation,
    OrganisationKind,
    OrganisationName,
    Position,
    PositionKind,
    Province,
    ProvinceName,
    ProvinceRegion,
    Region,
    Tenant,
    UnitType,
)
from khuyencong import data
from khuyencong.lib.vietnamese import sort_key

MERGER = dt.date(2025, 7, 1)  # Resolution 202/2025/QH15: 63 units become 34
HUE_CITY = dt.date(2025, 1, 1)
DONG_NAI_CITY = dt.date(2026, 4, 30)
EVE_OF_MERGER = MERGER - dt.timedelta(days=1)
UNCHANGED = "giữ nguyên"
CITY = "Thành phố "

REGIONS = {label: value for value, label in Region.choices}
NAME_SOURCES = {
    FIRST_DAY: "Danh mục 63 tỉnh, thành phố",
    HUE_CITY: "Nghị quyết 175/2024/QH15",
    MERGER: "Nghị quyết 202/2025/QH15",
    DONG_NAI_CITY: "Một nguồn, cần đối chiếu",
}
INHERITED = "kế thừa từ các tỉnh cũ, chưa có danh sách chính thức"

# In the order in which they are founded: a superior before its subordinates.
BODIES = (
    (OrganisationKind.PEOPLES_COMMITTEE, "ubnd", "Ủy ban nhân dân", "UBND", None),
    (OrganisationKind.DEPARTMENT, "so-cong-thuong", "Sở Công Thương", "SCT", "ubnd"),
    (OrganisationKind.FINANCE_DEPARTMENT, "so-tai-chinh", "Sở Tài chính", "STC", "ubnd"),
    (OrganisationKind.CENTRE, "trung-tam-khuyen-cong", "Trung tâm Khuyến công", "TTKC", "so-cong-thuong"),
)

Phase = tuple[str, dt.date, dt.date | None]


@dataclass(frozen=True)
class Unit:
    """One provincial unit during its existence."""

    slug: str
    code: str
    name: str
    names: list[Phase]
    regions: list[tuple[str, str]]
    valid_from: dt.date
    valid_to: dt.date | None = None
    successor: str | None = None


def phases(values: Iterable[tuple[dt.date, str]], until: dt.date | None) -> list[Phase]:
    """Values that hold from a day on, as (value, from, to); equal neighbours are one phase."""
    found: list[Phase] = []
    for start, value in values:
        if found and found[-1][0] == value:
            continue
        if found:
            found[-1] = (*found[-1][:2], start - dt.timedelta(days=1))
        found.append((value, start, until))
    return found


def units() -> list[Unit]:
    """The 34 units of today, of which eleven stood before, then the 52 that ended with 30 June 2025."""
    old = {row["slug"]: row for row in data.rows("provinces-63")}
    new = data.rows("provinces-34")
    slug_of = {row["code"]: row["slug"] for row in new}
    today: list[Unit] = []
    for row in new:
        before = old.pop(row["slug"]) if row["change"] == UNCHANGED else None
        now = [(MERGER, row["full_name_2025_07_01"]), (DONG_NAI_CITY, row["full_name_2026_04_30"])]
        region = row["khuyencong_region_default"]
        today.append(
            Unit(
                slug=row["slug"],
                code=row["code"],
                name=row["name"],
                names=phases([*_old_names(before), *now] if before else now, None),
                regions=[(region, before["khuyencong_evidence"] if before else INHERITED)],
                valid_from=FIRST_DAY if before else MERGER,
            )
        )
    ended = [
        Unit(
            slug=row["slug"],
            code=row["code"],
            name=row["name"],
            names=phases(_old_names(row), EVE_OF_MERGER),
            regions=[(row["khuyencong_region"], row["khuyencong_evidence"])],
            valid_from=FIRST_DAY,
            valid_to=EVE_OF_MERGER,
            successor=slug_of[row["new_code"]],
        )
        for row in old.values()
    ]
    return today + ended


def _old_names(row: dict[str, str]) -> list[tuple[dt.date, str]]:
    return [(FIRST_DAY, row["full_name_2024"]), (HUE_CITY, row["full_name_2025h1"])]


def load_provinces() -> int:
    """Provinces with tenant, names and regions; returns how many were created."""
    known = set(Province.objects.values_list("slug", "valid_from"))
    missing = [unit for unit in units() if (unit.slug, unit.valid_from) not in known]
    tenants = Tenant.objects.bulk_create(
        Tenant(
            kind=Tenant.Kind.PROVINCE,
            name=unit.name if unit.valid_to is None else f"{unit.name} (đến {unit.valid_to:%d/%m/%Y})",
        )
        for unit in missing
    )
    heirs = {province.slug: province for province in Province.objects.filter(valid_to=None)}
    provinces: list[Province] = []
    pairs = list(zip(missing, tenants, strict=True))
    for generation in (None, EVE_OF_MERGER):  # heirs first, for the key that points to them
        created = Province.objects.bulk_create(
            Province(
                slug=unit.slug,
                code=unit.code,
                name=unit.name,
                name_sort=sort_key(unit.name),
                valid_from=unit.valid_from,
                valid_to=unit.valid_to,
                successor=heirs[unit.successor] if unit.successor else None,
                tenant=tenant,
            )
            for unit, tenant in pairs
            if unit.valid_to == generation
        )
        heirs |= {province.slug: province for province in created}
        provinces += created
    by_key = {(province.slug, province.valid_from): province for province in provinces}
    ProvinceName.objects.bulk_create(
        ProvinceName(
            province=by_key[unit.slug, unit.valid_from],
            full_name=name,
            unit_type=UnitType.CITY if name.startswith(CITY) else UnitType.PROVINCE,
            valid_from=start,
            valid_to=end,
            source=NAME_SOURCES[start],
        )
        for unit in missing
        for name, start, end in unit.names
    )
    ProvinceRegion.objects.bulk_create(
        ProvinceRegion(
            province=by_key[unit.slug, unit.valid_from],
            region=REGIONS[region],
            valid_from=unit.valid_from,
            valid_to=unit.valid_to,
            source=source,
        )
        for unit in missing
        for region, source in unit.regions
    )
    return len(missing)


def load_provincial_bodies() -> int:
    """Committee, department, finance department and centre of every province of both times."""
    existing = {
        (body.province_id, body.kind): body
        for body in Organisation.objects.filter(kind__in=PROVINCIAL_KINDS, province__isnull=False)
    }
    provinces = list(Province.objects.prefetch_related("names"))
    by_prefix = {(body.province_id, prefix): body for prefix, body in _prefixed(existing)}
    founded: list[tuple[Organisation, Province, str, str]] = []
    for kind, prefix, title, symbol, superior in BODIES:
        wanted = [province for province in provinces if (province.pk, kind) not in existing]
        created = Organisation.objects.bulk_create(
            Organisation(
                kind=kind,
                slug=f"{prefix}-{province.slug}",
                tenant_id=province.tenant_id,
                province=province,
                superior=by_prefix[province.pk, superior] if superior else None,
                valid_from=province.valid_from,
                valid_to=province.valid_to,
            )
            for province in wanted
        )
        by_prefix |= {(body.province_id, prefix): body for body in created}
        founded += [(body, province, title, symbol) for body, province in zip(created, wanted, strict=True)]
        existing |= {(body.province_id, kind): body for body in created}
    for body, province, *_ in founded:
        if province.successor_id is not None:
            body.successor = existing.get((province.successor_id, body.kind))
    Organisation.objects.bulk_update([body for body, *_ in founded if body.successor_id], ["successor"])
    OrganisationName.objects.bulk_create(
        OrganisationName(
            organisation=body,
            name=f"{title} {name.full_name[0].lower()}{name.full_name[1:]}",
            symbol=symbol,
            place=place_of(name.full_name),
            valid_from=name.valid_from,
            valid_to=name.valid_to,
        )
        for body, province, title, symbol in founded
        for name in province.names.all()
    )
    return len(founded)


def _prefixed(
    existing: dict[tuple[int | None, str], Organisation],
) -> Iterable[tuple[str, Organisation]]:
    prefixes: dict[str, str] = {kind: prefix for kind, prefix, *_ in BODIES}
    return ((prefixes[kind], body) for (_, kind), body in existing.items())


def place_of(full_name: str) -> str:
    """Place on the papers of a province's bodies: its name, with the type where it is named after a person
    (Decree 30/2020, annex I, part II)."""
    name = full_name.removeprefix("Tỉnh ").removeprefix(CITY)
    return full_name if name == "Hồ Chí Minh" else name


def load_national_bodies() -> int:
    """The national tenant, ministry, agency with its names over time, auditors, operator; regional centres, which are
    no part of the nation behind the wall, each with a tenant of its own."""
    tenant, _ = Tenant.objects.get_or_create(kind=Tenant.Kind.NATIONAL, defaults={"name": "Trung ương"})
    bodies = {body.slug: body for body in Organisation.objects.filter(province=None)}
    known = set(bodies)
    for row in data.rows("national-bodies"):
        if row["slug"] in known:
            continue
        if row["slug"] not in bodies:
            bodies[row["slug"]] = Organisation.objects.create(
                kind=row["kind"],
                slug=row["slug"],
                tenant=unit_tenant(row["name"]) if row["kind"] in UNIT_KINDS else tenant,
                superior=bodies[row["superior"]] if row["superior"] else None,
            )
        OrganisationName.objects.create(
            organisation=bodies[row["slug"]],
            name=row["name"],
            symbol=row["symbol"],
            place=row["place"],
            valid_from=row["valid_from"],
            valid_to=data.day(row["valid_to"]),
        )
    return len(bodies) - len(known)


def unit_tenant(name: str) -> Tenant:
    """A new tenant for a unit that belongs to no province."""
    return Tenant.objects.create(kind=Tenant.Kind.UNIT, name=name[:120])


def found_unit(slug: str, name: str, *, symbol: str, place: str, since: dt.date = FIRST_DAY) -> Organisation:
    """A service organisation with the name that it bears from ``since`` on, and a tenant of its own."""
    unit = Organisation.objects.create(
        kind=OrganisationKind.SERVICE_ORGANISATION, slug=slug, tenant=unit_tenant(name), valid_from=since
    )
    OrganisationName.objects.create(
        organisation=unit, name=name, symbol=symbol, place=place, valid_from=since
    )
    return unit


def load_budget_units() -> int:
    """Units of which it is known that the ministry assigns budget to them, once for each."""
    known = set(BudgetUnit.objects.values_list("organisation__slug", flat=True))
    bodies = {body.slug: body for body in Organisation.objects.filter(province=None, valid_to=None)}
    return len(
        BudgetUnit.objects.bulk_create(
            BudgetUnit(organisation=bodies[row["slug"]], valid_from=row["valid_from"], source=row["source"])
            for row in data.rows("budget-units")
            if row["slug"] not in known
        )
    )


def load_system_positions() -> int:
    """The position as which scheduled work runs, for every body that exists now."""
    bodies = Organisation.objects.filter(valid_to=None).exclude(positions__kind=PositionKind.SYSTEM)
    return len(
        Position.objects.bulk_create(
            Position(
                organisation=body, kind=PositionKind.SYSTEM, title="Hệ thống", valid_from=body.valid_from
            )
            for body in bodies
        )
    )


def load_holidays() -> int:
    """Days off of the years that have none yet."""
    known = {day.year for day in Holiday.objects.dates("day", "year")}
    return len(
        Holiday.objects.bulk_create(
            Holiday(day=row["day"], name=row["name"], source=row["source"])
            for row in data.rows("holidays")
            if int(row["day"][:4]) not in known
        )
    )


LOADERS = {
    "tỉnh, thành phố": load_provinces,
    "cơ quan trung ương": load_national_bodies,
    "đơn vị dự toán trực thuộc Bộ": load_budget_units,
    "tổ chức của tỉnh": load_provincial_bodies,
    "chức vụ hệ thống": load_system_positions,
    "ngày nghỉ": load_holidays,
}
