"""Carries a change out: all of it in one transaction, or nothing.

Runs as the login, outside every tenant. What lies behind the wall is moved by functions of kc_guard; before and after
the ledger is summed and every append-only table printed, and a difference refuses the whole.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Q

from accounts.models import (
    Organisation,
    OrganisationName,
    Position,
    PositionKind,
    Province,
    ProvinceName,
    ProvinceRegion,
    Tenant,
)
from accounts.reference import BODIES
from khuyencong.lib.dates import short_date
from khuyencong.lib.vietnamese import fold
from khuyencong.lib.workflow import Refused, Stale
from projects.reference import load_procedures
from succession.models import Change, Kind
from succession.plans import FIRST, Body, Plan, Seat, Target
from succession.queries import File, Sum, call, counts_of, files_of, prints_of, register_of, sums_of

BUSY = (
    "Đang có người ghi dữ liệu vào hồ sơ hoặc danh mục, nên chưa thực hiện được gì. Hãy làm lại sau ít phút, "
    "tốt nhất ngoài giờ làm việc."
)
UNEQUAL = (
    "Số liệu trước và sau không khớp ({what}), nên không có gì được thay đổi. "
    "Hãy báo người bảo trì chương trình kèm số của thay đổi này."
)
TRIES, PAUSE = 25, 0.2
"""How often, and after how many seconds, the locks are asked for: five seconds in all, and nobody waits for us."""

REFERENCE = (
    "accounts_organisation",
    "accounts_organisationname",
    "accounts_position",
    "accounts_province",
    "accounts_provincename",
    "accounts_provinceregion",
    "accounts_tenant",
)


@dataclass
class World:
    """What the change makes on its way: units and bodies by their keys, new positions by those they follow."""

    day: dt.date
    provinces: dict[str, Province] = field(default_factory=dict)
    bodies: dict[str, Organisation] = field(default_factory=dict)
    seats: dict[int, Position] = field(default_factory=dict)

    @property
    def eve(self) -> dt.date:
        return self.day - dt.timedelta(days=1)


def lock_everything() -> None:
    """Nobody writes until the end of the transaction. Raises Stale when somebody is at it and does not finish."""
    for _ in range(TRIES):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT kc_change_lock()")
                tables = ", ".join(REFERENCE)
                cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE NOWAIT")
            return
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) != "55P03":  # lock_not_available
                raise
            time.sleep(PAUSE)
    raise Stale(BUSY)


def rename(change: Change, plan: Plan) -> dict[str, Any]:
    """New names and regions from the day on; the old ones keep their days. Answers what was changed."""
    world = World(change.day)
    for row in plan.provinces:
        _name_unit(row.pk, row.name, row.unit_type, change, world)
    for named in plan.organisations:
        _name_body(named.pk, named.name, named.symbol, named.place, world)
    for pk, region in plan.regions.items():
        _place_unit(pk, region, change, world)
    return {"names": len(plan.provinces) + len(plan.organisations), "regions": len(plan.regions)}


def rearrange(change: Change, plan: Plan) -> dict[str, Any]:
    """Merge or split: units, bodies, people, then everything behind the wall. Answers what was moved and what stayed,
    with sums and prints before and after. Raises Refused when they differ."""
    world = World(change.day)
    units = {unit.pk: unit for unit in Province.objects.select_related("tenant").filter(pk__in=plan.sources)}
    tenants = [unit.tenant_id for unit in units.values()]
    files, sums, prints = files_of(tenants), sums_of(tenants), prints_of(tenants)
    counts = counts_of(tenants)

    for target in plan.targets:
        world.provinces[target.key] = _unit(target, units, change, world)
    ending = [units[pk] for pk in plan.ending]
    _end_units(ending, world)
    _found_bodies(plan, world)
    _end_bodies(plan, world)
    unseated = _seat_people(plan, world)
    load_procedures()

    moved = _move(change, plan, world, units, files)
    for unit in ending:
        Tenant.objects.filter(pk=unit.tenant_id).update(ended_on=change.day)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # every key is looked at now
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    everywhere = sorted({*tenants, *(unit.tenant_id for unit in world.provinces.values())})
    after = sums_of(everywhere)
    _compare(sums, after, prints, prints_of(everywhere))
    return {
        "moved": moved,
        "stayed": by_state([each for each in files if not each.alive]),
        "counts": counts,
        "people": len(world.seats),
        "unseated": unseated,
        "sums": _sums_table(sums, after, units, plan, world),
        "prints": prints,
        "units": {key: unit.pk for key, unit in world.provinces.items()},
        "tenants": everywhere,
    }


# -- Units, bodies, people -----------------------------------------------------------------------------


def _unit(target: Target, units: Mapping[int, Province], change: Change, world: World) -> Province:
    if target.province is not None:
        unit = units[target.province]
        _name_unit(unit.pk, target.full_name, target.unit_type, change, world)
        _place_unit(unit.pk, target.region, change, world)
        return unit
    for namesake in Tenant.objects.filter(name=target.name):
        namesake.name = f"{namesake.name} (đến {short_date(world.eve)})"
        namesake.save(update_fields=["name"])
    unit = Province(
        slug=target.slug,
        code=target.code,
        name=target.name,
        valid_from=change.day,
        tenant=Tenant.objects.create(kind=Tenant.Kind.PROVINCE, name=target.name),
    )
    unit.save()
    ProvinceName.objects.create(
        province=unit,
        full_name=target.full_name,
        unit_type=target.unit_type,
        valid_from=change.day,
        source=change.paper[:200],
    )
    ProvinceRegion.objects.create(
        province=unit, region=target.region, valid_from=change.day, source=change.paper[:200]
    )
    return unit


def _name_unit(pk: int, full_name: str, unit_type: str, change: Change, world: World) -> None:
    rows = ProvinceName.objects.filter(province=pk, valid_from__lt=change.day)
    last = rows.latest("valid_from")
    if (last.full_name, last.unit_type) == (full_name, unit_type):
        return
    rows.filter(_holds_after(world.eve)).update(valid_to=world.eve)
    ProvinceName.objects.create(
        province_id=pk,
        full_name=full_name,
        unit_type=unit_type,
        valid_from=change.day,
        source=change.paper[:200],
    )


def _place_unit(pk: int, region: str, change: Change, world: World) -> None:
    rows = ProvinceRegion.objects.filter(province=pk, valid_from__lt=change.day)
    if rows.latest("valid_from").region == region:
        return
    rows.filter(_holds_after(world.eve)).update(valid_to=world.eve)
    ProvinceRegion.objects.create(
        province_id=pk, region=region, valid_from=change.day, source=change.paper[:200]
    )


def _name_body(pk: int, name: str, symbol: str, place: str, world: World) -> None:
    rows = OrganisationName.objects.filter(organisation=pk, valid_from__lt=world.day)
    last = rows.order_by("valid_from").last()
    if last is not None and (last.name, last.symbol, last.place) == (name, symbol, place):
        return
    rows.filter(_holds_after(world.eve)).update(valid_to=world.eve)
    OrganisationName.objects.create(
        organisation_id=pk, name=name, symbol=symbol, place=place, valid_from=world.day
    )


def _holds_after(eve: dt.date) -> Q:
    return Q(valid_to__isnull=True) | Q(valid_to__gt=eve)


def _end_units(ending: Iterable[Province], world: World) -> None:
    """The first part is the heir of what ends."""
    for unit in ending:
        unit.valid_to, unit.successor = world.eve, world.provinces[FIRST]
        unit.save(update_fields=["valid_to", "successor"])
        for rows in (unit.names.all(), unit.regions.all()):
            rows.filter(_holds_after(world.eve)).update(valid_to=world.eve)


def _found_bodies(plan: Plan, world: World) -> None:
    prefixes: dict[str, str] = {kind: prefix for kind, prefix, *_ in BODIES}
    above: dict[str, str | None] = {kind: superior for kind, *_, superior in BODIES}
    founded: dict[tuple[str, str], Organisation] = {}
    order: dict[str, int] = {kind: place for place, (kind, *_) in enumerate(BODIES)}
    for body in sorted(plan.bodies, key=lambda each: order.get(each.kind, len(order))):
        if body.organisation is not None:
            world.bodies[body.key] = Organisation.objects.get(pk=body.organisation)
            _name_body(body.organisation, body.name, body.symbol, body.place, world)
        else:
            world.bodies[body.key] = _found(
                body, world, founded.get((body.target, above.get(body.kind) or ""))
            )
        founded.setdefault((body.target, prefixes.get(body.kind, "")), world.bodies[body.key])


def _found(body: Body, world: World, superior: Organisation | None) -> Organisation:
    province = world.provinces[body.target]
    made = Organisation.objects.create(
        kind=body.kind,
        slug=body.slug,
        tenant_id=province.tenant_id,
        province=province,
        superior=superior,
        valid_from=world.day,
    )
    OrganisationName.objects.create(
        organisation=made, name=body.name, symbol=body.symbol, place=body.place, valid_from=world.day
    )
    Position.objects.create(
        organisation=made, kind=PositionKind.SYSTEM, title="Hệ thống", valid_from=world.day
    )
    return made


def _end_bodies(plan: Plan, world: World) -> None:
    for pk, key in plan.heirs.items():
        heir = world.bodies[key]
        if heir.pk == pk:
            continue
        Organisation.objects.filter(pk=pk).update(valid_to=world.eve, successor=heir)
        OrganisationName.objects.filter(_holds_after(world.eve), organisation=pk).update(valid_to=world.eve)
        Position.objects.filter(
            _holds_after(world.eve), organisation=pk, kind=PositionKind.SYSTEM, valid_from__lte=world.eve
        ).update(valid_to=world.eve)


def _seat_people(plan: Plan, world: World) -> list[str]:
    """Everybody leaves their seat with the eve and takes the new one on the day; answers who has none."""
    chosen: dict[int, Seat] = {seat.position: seat for seat in plan.seats}
    positions = Position.objects.filter(_holds_after(world.eve), pk__in=list(chosen))
    unseated = []
    for position in positions.select_related("person").order_by("pk"):
        seat = chosen[position.pk]
        body = world.bodies.get(seat.body)
        if body is not None and (body.pk, seat.kind, seat.title) == (
            position.organisation_id,
            position.kind,
            position.title,
        ):
            continue
        until, position.valid_to = position.valid_to, world.eve
        position.save(update_fields=["valid_to"])
        if body is None:
            unseated.append(str(position.person))
            continue
        world.seats[position.pk] = Position.objects.create(
            organisation=body,
            kind=seat.kind,
            title=seat.title,
            person=position.person,
            valid_from=world.day,
            valid_to=until,
        )
    return unseated


# -- Behind the wall -----------------------------------------------------------------------------------


def _move(
    change: Change, plan: Plan, world: World, units: Mapping[int, Province], files: Iterable[File]
) -> dict[str, Any]:
    """Files, register, desks and owed reports of each source, to the part that the plan names for each."""
    alive = [each for each in files if each.alive]
    followed: list[File] = []
    register, desks, reports = [0, 0, 0], 0, 0
    rows = register_of([unit.tenant_id for unit in units.values()])
    for target in plan.targets:
        unit = world.provinces[target.key]
        of_target = _together(plan, alive, target.key)
        going = [each for each in of_target if each.tenant != unit.tenant_id]
        old, new = _like_bodies(plan, world, target)
        place = unit.pk if change.kind == Kind.SPLIT else None
        if going:
            [(moved,)] = call(
                "kc_move_files", change.pk, [each.pk for each in going], unit.tenant_id, old, new, place
            )
            if moved != len(going):
                raise Refused(UNEQUAL.format(what=f"{moved} trên {len(going)} hồ sơ"))
            followed += going
        for source in units.values():
            if source.tenant_id == unit.tenant_id:
                continue
            own = [
                row.pk
                for row in rows
                if row.tenant == source.tenant_id and plan.establishments.get(row.pk, FIRST) == target.key
            ]
            words = fold(unit.name)
            [(counted,)] = call(
                "kc_move_register", change.pk, source.tenant_id, unit.tenant_id, own, unit.pk, words
            )
            register = [one + other for one, other in zip(register, counted, strict=True)]
            seats = {
                pk: seat.pk
                for pk, seat in world.seats.items()
                if seat.organisation.tenant_id == unit.tenant_id
            }
            [(typing,)] = call(
                "kc_move_desks",
                change.pk,
                source.tenant_id,
                unit.tenant_id,
                list(seats),
                list(seats.values()),
            )
            desks += typing
            if target.key == FIRST and source.pk in plan.ending:
                [(owed,)] = call(
                    "kc_move_reports", change.pk, source.tenant_id, unit.tenant_id, _department(plan, world)
                )
                reports += owed
    return {
        "states": by_state(followed),
        "codes": [each.code for each in followed],
        "outstanding": sum(each.outstanding for each in followed),
        "register": dict(zip(("moved", "copied", "joined"), register, strict=True)),
        "reports": reports,
        "typing": desks,
    }


def _together(plan: Plan, alive: Iterable[File], key: str) -> list[File]:
    return [each for each in alive if plan.files.get(each.pk, FIRST) == key]


def _like_bodies(plan: Plan, world: World, target: Target) -> tuple[list[int], list[int]]:
    """Old bodies and those of the same kind in ``target``, pair by pair."""
    kinds = dict(Organisation.objects.filter(pk__in=plan.heirs).values_list("pk", "kind"))
    pairs = {}
    for pk, key in plan.heirs.items():
        heir = plan.body(key)
        if heir is not None and heir.target == target.key:
            pairs[pk] = world.bodies[key].pk
        else:
            like = [body for body in plan.bodies if body.target == target.key and body.kind == kinds[pk]]
            if like:
                pairs[pk] = world.bodies[like[0].key].pk
    return list(pairs), list(pairs.values())


def _department(plan: Plan, world: World) -> int:
    return next(
        world.bodies[body.key].pk
        for body in plan.bodies
        if body.target == FIRST and body.kind == "DEPARTMENT"
    )


# -- Before and after ----------------------------------------------------------------------------------


def by_state(files: Iterable[File]) -> dict[str, list[int]]:
    """Number and support in đồng by state."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for each in files:
        found[each.state][0] += 1
        found[each.state][1] += each.support
    return dict(sorted(found.items()))


