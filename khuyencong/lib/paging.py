"""Pages of a long list without counting it to the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import Count, Model, QuerySet, Sum

from khuyencong.lib.numbers import whole

PAGE_SIZE = 50
COUNT_CAP = 1000  # counting further costs more than the page itself (shared/design/performance.md)

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[M]):
    """One page of a list: its rows, its number (from 1) and the count of the list up to ``COUNT_CAP``.

    ``totals`` are the sums asked for, over the whole list; empty when the list is longer than was counted."""

    rows: list[M]
    number: int
    has_next: bool
    count: int
    is_capped: bool
    totals: Mapping[str, Any] = field(default_factory=dict)

    def __iter__(self) -> Iterator[M]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def next(self) -> int:
        return self.number + 1

    @property
    def span(self) -> str:
        """Where this page stands in the list: ``1–50 trong hơn 1.000``."""
        if not self.rows:
            return "Không có dòng nào"
        first = (self.number - 1) * PAGE_SIZE + 1
        last = first + len(self.rows) - 1
        total = f"hơn {COUNT_CAP:,}" if self.is_capped else f"{self.count:,}"
        return f"{first:,}–{last:,} trong {total}".replace(",", ".")


def page_of(rows: QuerySet[M, Any], number: str | None, totals: Sequence[str] = ()) -> Page[M]:
    """Page ``number`` (as it came in the address; nonsense is page 1) of an ordered queryset: two queries.

    ``totals`` names columns or annotations to be summed over the whole list."""
    at = max(whole(number or "", 6) or 1, 1)
    start = (at - 1) * PAGE_SIZE
    found = list(rows[start : start + PAGE_SIZE + 1])
    has_next = len(found) > PAGE_SIZE
    counted = rows.order_by().values("pk", *totals)[: COUNT_CAP + 1]
    sums = counted.aggregate(count=Count("pk"), **{f"sum_{name}": Sum(name) for name in totals})
    count = sums["count"]
    is_capped = count > COUNT_CAP
    shown = {} if is_capped else {name: sums[f"sum_{name}"] for name in totals}
    return Page(found[:PAGE_SIZE], at, has_next, min(count, COUNT_CAP), is_capped, shown)
