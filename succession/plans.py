"""What shall be after a change: units, bodies, who sits where, which file goes to which part of a split.

A plan is proposed from what there is, corrected by the operator on the pages, kept as JSON with its change and looked
at again on the day (succession/checks.py). Keys: units by their ids; what does not exist yet by a key of the plan.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.db.models import Q
from django.utils.text import slugify

from accounts.models import (
    HEAD_OF,
    PROVINCIAL_KINDS,
    Capacity,
    Organisation,
    Position,
    PositionKind,
    Province,
    ProvinceRegion,
    UnitType,
)
from accounts.queries import full_names_on, names_on, regions_on
from accounts.reference import BODIES, CITY, place_of

FIRST = "0"
"""Key of the first part: who has no other place goes there; of an ended unit it is the heir."""

ONE_OF: dict[PositionKind, PositionKind] = {head: deputy for deputy, head in HEAD_OF.items()} | {
    PositionKind.ACCOUNTANT: PositionKind.OFFICER
}
"""What one person of a body holds, and what the others who held it before a merger are proposed for: its heads, and the
accountant, whose second signature is one (decision 0021). Deputies, heads of divisions, clerks may be several; how many
deputies the law lets a body have, its own decision says (positions.md §6.1)."""


@dataclass(frozen=True)
class Target:
    """A unit after the change: one that stands on (``province``) or a new one."""

    key: str
    province: int | None = None
    slug: str = ""
    code: str = ""
    name: str = ""
    full_name: str = ""
    unit_type: str = UnitType.PROVINCE
    region: str = ""


@dataclass(frozen=True)
class Body:
    """A body after the change: one that stands on (``organisation``) or a new one, in which the body ``keeps`` lives
    on: its head is proposed as head."""

    key: str
    target: str
    kind: str
    organisation: int | None = None
    slug: str = ""
    name: str = ""
    symbol: str = ""
    place: str = ""
    keeps: int | None = None


@dataclass(frozen=True)
class Seat:
    """Where the bearer of ``position`` sits afterwards; an empty ``body``: nowhere."""

    position: int
    body: str
    kind: str
    title: str


@dataclass(frozen=True)
class Named:
    """What a unit or a body is called from the day on; ``unit_type`` of a unit, ``symbol`` and ``place`` of a body."""

    pk: int
    name: str
    unit_type: str = ""
    symbol: str = ""
    place: str = ""


@dataclass(frozen=True)
class Plan:
    """``heirs``: body of today → key of the one that takes over. ``files``, ``establishments``: what goes to another
    part than the first. ``provinces``, ``organisations``: new names. ``regions``: province → region."""

    sources: list[int] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    heirs: dict[int, str] = field(default_factory=dict)
    seats: list[Seat] = field(default_factory=list)
    files: dict[int, str] = field(default_factory=dict)
    establishments: dict[int, str] = field(default_factory=dict)
    provinces: list[Named] = field(default_factory=list)
    organisations: list[Named] = field(default_factory=list)
    regions: dict[int, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Plan:
        """The plan as a change keeps it; the keys of JSON are texts."""
        return cls(
            sources=list(kept["sources"]),
            targets=[Target(**row) for row in kept["targets"]],
            bodies=[Body(**row) for row in kept["bodies"]],
            heirs={int(pk): key for pk, key in kept["heirs"].items()},
            seats=[Seat(**row) for row in kept["seats"]],
            files={int(pk): key for pk, key in kept["files"].items()},
            establishments={int(pk): key for pk, key in kept["establishments"].items()},
            provinces=[Named(**row) for row in kept["provinces"]],
            organisations=[Named(**row) for row in kept["organisations"]],
            regions={int(pk): region for pk, region in kept["regions"].items()},
        )

    def target(self, key: str) -> Target:
        return next(target for target in self.targets if target.key == key)

    def body(self, key: str) -> Body | None:
        return next((body for body in self.bodies if body.key == key), None)

    @property
    def ending_bodies(self) -> list[int]:
        """Bodies of today that another takes over."""
        return [pk for pk, key in self.heirs.items() if (body := self.body(key)) and body.organisation != pk]

    def keeps_seat(self, held: Position) -> bool:
        """Whether its bearer goes on in this very position."""
        seat = next((seat for seat in self.seats if seat.position == held.pk), None)
        body = self.body(seat.body) if seat else None
        return (
            seat is not None
            and body is not None
            and (body.organisation, seat.kind, seat.title) == (held.organisation_id, held.kind, held.title)
        )

    @property
    def ending(self) -> list[int]:
        """Units that end with the eve of the day."""
        return [pk for pk in self.sources if pk not in {target.province for target in self.targets}]


def named_target(target: Target, *, name: str, city: bool = False) -> Target:
    """The unit under its bare name ("Phú Thọ")."""
    return replace(
        target,
        name=name,
        slug=slugify(name.replace("Đ", "D").replace("đ", "d")),
        full_name=f"{CITY if city else 'Tỉnh '}{name}",
        unit_type=UnitType.CITY if city else UnitType.PROVINCE,
    )


def propose(
    sources: Sequence[Province], targets: Sequence[Target], *, day: dt.date, keeps: Province | None = None
) -> Plan:
    """A plan for ``sources`` that become ``targets`` on ``day``: every body of a kind in its like, every person in the
    like of their seat. ``keeps``: the unit whose bodies live on in those of the first target."""
    eve = day - dt.timedelta(days=1)
    held = {body.pk: body for body in bodies_of(sources, eve)}
    names = names_on(eve, held.values())
    bodies: list[Body] = []
    for target in targets:
        standing = [body for body in held.values() if body.province_id == target.province]
        bodies += [
            Body(
                key=f"{target.key}-{body.kind}-{body.pk}",
                target=target.key,
                kind=body.kind,
                organisation=body.pk,
                slug=body.slug,
                name=names[body.pk].name if body.pk in names else body.slug,
                symbol=names[body.pk].symbol if body.pk in names else "",
                place=names[body.pk].place if body.pk in names else "",
                keeps=body.pk,
            )
            for body in standing
        ]
        if target.province is None:
            bodies += _new_bodies(target, held.values(), keeps if target.key == FIRST else None)
    heirs = {pk: _heir(body, bodies) for pk, body in held.items()}
    return Plan(
        sources=[unit.pk for unit in sources],
        targets=list(targets),
        bodies=bodies,
        heirs=heirs,
        seats=_seats(held, bodies, heirs, day),
    )


def bodies_of(sources: Iterable[Province], eve: dt.date) -> list[Organisation]:
    """Committees, departments and centres of the units. Regional centres and service organisations belong to no
    province: they stay what they are, and so do their files (``kc_carry_shared``)."""
    return list(
        Organisation.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=eve),
            province__in=list(sources),
            kind__in=PROVINCIAL_KINDS,
        ).order_by("kind", "slug", "pk")
    )


def _new_bodies(target: Target, held: Iterable[Organisation], keeps: Province | None) -> list[Body]:
    """Committee, departments and centre of a new unit."""
    found = []
    for kind, prefix, title, symbol, _superior in BODIES:
        living = next(
            (body.pk for body in held if keeps and body.province_id == keeps.pk and body.kind == kind), None
        )
        found.append(
            Body(
                key=f"{target.key}-{kind}",
                target=target.key,
                kind=kind,
                slug=f"{prefix}-{target.slug}",
                name=f"{title} {target.full_name[:1].lower()}{target.full_name[1:]}",
                symbol=symbol,
                place=place_of(target.full_name),
                keeps=living,
            )
        )
    return found


def _heir(old: Organisation, bodies: Sequence[Body]) -> str:
    """The body itself where it stands on, else its like in the first part."""
    same = [body for body in bodies if body.organisation == old.pk]
    like = [body for body in bodies if body.target == FIRST and body.kind == old.kind]
    return next((body.key for body in [*same, *like]), "")


def held_positions(bodies: Iterable[int], day: dt.date) -> list[Position]:
    """Positions of people at the bodies that would still hold on ``day``, the longest held first; a desk that was
    handed over is nobody's any more."""
    return list(
        Position.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day),
            organisation__in=list(bodies),
            handed_over_at__isnull=True,
        )
        .exclude(kind=PositionKind.SYSTEM)
        .select_related("person", "organisation")
        .order_by("organisation__kind", "organisation_id", "valid_from", "pk")
    )


