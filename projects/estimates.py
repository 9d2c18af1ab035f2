"""The estimate as a tree of two levels (papers.md §5.1): a line without any number is the heading of those below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

MONEY = ("amount", "national", "local", "counterpart", "other")

Line = Mapping[str, Any]


def is_heading(line: Line) -> bool:
    """Whether the line names a group: neither quantity nor price nor money."""
    return not (Decimal(line["quantity"]) or line["unit_price"] or any(line[name] for name in MONEY))


def with_sums(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The lines, each with ``heading``; a heading has the sums, in đồng, of the lines down to the next one. One with
    nothing below it is a line whose numbers are still missing."""
    found: list[dict[str, Any]] = []
    group: dict[str, Any] | None = None
    for line in lines:
        row = {**line, "heading": False}
        found.append(row)
        if is_heading(line):
            group = row
        elif group is not None:
            group["heading"] = True
            for name in MONEY:
                group[name] += line[name]
    return found


def line_amount(quantity: Decimal, unit_price: int) -> int:
    """Quantity × price in whole đồng, rounded half up."""
    return int((Decimal(quantity) * unit_price).quantize(Decimal(1), rounding=ROUND_HALF_UP))