def _compare(
    before: Iterable[Sum], after: Iterable[Sum], prints: dict[str, Any], prints_after: dict[str, Any]
) -> None:
    if _by_line(before) != _by_line(after):
        raise Refused(UNEQUAL.format(what="sổ kinh phí"))
    if differing := sorted(
        name for name in {*prints, *prints_after} if prints.get(name) != prints_after.get(name)
    ):
        raise Refused(UNEQUAL.format(what=", ".join(differing)))


def _by_line(sums: Iterable[Sum]) -> dict[tuple[object, ...], tuple[int, int]]:
    found: dict[tuple[object, ...], tuple[int, int]] = {}
    for row in sums:
        line = (row.province, row.programme, row.year, row.kind, row.source)
        entries, amount = found.get(line, (0, 0))
        found[line] = entries + row.entries, amount + row.amount
    return found


def _sums_table(
    before: Iterable[Sum],
    after: Iterable[Sum],
    units: Mapping[int, Province],
    plan: Plan,
    world: World,
) -> list[dict[str, Any]]:
    """A row for each kind and source: amounts by the units of then (before) and of now (after), with both totals.

    Raises Refused when they differ."""
    now = dict.fromkeys(plan.ending, world.provinces[FIRST].pk)
    then_names = {unit.pk: unit.name for unit in units.values()}
    now_names = {unit.pk: unit.name for unit in world.provinces.values()}
    table: dict[tuple[str, str], dict[str, Any]] = {}

    def row(kind: str, source: str) -> dict[str, Any]:
        return table.setdefault(
            (kind, source),
            {"kind": kind, "source": source, "then": defaultdict(int), "now": defaultdict(int)},
        )

    for each in before:
        row(each.kind, each.source)["then"][then_names.get(each.province or 0, "Khác")] += each.amount
    for each in after:
        place = now.get(each.province or 0, each.province or 0)
        row(each.kind, each.source)["now"][now_names.get(place, "Khác")] += each.amount
    for found in table.values():
        found["total_then"], found["total_now"] = sum(found["then"].values()), sum(found["now"].values())
        if found["total_then"] != found["total_now"]:
            raise Refused(UNEQUAL.format(what=found["kind"]))
        found["then"], found["now"] = dict(found["then"]), dict(found["now"])
    return [table[key] for key in sorted(table)]
