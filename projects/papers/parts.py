"""Pieces that several papers show: an amount by the purses it comes from, a stretch of time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from khuyencong.lib.dates import short_date

_OPEN = "…"


@dataclass(frozen=True, kw_only=True)
class Funding:
    """Đồng by source: national and local programme, counterpart of the beneficiary, other (sponsors)."""

    national: int = 0
    local: int = 0
    counterpart: int = 0
    other: int = 0

    @property
    def support(self) -> int:
        """State money of the programme, đồng."""
        return self.national + self.local

    @property
    def total(self) -> int:
        """All sources, đồng."""
        return self.support + self.counterpart + self.other

    @property
    def sources(self) -> int:
        """How many sources give something: as many columns does a table need."""
        return sum(amount > 0 for amount in (self.national, self.local, self.counterpart, self.other))


def sum_funding(parts: Iterable[Funding]) -> Funding:
    """Add up source by source."""
    rows = list(parts)
    return Funding(
        national=sum(row.national for row in rows),
        local=sum(row.local for row in rows),
        counterpart=sum(row.counterpart for row in rows),
        other=sum(row.other for row in rows),
    )


@dataclass(frozen=True, kw_only=True)
class YearPart:
    """What a project over several years needs and does in one of them, đồng; ``recommended`` by an appraisal."""

    year: int
    support: int
    counterpart: int
    stages: str = ""
    results: str = ""
    recommended: int | None = None


@dataclass(frozen=True)
class Period:
    """From when to when, both days included; a side not yet known shows as dots."""

    starts_on: date | None
    ends_on: date | None

    def __str__(self) -> str:
        first, last = (short_date(day) if day else _OPEN for day in (self.starts_on, self.ends_on))
        return f"từ\N{NO-BREAK SPACE}{first} đến\N{NO-BREAK SPACE}{last}"