def _seats(
    held: dict[int, Organisation], bodies: Sequence[Body], heirs: dict[int, str], day: dt.date
) -> list[Seat]:
    by_key = {body.key: body for body in bodies}
    positions = held_positions(held, day)
    taken: set[tuple[str, str]] = set()
    found: dict[int, Seat] = {}

    def lives_on(position: Position) -> bool:
        body = by_key.get(heirs[position.organisation_id])
        return body is not None and body.keeps == position.organisation_id

    def comes_first(position: Position) -> tuple[bool, bool]:
        return not lives_on(position), position.capacity == Capacity.ACTING

    for position in sorted(positions, key=comes_first):
        key = heirs[position.organisation_id]
        kind, title = PositionKind(position.kind), position.title
        if key and kind in ONE_OF:
            if (key, kind) in taken:
                kind = ONE_OF[kind]
                title = kind.label
            taken.add((key, kind))
        found[position.pk] = Seat(position.pk, key, kind, title)
    return [found[position.pk] for position in positions]


def propose_names(provinces: Sequence[Province], bodies: Sequence[Organisation], *, day: dt.date) -> Plan:
    """A plan that changes names alone: of the units and their bodies, or of the bodies given."""
    eve = day - dt.timedelta(days=1)
    full = full_names_on(eve)
    all_bodies = [*bodies, *bodies_of(provinces, eve)]
    names = names_on(eve, all_bodies)
    return Plan(
        provinces=[Named(unit.pk, full[unit.pk].full_name, full[unit.pk].unit_type) for unit in provinces],
        organisations=[
            Named(body.pk, names[body.pk].name, "", names[body.pk].symbol, names[body.pk].place)
            for body in all_bodies
            if body.pk in names
        ],
    )


def propose_regions(provinces: Sequence[Province], *, day: dt.date) -> Plan:
    regions = regions_on(day)
    return Plan(regions={unit.pk: regions.get(unit.pk, "") for unit in provinces})


def common_region(sources: Sequence[Province], day: dt.date) -> str:
    """The region in which most of the units lie."""
    held = list(
        ProvinceRegion.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day), province__in=sources
        ).values_list("region", flat=True)
    )
    return max(held, key=held.count) if held else ""
