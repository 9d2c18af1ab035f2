"""Units, bodies and seats as a change leaves them: dated rows are ended with the eve, new ones begin on the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from accounts.models import (
    BudgetUnit,
    Capacity,
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
from notices.models import CalendarFeed
from succession.models import Change
from succession.plans import FIRST, Body, Plan, Seat, Target


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


def make_unit(target: Target, units: Mapping[int, Province], change: Change, world: World) -> Province:
    if target.province is not None:
        unit = units[target.province]
        name_unit(unit.pk, target.full_name, target.unit_type, change, world)
        place_unit(unit.pk, target.region, change, world)
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


def name_unit(pk: int, full_name: str, unit_type: str, change: Change, world: World) -> None:
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


def place_unit(pk: int, region: str, change: Change, world: World) -> None:
    rows = ProvinceRegion.objects.filter(province=pk, valid_from__lt=change.day)
    if rows.latest("valid_from").region == region:
        return
    rows.filter(_holds_after(world.eve)).update(valid_to=world.eve)
    ProvinceRegion.objects.create(
        province_id=pk, region=region, valid_from=change.day, source=change.paper[:200]
    )


def name_body(pk: int, name: str, symbol: str, place: str, world: World) -> None:
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


def end_units(ending: Iterable[Province], world: World) -> None:
    """The first part is the heir of what ends."""
    for unit in ending:
        unit.valid_to, unit.successor = world.eve, world.provinces[FIRST]
        unit.save(update_fields=["valid_to", "successor"])
        for rows in (unit.names.all(), unit.regions.all()):
            rows.filter(_holds_after(world.eve)).update(valid_to=world.eve)


def found_bodies(plan: Plan, world: World) -> None:
    prefixes: dict[str, str] = {kind: prefix for kind, prefix, *_ in BODIES}
    above: dict[str, str | None] = {kind: superior for kind, *_, superior in BODIES}
    founded: dict[tuple[str, str], Organisation] = {}
    order: dict[str, int] = {kind: place for place, (kind, *_) in enumerate(BODIES)}
    for body in sorted(plan.bodies, key=lambda each: order.get(each.kind, len(order))):
        if body.organisation is not None:
            world.bodies[body.key] = Organisation.objects.get(pk=body.organisation)
            name_body(body.organisation, body.name, body.symbol, body.place, world)
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


def end_bodies(plan: Plan, world: World) -> None:
    for pk, key in plan.heirs.items():
        heir = world.bodies[key]
        if heir.pk == pk:
            continue
        Organisation.objects.filter(pk=pk).update(valid_to=world.eve, successor=heir)
        OrganisationName.objects.filter(_holds_after(world.eve), organisation=pk).update(valid_to=world.eve)
        Position.objects.filter(
            _holds_after(world.eve), organisation=pk, kind=PositionKind.SYSTEM, valid_from__lte=world.eve
        ).update(valid_to=world.eve)
        BudgetUnit.objects.filter(_holds_after(world.eve), organisation=pk).update(valid_to=world.eve)
        # Whoever stood under it and does not end itself (a service organisation) stands under its heir.
        Organisation.objects.filter(superior=pk, valid_to__isnull=True).exclude(pk__in=plan.heirs).update(
            superior=heir
        )


def seat_people(plan: Plan, world: World) -> list[str]:
    """Everybody leaves their seat with the eve and takes the new one on the day; answers who has none."""
    chosen: dict[int, Seat] = {seat.position: seat for seat in plan.seats}
    positions = Position.objects.filter(
        _holds_after(world.eve), pk__in=list(chosen), handed_over_at__isnull=True
    )
    unseated = []
    for position in positions.select_related("person").order_by("pk"):
        if plan.keeps_seat(position):
            continue
        seat = chosen[position.pk]
        body = world.bodies.get(seat.body)
        until, position.valid_to = position.valid_to, world.eve
        position.save(update_fields=["valid_to"])
        if body is None:
            unseated.append(str(position.person))
            continue
        world.seats[position.pk] = Position.objects.create(
            organisation=body,
            kind=seat.kind,
            # who led the old body until a head was appointed does so in the new one
            capacity=position.capacity if seat.kind == position.kind else Capacity.APPOINTED,
            title=seat.title,
            person=position.person,
            valid_from=world.day,
            valid_to=until,
        )
    for old, new in world.seats.items():
        CalendarFeed.objects.filter(position=old, revoked_at__isnull=True).update(position=new)
    return unseated
