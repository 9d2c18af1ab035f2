"""Reads about who exists: names on a day, provinces by slug or spelling, who holds an office, working days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache

from django.db.models import Q, QuerySet

from accounts.models import (
    HEAD_OF,
    HEADS,
    Holiday,
    Organisation,
    OrganisationName,
    Position,
    PositionKind,
    Province,
    ProvinceName,
    ProvinceRegion,
    valid_on,
)
from khuyencong import data
from khuyencong.lib.dates import today
from khuyencong.lib.deadlines import WorkingCalendar
from khuyencong.lib.vietnamese import fold

# -- Organisations and their names ---------------------------------------------------------------------


def names_on(
    day: dt.date, organisations: Iterable[Organisation | int] | None = None
) -> dict[int, OrganisationName]:
    """Names, symbols and places in force on ``day`` by organisation id, in one query; all bodies by default."""
    names = OrganisationName.objects.filter(valid_on(day))
    if organisations is not None:
        keys = {body.pk if isinstance(body, Organisation) else body for body in organisations}
        names = names.filter(organisation_id__in=keys)
    return {name.organisation_id: name for name in names.order_by("valid_from")}


def last_names(organisations: Iterable[int]) -> dict[int, OrganisationName]:
    """Today's names by organisation id, of bodies that have ended their last ones; one query."""
    names = OrganisationName.objects.filter(organisation_id__in=list(organisations), valid_from__lte=today())
    return {name.organisation_id: name for name in names.order_by("valid_from")}


def heading_of(organisation: Organisation, day: dt.date | None = None) -> OrganisationName:
    """Name, symbol and place of one body on ``day`` (default today); of a body that ended, the last ones."""
    names = list(organisation.names.order_by("valid_from"))
    day = day or today()
    held = [name for name in names if name.valid_from <= day]
    return (held or names)[-1]


def organisation_name(organisation: Organisation, day: dt.date | None = None) -> str:
    """What the body is called on ``day`` (default today). One query: for lists take ``names_on``."""
    return heading_of(organisation, day).name


def organisation_on(slug: str, day: dt.date | None = None) -> Organisation:
    """The body that bears ``slug`` on ``day`` (default today); raises Organisation.DoesNotExist."""
    return Organisation.objects.select_related("province").get(valid_on(day or today()), slug=slug)


def holder(
    organisation: Organisation, kind: PositionKind | str, day: dt.date | None = None
) -> Position | None:
    """Who holds the position on ``day`` (default today), the latest appointed first."""
    return (
        organisation.positions.filter(valid_on(day or today()), kind=kind)
        .select_related("person")
        .order_by("-valid_from", "-pk")
        .first()
    )


def head_of(organisation: Organisation, day: dt.date | None = None) -> Position | None:
    """Director, chairman, director general or minister of the body on ``day`` (default today)."""
    found = {
        position.kind: position
        for position in organisation.positions.filter(valid_on(day or today()), kind__in=HEADS)
        .select_related("person")
        .order_by("valid_from", "pk")
    }
    return next((found[kind] for kind in HEADS if kind in found), None)


SIGNERS = frozenset({*HEADS, *HEAD_OF, PositionKind.DIVISION_HEAD})
"""Who signs what he does himself; others act on a paper that their head has signed."""


def signer_of(by: Position, day: dt.date) -> Position | None:
    """Who signs a paper of ``day`` on which ``by`` acts: heads, deputies, heads of units themselves, else the head of
    his body on that day."""
    return by if by.kind in SIGNERS else head_of(by.organisation, day)


def system_position(organisation: Organisation) -> Position:
    """The position as which scheduled work of this body runs; raises Position.DoesNotExist."""
    return organisation.positions.get(kind=PositionKind.SYSTEM)


def merged_bodies(organisation: Organisation) -> set[int]:
    """Ids of the body and of all that became one with it: whom it took over, who took it over; one query."""
    heirs = dict(Organisation.objects.filter(successor__isnull=False).values_list("pk", "successor_id"))
    last = organisation.pk
    while last in heirs:
        last = heirs[last]
    found, level = {last}, {last}
    while level:
        level = {body for body, heir in heirs.items() if heir in level}
        found |= level
    return found


def own_seats(position: Position, column: str = "position") -> Q:
    """Condition: ``column`` names the position, or one that its bearer held at a body which its own has taken over."""
    body, person = position.organisation_id, position.person_id
    before = Q(**{f"{column}__person": person}) & (
        Q(**{f"{column}__organisation__successor": body})
        | Q(**{f"{column}__organisation__successor__successor": body})
    )
    return Q(**{column: position}) | before


