"""Carries a change out: all of it in one transaction, or nothing.

Runs as the login, outside every tenant. What lies behind the wall is moved by functions of kc_guard; before and after
the ledger is summed and every append-only table printed, and a difference refuses the whole.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import OperationalError, connection, transaction

from accounts.models import ConsortiumProvince, Organisation, Province, Tenant
from khuyencong.lib.vietnamese import fold
from khuyencong.lib.workflow import Refused, Stale
from projects.reference import load_procedures
from succession.bodies import (
    World,
    end_bodies,
    end_units,
    found_bodies,
    make_unit,
    name_body,
    name_unit,
    place_unit,
    seat_people,
)
from succession.models import Change, Kind
from succession.plans import FIRST, Plan, Target
from succession.queries import (
    File,
    Sum,
    call,
    counts_of,
    files_of,
    prints_of,
    register_of,
    shared_with,
    sums_of,
)
from succession.signing import end_signing, papers_ending

BUSY = (
    "Đang có người ghi dữ liệu vào hồ sơ hoặc danh mục, nên chưa thực hiện được gì. Hãy làm lại sau ít phút, "
    "tốt nhất ngoài giờ làm việc."
)
UNEQUAL = (
    "Số liệu trước và sau không khớp ({what}), nên không có gì được thay đổi. "
    "Hãy báo người bảo trì chương trình kèm số của thay đổi này."
)
TOGETHER = "Liên tỉnh"
"""Money of files of several provinces, which belongs to none of them."""

TRIES, PAUSE = 25, 0.2
"""How often, and after how many seconds, the locks are asked for: five seconds in all, and nobody waits for us."""

REFERENCE = (
    "accounts_consortiumprovince",
    "accounts_organisation",
    "accounts_organisationname",
    "accounts_position",
    "accounts_province",
    "accounts_provincename",
    "accounts_provinceregion",
    "accounts_tenant",
)


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
        name_unit(row.pk, row.name, row.unit_type, change, world)
    for named in plan.organisations:
        name_body(named.pk, named.name, named.symbol, named.place, world)
    for pk, region in plan.regions.items():
        place_unit(pk, region, change, world)
    return {"names": len(plan.provinces) + len(plan.organisations), "regions": len(plan.regions)}


def rearrange(change: Change, plan: Plan) -> dict[str, Any]:
    """Merge or split: units, bodies, people, then everything behind the wall. Answers what was moved and what stayed,
    with sums and prints before and after. Raises Refused when they differ."""
    world = World(change.day)
    units = {unit.pk: unit for unit in Province.objects.select_related("tenant").filter(pk__in=plan.sources)}
    tenants = [unit.tenant_id for unit in units.values()]
    shared = shared_with(plan.ending)
    counted = [*tenants, *(tenant for tenant, _ in shared)]
    files, sums, prints = files_of(tenants), sums_of(counted), prints_of(counted)
    counts = counts_of(tenants)
    signing = papers_ending(plan, world.eve)

    for target in plan.targets:
        world.provinces[target.key] = make_unit(target, units, change, world)
    ending = [units[pk] for pk in plan.ending]
    end_units(ending, world)
    found_bodies(plan, world)
    end_bodies(plan, world)
    end_signing(plan, world.eve)
    unseated = seat_people(plan, world)
    load_procedures()

    moved = _move(change, plan, world, units, files)
    carried = _carry_shared(change, plan, world, shared)
    for unit in ending:
        Tenant.objects.filter(pk=unit.tenant_id).update(ended_on=change.day)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # every key is looked at now
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    everywhere = sorted({*counted, *(unit.tenant_id for unit in world.provinces.values())})
    after = sums_of(everywhere)
    _compare(sums, after, prints, prints_of(everywhere))
    return {
        "moved": moved,
        "stayed": by_state([each for each in files if not each.alive]),
        "counts": counts,
        "people": len(world.seats),
        "unseated": unseated,
        "shared": carried,
        "signing": signing,
        "sums": _sums_table(sums, after, units, plan, world),
        "prints": prints,
        "units": {key: unit.pk for key, unit in world.provinces.items()},
        "tenants": everywhere,
    }


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


def _carry_shared(
    change: Change, plan: Plan, world: World, shared: Iterable[tuple[int, int]]
) -> dict[str, int]:
    """Files of several provinces, or of a unit in one, stay with those who share them: the heir of a member becomes
    one, and its bodies take the place of the old. Answers how many files, and how many another body implements."""
    heir = world.provinces[FIRST]
    tenants = sorted({tenant for tenant, _ in shared})
    ConsortiumProvince.objects.bulk_create(
        [
            ConsortiumProvince(consortium_id=consortium, province=heir, since=change.day)
            for consortium in sorted({consortium for _, consortium in shared})
        ],
        ignore_conflicts=True,
    )
    alive = [each.pk for each in files_of(tenants) if each.alive] if tenants else []
    heirs = {pk: world.bodies[plan.heirs[pk]].pk for pk in plan.ending_bodies}
    carried = 0
    if alive:
        [(carried,)] = call("kc_carry_shared", change.pk, alive, list(heirs), list(heirs.values()))
    return {"files": len(alive), "carried": carried}


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
        row(each.kind, each.source)["then"][then_names.get(each.province or 0, TOGETHER)] += each.amount
    for each in after:
        place = now.get(each.province or 0, each.province or 0)
        row(each.kind, each.source)["now"][now_names.get(place, TOGETHER)] += each.amount
    for found in table.values():
        found["total_then"], found["total_now"] = sum(found["then"].values()), sum(found["now"].values())
        if found["total_then"] != found["total_now"]:
            raise Refused(UNEQUAL.format(what=found["kind"]))
        found["then"], found["now"] = dict(found["then"]), dict(found["now"])
    return [table[key] for key in sorted(table)]
