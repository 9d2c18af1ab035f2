"""What a report covers: a province, a region or the nation, in the boundaries of then or of now.

Rows of the ledger name the unit of their day. A scope says into which of its own units each of them falls, so the
same rows add up in the boundaries of then and of now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from accounts.models import Province, ProvinceName, ProvinceRegion, Region
from accounts.queries import full_names_on
from khuyencong.lib.dates import short_date
from khuyencong.lib.workflow import Refused

NATION = "nation"
THEN, NOW = "then", "now"
BOUNDARIES = (THEN, NOW)


class NoSuchScope(Refused):
    """A Vietnamese sentence: no unit of that name in these boundaries."""


@dataclass(frozen=True)
class Unit:
    """A province of the scope's boundaries, with the ids of all units whose rows count in it."""

    pk: int
    slug: str
    name: str
    full_name: str
    members: frozenset[int]


@dataclass(frozen=True)
class Scope:
    """``units`` stand in the Vietnamese order of their names. ``unplaced`` are units that lie in the scope but
    cannot be told apart by its boundaries: what a province of today booked, seen in those of before its merger."""

    slug: str
    name: str
    boundaries: str
    day: dt.date
    units: tuple[Unit, ...]
    unplaced: frozenset[int] = frozenset()
    provinces: Provinces = field(repr=False, kw_only=True)

    @property
    def is_province(self) -> bool:
        return self.slug not in (NATION, *Region.values)

    @property
    def members(self) -> frozenset[int]:
        """Ids of all provincial units whose rows count in the scope."""
        return self.unplaced.union(*(unit.members for unit in self.units))

    def covers_same_as(self, slug: str, day: dt.date) -> bool:
        """Whether a figure published for ``slug`` as it was on ``day`` speaks of this very territory.

        A province is itself; a region is the same when its provinces of that day are all that we cover of them."""
        if slug != self.slug:
            return False
        if slug == NATION:
            return True
        standing = {pk for pk in self.provinces.rows if self.provinces.existed(pk, day)}
        return {pk for pk in standing if self.provinces.region(pk, day) == slug} == standing & self.members


@dataclass(frozen=True)
class Provinces:
    """All provincial units of all times with their regions: two queries, read once for a report."""

    rows: Mapping[int, Province]
    regions: tuple[ProvinceRegion, ...]

    @classmethod
    def load(cls) -> Provinces:
        return cls(
            {row.pk: row for row in Province.objects.order_by("name_sort", "pk")},
            tuple(ProvinceRegion.objects.order_by("valid_from")),
        )

    def existed(self, pk: int, day: dt.date) -> bool:
        row = self.rows[pk]
        return row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)

    def region(self, pk: int, day: dt.date) -> str | None:
        """Khuyến công region of the unit on ``day``; a unit that did not exist then has none."""
        held = [
            row.region
            for row in self.regions
            if row.province_id == pk
            and row.valid_from <= day
            and (row.valid_to is None or row.valid_to >= day)
        ]
        return held[-1] if held else None

    def unit_on(self, pk: int, day: dt.date) -> int | None:
        """The unit of ``day`` in which ``pk`` lies: itself or its successor; None when it came later than that."""
        at: int | None = pk
        while at is not None and not self.existed(at, day):
            if self.rows[at].valid_from > day:
                return None
            at = self.rows[at].successor_id
        return at

    def predecessors(self, pk: int) -> set[int]:
        """Units that ``pk`` took over, directly or through others."""
        found = {row.pk for row in self.rows.values() if row.successor_id == pk}
        return found.union(*(self.predecessors(each) for each in found))

    def named(self, slug: str, day: dt.date) -> Province | None:
        """The unit that bore ``slug`` on ``day``."""
        return next(
            (row for row in self.rows.values() if row.slug == slug and self.existed(row.pk, day)), None
        )

    def heir(self, pk: int) -> Province:
        """The unit of today that took ``pk`` over, directly or through others."""
        row = self.rows[pk]
        return self.heir(row.successor_id) if row.successor_id else row


def resolve(slug: str, *, boundaries: str, day: dt.date, provinces: Provinces | None = None) -> Scope:
    """The scope ``slug`` in the units of ``day``. Raises NoSuchScope; for a unit that had ended by then the
    sentence names its successor."""
    known = provinces or Provinces.load()
    names = full_names_on(day)
    placed: dict[int, set[int]] = {}
    later: set[int] = set()
    for pk in known.rows:
        unit = known.unit_on(pk, day)
        if unit is None:
            later.add(pk)
        else:
            placed.setdefault(unit, set()).add(pk)

    def unit_of(pk: int) -> Unit:
        row = known.rows[pk]
        return Unit(pk, row.slug, row.name, _in_text(names.get(pk), row), frozenset(placed[pk]))

    def scope(name: str, inside: Iterable[int], unplaced: Iterable[int] = ()) -> Scope:
        units = tuple(unit_of(pk) for pk in known.rows if pk in set(inside))
        return Scope(slug, name, boundaries, day, units, frozenset(unplaced), provinces=known)

    if slug == NATION:
        return scope("cả nước", placed, later)
    if slug in Region.values:
        wholly = {
            pk
            for pk in later
            if {known.region(old, day) for old in known.predecessors(pk) if known.existed(old, day)} == {slug}
        }
        name = str(Region(slug).label)
        inside = {pk for pk in placed if known.region(pk, day) == slug}
        return scope(f"khu vực {name[0].lower()}{name[1:]}", inside, wholly)
    row = known.named(slug, day)
    if row is None:
        raise NoSuchScope(_no_such(slug, known, day))
    return scope(_in_text(names.get(row.pk), row), {row.pk})


def _in_text(name: ProvinceName | None, row: Province) -> str:
    """ "Thành phố Hải Phòng" as it stands inside a sentence: "thành phố Hải Phòng"."""
    full = name.full_name if name else row.name
    return full[0].lower() + full[1:] if name else full


def _no_such(slug: str, known: Provinces, day: dt.date) -> str:
    ended = next((row for row in known.rows.values() if row.slug == slug), None)
    if ended is None:
        return (
            f"Không có tỉnh, vùng nào mang định danh “{slug[:40]}”. Phạm vi là nation, north, central, south "
            "hoặc định danh của tỉnh, thành phố, ví dụ hai-phong."
        )
    heir = known.heir(ended.pk)
    if ended.valid_to is None or ended.valid_to >= day:
        return f"{ended.name} chưa có vào ngày {short_date(day)}. Hãy chọn kỳ muộn hơn."
    return (
        f"{ended.name} đã sáp nhập vào {heir.name} từ ngày {short_date(ended.valid_to + dt.timedelta(days=1))}: "
        f"theo địa giới này hãy lấy báo cáo của {heir.name} ({heir.slug}), hoặc chọn địa giới lúc đó (then) "
        "với kỳ trước ngày sáp nhập."
    )