def seats_now(positions: Iterable[int], day: dt.date) -> dict[int, int]:
    """For positions that ended with their body: that which the same person holds on ``day`` at the body that took it
    over, by the id of the old one; two queries."""
    gone = {
        (person, heir): pk
        for pk, person, *heirs in Position.objects.filter(
            pk__in=list(positions), person__isnull=False, organisation__successor__isnull=False
        ).values_list("pk", "person", "organisation__successor", "organisation__successor__successor")
        for heir in heirs
        if heir is not None
    }
    found = Position.objects.filter(
        valid_on(day),
        handed_over_at__isnull=True,
        person__in={person for person, _ in gone},
        organisation__in={heir for _, heir in gone},
    )
    now = found.order_by("pk").values_list("person", "organisation", "pk")
    return {gone[person, body]: pk for person, body, pk in now if (person, body) in gone}


# -- Provinces -----------------------------------------------------------------------------------------


def provinces_on(day: dt.date) -> QuerySet[Province]:
    """Provincial units that exist on ``day``, in the Vietnamese order of their names."""
    return Province.objects.filter(valid_on(day)).order_by("name_sort")


def province_on(slug: str, day: dt.date) -> Province:
    """The unit that ``slug`` names on ``day``; raises Province.DoesNotExist."""
    return provinces_on(day).get(slug=slug)


def province_named(text: str, day: dt.date) -> Province:
    """The unit meant by a spelling met in a file ("TP.HCM", "hoa binh", a slug) on the record's day.

    A unit of before the merger is found as its successor on a later day. Raises Province.DoesNotExist.
    """
    slugs = _spellings().get(_bare(text), ())
    found = {province.slug: province for province in provinces_on(day).filter(slug__in=slugs)}
    for slug in slugs:
        if slug in found:
            return found[slug]
    raise Province.DoesNotExist(text)


@cache
def _spellings() -> dict[str, tuple[str, str]]:
    """Folded spelling → slugs of the unit until the merger and of the one since."""
    old = {row["code"]: row["slug"] for row in data.rows("provinces-63")}
    new = {row["code"]: row["slug"] for row in data.rows("provinces-34")}
    found = {
        _bare(row["alias"]): (old[row["old_code"]], new[row["new_code"]])
        for row in data.rows("province-aliases")
    }
    for row in data.rows("provinces-63"):
        found[_bare(row["slug"])] = (row["slug"], new[row["new_code"]])
    return found


def _bare(text: str) -> str:
    """Spelling without case, marks, signs and the word for the type of unit."""
    words = "".join(char if char.isalnum() else " " for char in fold(text)).split()
    bare = " ".join(words)
    for kind in ("tinh ", "thanh pho ", "tp "):
        bare = bare.removeprefix(kind)
    return bare


def heirs() -> dict[int, Province]:
    """The unit of today for every unit that there ever was, by the id of the latter; one query."""
    units = {province.pk: province for province in Province.objects.all()}

    def heir(province: Province) -> Province:
        return heir(units[province.successor_id]) if province.successor_id else province

    return {key: heir(province) for key, province in units.items()}


def full_names_on(day: dt.date) -> dict[int, ProvinceName]:
    """Full name ("Thành phố Huế") and type of every unit that exists on ``day``, by province id."""
    return {name.province_id: name for name in ProvinceName.objects.filter(valid_on(day))}


def regions_on(day: dt.date) -> dict[int, str]:
    """Khuyến công region (north, central, south) of every unit that exists on ``day``, by province id."""
    return dict(ProvinceRegion.objects.filter(valid_on(day)).values_list("province_id", "region"))


def region_of(province: Province, day: dt.date) -> str:
    """Khuyến công region of one unit on ``day``; raises ProvinceRegion.DoesNotExist outside its existence."""
    return province.regions.get(valid_on(day)).region


# -- Days ----------------------------------------------------------------------------------------------


def working_calendar() -> WorkingCalendar:
    """Days off and days worked in exchange, as the operator entered them. One query: take it once per request."""
    days = list(Holiday.objects.values_list("day", "is_working"))
    return WorkingCalendar(
        holidays=frozenset(day for day, is_working in days if not is_working),
        swapped_workdays=frozenset(day for day, is_working in days if is_working),
    )
